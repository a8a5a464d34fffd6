"""The console's trends: how long a week of one tag takes from each historian, as the page asks for it.

Run as `python -m benchmarks.console`. A value each second for seven days is 604,800 points; beside it the same week is asked for
of a tag that says something each ten seconds. Needs `influxd` 1.x for the second store.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from edge.console.pages.process import trends
from edge.historian.base import Historian
from edge.historian.embedded import EmbeddedHistorian
from edge.historian.influxdb import InfluxHistorian
from edge.model.calendar import NS, Calendar
from edge.model.plant import Device, Plant
from edge.model.tag import Tag
from tests.contract.test_historian import influx_options
from tests.servers import influxd_server

DAYS, ROUNDS, BATCH, SEED = 7, 9, 5_000, 0
STOP = 1_790_000_000 * NS
START = STOP - DAYS * 86_400 * NS
EVERY_S = {"each_second": 1, "each_ten_seconds": 10}
PLANT = Plant(
    "e",
    "aikou",
    "suanjiao-1",
    Calendar(ZoneInfo("Asia/Shanghai")),
    (Device("plc", tuple(Tag(name) for name in EVERY_S), 1.0),),
)


def lines() -> Iterator[str]:
    """Yield a week of values, one in a thousand of them bad."""
    rng = random.Random(SEED)
    for tag, every in EVERY_S.items():
        for when in range(START, STOP, every * NS):
            fields = "q=0i" if rng.random() < 0.001 else f"v={rng.uniform(0, 100):.3f},q=192i"
            yield f"tag,device=plc,line=suanjiao-1,site=aikou,tag={tag} {fields} {when}"


async def fill(historian: Historian) -> None:
    """Store the week."""
    batch: list[str] = []
    for line in lines():
        batch.append(line)
        if len(batch) == BATCH:
            await historian.write(batch, checked=True)
            batch = []
    await historian.write(batch, checked=True)


async def asked(historian: Historian, tag: str) -> Sequence[float]:
    """Return how long some askings took, ms."""
    took = []
    for number in range(ROUNDS):
        begun = time.perf_counter()
        # Another span each time, so that no store answers from memory.
        told = await trends(historian, PLANT, [("plc", tag)], START + number * NS, STOP + number * NS)
        took.append((time.perf_counter() - begun) * 1000)
        assert told["curves"][0]["means"]
    return took


async def measure() -> Table:
    """Return the table."""
    table = Table("store", "tag", "points", "median ms", "most ms")
    with tempfile.TemporaryDirectory() as folder:
        server = influxd_server(Path(folder))
        server.start()
        try:
            stores: dict[str, Historian] = {
                "embedded": EmbeddedHistorian(Path(folder) / "historian.db"),
                "InfluxDB 1.x": InfluxHistorian(influx_options(server)),
            }
            for name, store in stores.items():
                async with store as historian:
                    await fill(historian)
                    for tag, every in EVERY_S.items():
                        took = await asked(historian, tag)
                        points = f"{DAYS * 86_400 // every:,}"
                        table.add_row(name, tag, points, f"{statistics.median(took):.0f}", f"{max(took):.0f}")
        finally:
            server.stop()
    return table


def main() -> None:
    """Measure, and print one table."""
    Console(width=100).print(asyncio.run(measure()))


if __name__ == "__main__":
    main()
