"""One report from every historian: what a real InfluxDB, the embedded one and a dictionary hold gives the same bytes."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path

import pytest

from edge.historian.embedded import EmbeddedHistorian
from edge.historian.influxdb import InfluxHistorian
from edge.historian.options import InfluxOptions
from edge.model.calendar import NS
from edge.reports.inquiry import inquire
from edge.reports.render import FORMS, render
from edge.reports.report import Kind, Part, Span
from edge.reports.scope import range_of, span_of
from edge.reports.style import Style
from tests.servers import Server
from tests.unit.reports.sample import DAY, PLANT, MemoryHistorian, known_day, other_line

SPANS = [
    *(span_of(kind, DAY) for kind in (Kind.DAY, Kind.WEEK, Kind.MONTH, Kind.SEASON, Kind.YEAR)),
    range_of(date(2026, 2, 20), date(2026, 9, 15)),
    span_of(Kind.DAY, date(2025, 1, 1)),
]
NOW = PLANT.calendar.day_span(date(2027, 1, 2))[0]


@pytest.mark.parametrize(
    "subject", [None, (Part.MACHINE, "jar_line"), (Part.SHIFT, "D"), (Part.PRODUCT, "pouch_200")]
)
async def test_a_report_is_the_same_from_every_historian(
    influxd: Server, tmp_path: Path, subject: tuple[Part, str] | None
) -> None:
    """Spans with and without data, of the line and of a part of it: the same figures, and so the same bytes."""
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
        for span in SPANS:
            asked = [await inquire(each, PLANT, span, NOW, subject) for each in (embedded, influx, memory)]
            assert asked[0] == asked[1] == asked[2], span
        again = await inquire(embedded, PLANT, SPANS[0], NOW + NS, subject)
    first = await _bytes(lines, tmp_path, SPANS[0], subject)
    assert first == {form: render(again, form, Style()) for form in FORMS}


async def _bytes(
    lines: list[str], folder: Path, span: Span, subject: tuple[Part, str] | None
) -> dict[str, bytes]:
    """Return a report in every form, from a file of its own."""
    async with EmbeddedHistorian(folder / "other.db") as historian:
        await historian.write(lines)
        report = await inquire(historian, PLANT, span, NOW, subject)
    return {form: render(report, form, Style()) for form in FORMS}
