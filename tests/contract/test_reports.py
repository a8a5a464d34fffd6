"""One report from every historian: the figures of a real InfluxDB are those of the embedded one, and so are the bytes."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path

import pytest

from edge.historian.embedded import EmbeddedHistorian
from edge.historian.influxdb import InfluxHistorian
from edge.historian.options import InfluxOptions
from edge.reports.inquiry import inquire
from edge.reports.render import FORMS, render
from edge.reports.report import Kind, Part, Span
from edge.reports.scope import range_of, span_of
from edge.reports.style import Style
from tests.servers import Server
from tests.unit.reports.sample import DAY, PLANT, MemoryHistorian, at, known_day, other_line
from tests.unit.reports.test_inquiry import LATER, loss, oee, source

SPANS: tuple[tuple[Span, tuple[Part, str] | None], ...] = (
    *((span_of(kind, DAY), None) for kind in Kind),
    (range_of(date(2025, 12, 1), date(2026, 10, 31)), None),
    (span_of(Kind.DAY, date(2026, 9, 20)), None),
    (span_of(Kind.DAY, DAY), (Part.MACHINE, "jar_line")),
    (span_of(Kind.MONTH, DAY), (Part.PRODUCT, "pouch_200")),
    (span_of(Kind.WEEK, DAY), (Part.SHIFT, "D")),
    (span_of(Kind.MONTH, DAY), (Part.TEAM, "t1")),
)


def lines() -> list[str]:
    """Return the day that is known, with times, losses, meters and what was heard, and the same of a line that is not ours."""
    more = [
        oee(
            "jar_line",
            at(15, 9),
            "D",
            "jar_280",
            pbt=300_000,
            apt=200_000,
            adot=100_000,
            weighed=9,
            weight_mg=2_530_000,
        ),
        oee("old_line", at(15, 9), "D", "jar_280", pq=3, gq=3, g=840, unrated=3),
        oee("meter", at(15, 9), wh=12_345, water=77),
        loss("jar_line", at(15, 9), "down", 5, 100_000),
        loss("jar_line", at(2, 9), "waiting", 1, 50_000, "pasteurizer"),
        source("jar_line", at(15, 9), 900_000),
        source("jar_line", at(1, 9, month=3), 800_000),
    ]
    ours = [*known_day(), *more]
    return [line for one in ours for line in (one, other_line(one))]


@pytest.mark.timeout(300)
async def test_a_report_is_the_same_from_every_historian(influxd: Server, tmp_path: Path) -> None:
    """Spans and subjects of every kind: equal figures from a dictionary, SQLite and InfluxDB, so the same bytes in every form."""
    options = InfluxOptions(
        kind="influxdb", url=f"http://127.0.0.1:{influxd.port}", database=f"test_{uuid.uuid4().hex}"
    )
    async with (
        EmbeddedHistorian(tmp_path / "historian.db") as embedded,
        InfluxHistorian(options) as influx,
        MemoryHistorian() as memory,
    ):
        for historian in (embedded, influx, memory):
            await historian.write(lines())
        for span, about in SPANS:
            first, second, third = [
                await inquire(each, PLANT, span, LATER, about, 2, at(15, 10))
                for each in (embedded, influx, memory)
            ]
            assert first == second == third, (span, about)
        reports = [await inquire(each, PLANT, span_of(Kind.DAY, DAY), LATER) for each in (embedded, influx)]
    for form in FORMS:
        one, other = (render(each, form, Style()) for each in reports)
        assert one == other, form
