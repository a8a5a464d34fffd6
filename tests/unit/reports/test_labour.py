"""Product against hours: sums that are added, ratios that are made of them, and heads that a rate needs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.historian.embedded import EmbeddedHistorian
from edge.messages import line_protocol
from edge.model.calendar import NS, Calendar, Shift, to_ns
from edge.model.plant import Plant
from edge.model.point import Point
from edge.reports.labour import (
    Group,
    LabourDay,
    PieceRate,
    Productivity,
    labour,
    labour_day,
    labour_lines,
    staffing,
)

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 3)
SHIFTS = (Shift("A", "早班", time(7), time(15)), Shift("B", "中班", time(15), time(23)))
PLANT = Plant("e", "s", "l", Calendar(ZONE, time(7), SHIFTS))


def at(hour: int, minute: int = 0) -> int:
    """Return a time of the day, ns UTC."""
    return to_ns(datetime(2026, 11, 3, hour, minute, tzinfo=ZONE))


def attended(shift: str, team: str, time: int, present: int, hours: float, cost: float) -> Point:
    """Return the heads of a group."""
    tags = {"site": "s", "shift": shift, "team": team, "kind": "seasonal"}
    return Point("attendance", tags, {"present": present, "hours": hours, "cost": cost}, time)


def counted(device: str, time: int, pieces: int, grams: int) -> Point:
    """Return good pieces."""
    tags = {"site": "s", "line": "l", "device": device, "counter": "good", "sku": "x"}
    return Point("count", tags, {"n": pieces, "g": grams}, time)


@pytest.fixture
async def historian(tmp_path: Path) -> AsyncIterator[EmbeddedHistorian]:
    """Yield a historian that holds a day: two shifts, of which the second worked overtime that was told at its end."""
    points = [
        attended("A", "pack", at(10), 4, 12.0, 192.0),
        attended("A", "pack", at(15) - NS, 5, 40.0, 640.0),
        attended("A", "prep", at(15) - NS, 3, 24.0, 384.0),
        attended("B", "pack", at(23) - NS, 4, 36.0, 576.0),
        counted("jar", at(9), 1000, 280_000),
        counted("jar", at(16), 500, 140_000),
        counted("jar", at(23, 30), 10, 2_800),
        counted("intake", at(8), 2000, 0),
    ]
    async with EmbeddedHistorian(tmp_path / "historian.db") as historian:
        await historian.write([line_protocol.encode(point) for point in points])
        yield historian


async def test_a_day(historian: EmbeddedHistorian) -> None:
    """A shift has what was made in its time and the hours of its people; pay by the piece is of the whole line."""
    rates = (PieceRate("intake", 1000, Decimal("0.1")),)
    day = await labour_day(historian, PLANT, DAY, rates)
    assert day.piece_pay == Decimal(400)
    found = labour([day])
    assert (found.total.grams, found.total.hours, found.total.heads) == (422_800, 100.0, 12)
    assert found.total.cost == 640 + 384 + 576 + 400
    early, late = found.by_shift["A"], found.by_shift["B"]
    assert (early.grams, early.pieces, early.hours) == (280_000, 3000, 64.0)
    assert early.jin_per_hour == pytest.approx(560 / 64)
    assert (late.grams, late.hours) == (140_000, 36.0)
    assert found.by_team["pack"].hours == 76.0
    assert found.by_team["pack"].jin_per_hour == pytest.approx(845.6 / 76)
    assert found.by_kind["seasonal"].cost == 1600
    assert found.total.cost_per_jin == pytest.approx(2000 / 845.6)


async def test_days_without_people_have_no_ratio(historian: EmbeddedHistorian) -> None:
    """Of a day that nobody counted there is no productivity, rather than an infinite one."""
    found = labour([await labour_day(historian, PLANT, date(2026, 11, 5))])
    assert (found.total.jin_per_hour, found.total.cost_per_jin) == (None, None)
    assert list(labour_lines(found, DAY, DAY, Fraction(5))) == [
        "2026-11-03 to 2026-11-03: 0 jin, 0 worker-hours"
    ]


def test_staff_for_the_target() -> None:
    """A day of 60,000 jin by people who make 500 jin each needs 120 of them, and never a part of one."""
    known = Productivity(grams=10_000_000, hours=320.0, heads=40)
    assert staffing(30_000_000, known) == 120
    assert staffing(30_000_001, known) == 121
    assert staffing(30_000_000, Productivity()) is None
    line = list(labour_lines(labour([_day(10_000_000, 320.0, 40)]), DAY, DAY, Fraction(30_000_000)))[-1]
    assert line == "60,000 jin a day, as the target needs, are 120 people at this rate; there were 40 a day"


def _day(grams: int, hours: float, heads: int) -> LabourDay:
    return LabourDay(DAY, {"A": grams}, {"A": 1}, (Group("A", "pack", "seasonal", heads, hours, None),))


@given(st.lists(st.tuples(st.integers(0, 10**9), st.floats(0, 1e4), st.integers(0, 200)), max_size=9))
def test_ratios_are_made_of_sums(days: list[tuple[int, float, int]]) -> None:
    """Whatever the days, product, hours and heads add up, and the ratio is that of the sums."""
    total = labour(_day(*one) for one in days).total
    assert total.grams == sum(grams for grams, _, _ in days)
    assert total.hours == pytest.approx(sum(hours for _, hours, _ in days))
    if total.jin_per_hour is not None:
        assert total.jin_per_hour * total.hours == pytest.approx(total.grams / 500)
