"""`chili-edge history import` as its users run it: into a real InfluxDB, and ended by kill -9 on the way."""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from datetime import date, timedelta
from pathlib import Path

import pytest

from edge.historian.base import Aggregate, Historian, Query
from edge.historian.embedded import EmbeddedHistorian
from edge.historian.influxdb import InfluxHistorian
from edge.historian.options import InfluxOptions
from edge.outbox.sqlite import FILE, read_state
from tests.servers import Server
from tests.system.programs import ENVIRONMENT, chili_edge
from tests.unit.history.folder import (
    FIRST,
    LAST,
    NET_WEIGHT_G,
    Made,
    write_configuration,
    write_readings,
)

DEADLINE_S = 60.0
POLL_S = 0.005
LATER = FIRST + timedelta(days=30)


async def good(historian: Historian, field: str) -> int:
    """Return the sum of all good product."""
    rows = await historian.query(Query("count", field, Aggregate.SUM, 0, 2**62, {"counter": "good"}))
    return sum(int(row.value) for row in rows)


def total(made: Made) -> int:
    """Return how many good pieces were made."""
    return sum(made.good.values())


async def test_influxdb_holds_every_piece_of_the_past(tmp_path: Path, influxd: Server) -> None:
    """What the machines made is what the database sums up, and the command says what it did."""
    database, url = f"history_{uuid.uuid4().hex}", f"http://127.0.0.1:{influxd.port}"
    config = write_configuration(
        tmp_path / "plant", f'{{kind: influxdb, url: "{url}", database: {database}}}'
    )
    made = write_readings(tmp_path / "year")

    outcome = chili_edge("history", "import", tmp_path / "year", "-c", config, "--trend-days", "all")

    assert outcome.code == 0, outcome.err
    assert outcome.err == ""
    assert f"4 days up to {LAST}" in outcome.out
    async with InfluxHistorian(InfluxOptions(kind="influxdb", url=url, database=database)) as historian:
        assert await good(historian, "n") == total(made)
        assert await good(historian, "g") == total(made) * NET_WEIGHT_G
        (newest,) = await historian.query(Query("target", "actual", Aggregate.LAST, 0, 2**62))
        assert newest.value == total(made) * NET_WEIGHT_G


def last_day(folder: Path) -> date | None:
    """Return the last day that the import in a plant's folder has committed."""
    state = read_state(folder / "var" / FILE)
    entry = next((value for key, value in state.items() if key.startswith("history/")), None)
    return date.fromisoformat(json.loads(entry)["last_day"]) if entry else None


@pytest.mark.timeout(180)
async def test_an_import_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    """After kill -9, twice, on different days, every piece is stored once."""
    config = write_configuration(tmp_path / "plant")
    made = write_readings(tmp_path / "year", LATER)
    command = (sys.executable, "-m", "edge", "history", "import", str(tmp_path / "year"), "-c", str(config))
    reached: list[date | None] = [None]
    for _ in range(2):
        process = await asyncio.create_subprocess_exec(*command, env=ENVIRONMENT)
        async with asyncio.timeout(DEADLINE_S):
            while last_day(config.parent) == reached[-1]:
                await asyncio.sleep(POLL_S)
        process.kill()
        await process.wait()
        reached.append(last_day(config.parent))

    outcome = chili_edge(*command[3:])

    assert outcome.code == 0, outcome.err
    assert f"up to {LATER}" in outcome.out
    assert reached[1] is not None
    assert reached[2] is not None
    assert reached[1] < reached[2] < LATER
    async with EmbeddedHistorian(config.parent / "var" / "historian.db", read_only=True) as historian:
        assert await good(historian, "n") == total(made)
        assert await good(historian, "g") == total(made) * NET_WEIGHT_G
