"""One report from every historian: the figures of a real InfluxDB are those of the embedded one."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from pathlib import Path

from edge.historian.embedded import EmbeddedHistorian
from edge.historian.influxdb import InfluxHistorian
from edge.historian.options import InfluxOptions
from edge.reports.day import day_report
from edge.reports.render import FORMS, render
from tests.servers import Server
from tests.unit.reports.sample import DAY, PLANT, MemoryHistorian, known_day, other_line


async def test_a_report_is_the_same_from_every_historian(influxd: Server, tmp_path: Path) -> None:
    """Days with and without data: the same figures from a dictionary, SQLite and InfluxDB, and so the same bytes."""
    lines = [line for known in known_day() for line in (known, other_line(known))]
    options = InfluxOptions(
        kind="influxdb", url=f"http://127.0.0.1:{influxd.port}", database=f"test_{uuid.uuid4().hex}"
    )
    async with (
        EmbeddedHistorian(tmp_path / "historian.db") as embedded,
        InfluxHistorian(options) as influx,
        MemoryHistorian() as memory,
    ):
        for historian in (embedded, influx, memory):
            await historian.write(lines)
        for day in (DAY, DAY + timedelta(days=1), DAY + timedelta(days=9), date(2025, 1, 1)):
            first, second, third = [await day_report(each, PLANT, day) for each in (embedded, influx, memory)]
            assert first == second == third
            assert all(render(first, form, "zh") == render(second, form, "zh") for form in FORMS)
