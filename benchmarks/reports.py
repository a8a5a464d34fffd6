"""Reports of a year of 20 machines with 2,000 tags, by the command that people use. A limit, not a ratio.

Run as `python -m benchmarks.reports [DAYS]`; needs influxd. It fills an embedded file and an InfluxDB 1.6.7 with the whole year, or its
last days, and asks both for the day, the month and the year, PDF and all: seconds, CPU of the command and peak memory.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from benchmarks.processes import cpu_s
from benchmarks.report_year import YEAR, days, lines, write_configuration
from edge.historian.base import Historian
from edge.historian.embedded import EmbeddedHistorian
from edge.historian.influxdb import InfluxHistorian
from edge.historian.options import InfluxOptions
from tests.servers import Server, influxd_server

ROUNDS, BATCH = 3, 10_000
SPANS = {"day": f"{YEAR}-12-30", "month": f"{YEAR}-12", "year": f"{YEAR}"}
LIMITS_S = {"month": 3.0, "year": 8.0}
LIMIT_MB = 400
# What a server that has run for a year has done long ago: its points rest in files, not in its memory.
SETTLED = {
    "INFLUXDB_DATA_CACHE_SNAPSHOT_WRITE_COLD_DURATION": "1s",
    "INFLUXDB_DATA_COMPACT_FULL_WRITE_COLD_DURATION": "1s",
}
SETTLING_S = 20.0


@dataclass(frozen=True, slots=True)
class Taken:
    """What one report took: wall-clock and CPU time of the command and of the server, s, and peak memory, MB."""

    wall: float
    cpu: float
    server: float
    memory: float


async def fill(historians: Sequence[Historian], count: int) -> int:
    """Write the newest days of the year into every historian; return the number of points."""
    points = 0
    for day, start in islice(days(), 365 - count, None):
        of_day = list(lines(day, start))
        points += len(of_day)
        for at in range(0, len(of_day), BATCH):
            part = of_day[at : at + BATCH]
            await asyncio.gather(*(historian.write(part, checked=True) for historian in historians))
    return points


def ask(config: Path, span: str, server: Server) -> Taken:
    """Run the command once."""
    output = config.with_name(f"{span}.pdf")
    words = [
        sys.executable,
        "-m",
        "edge",
        "report",
        span,
        "--date",
        SPANS[span],
        "-c",
        str(config),
        "-o",
        str(output),
    ]
    before = cpu_s(server.pid)
    begun = time.perf_counter()
    pid = os.posix_spawn(sys.executable, words, os.environ)
    _, status, used = os.wait4(pid, 0)
    wall = time.perf_counter() - begun
    assert status == 0, f"{span}: the command failed"
    assert output.stat().st_size
    return Taken(wall, used.ru_utime + used.ru_stime, cpu_s(server.pid) - before, used.ru_maxrss / 1024)


def measure(folder: Path, count: int) -> None:
    """Fill both historians, and print what each report takes."""
    os.environ.update(SETTLED)
    server = influxd_server(folder)
    server.start()
    try:
        url = f"http://127.0.0.1:{server.port}"
        configs = {}
        for name, database in (("embedded", None), ("InfluxDB", url)):
            (folder / name / "data").mkdir(parents=True)
            configs[name] = write_configuration(folder / name, database)
        begun = time.perf_counter()
        # In a process of its own: what a command seems to use at most is never less than what its parent did.
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            points = pool.submit(
                fill_both, folder / "embedded" / "data" / "historian.db", url, count
            ).result()
        print(
            f"filled with {points:,} points of {count} days in {time.perf_counter() - begun:.0f} s",
            flush=True,
        )
        time.sleep(SETTLING_S)
        for name, config in configs.items():
            for span in SPANS:
                _print(
                    f"{name}, {span}", [ask(config, span, server) for _ in range(ROUNDS)], LIMITS_S.get(span)
                )
    finally:
        server.stop()


def fill_both(file: Path, url: str, count: int) -> int:
    """Fill an embedded file and a server."""
    return asyncio.run(_fill(file, url, count))


async def _fill(file: Path, url: str, count: int) -> int:
    options = InfluxOptions(kind="influxdb", url=url, database="chili")
    async with EmbeddedHistorian(file) as embedded, InfluxHistorian(options) as influx:
        return await fill((embedded, influx), count)


def _print(title: str, taken: Sequence[Taken], limit: float | None) -> None:
    walls = sorted(one.wall for one in taken)
    cpu, server, memory = (
        statistics.median(one.cpu for one in taken),
        statistics.median(one.server for one in taken),
        max(one.memory for one in taken),
    )
    text = f"{title}: {walls[0]:.2f} / {statistics.median(walls):.2f} / {walls[-1]:.2f} s; CPU {cpu:.2f} s"
    text += f" and {server:.2f} s of the server; {memory:.0f} MB"
    if limit is not None:
        kept = statistics.median(walls) <= limit and memory <= LIMIT_MB
        text += f" (limits {limit:.0f} s, {LIMIT_MB} MB: {'kept' if kept else 'NOT KEPT'})"
    print(text, flush=True)


def main(words: Sequence[str]) -> None:
    """Measure and print; both cores, since the server has to have one."""
    count = int(words[0]) if words else 365
    load = os.getloadavg()[0]
    print(
        f"reports: min / median / max of {ROUNDS} on all {os.cpu_count()} cores; load before: {load:.1f}",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as name:
        measure(Path(name), count)


if __name__ == "__main__":
    main(sys.argv[1:])
