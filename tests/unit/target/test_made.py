"""The days' sums, asked of two historians."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edge.historian.base import Historian
from edge.historian.embedded import EmbeddedHistorian
from edge.model.calendar import NS, Calendar, to_ns
from edge.target.made import made_until, window
from tests.unit.reports.sample import DAY, PLANT, MemoryHistorian, at, count, known_day, other_line


@pytest.mark.parametrize("kind", ["embedded", "memory"])
async def test_days_run_from_seven_to_seven(kind: str, tmp_path: Path) -> None:
    """Good product only, of our line, each gram on its production day; nothing of the day after."""
    lines = known_day()
    store: Historian = MemoryHistorian() if kind == "memory" else EmbeddedHistorian(tmp_path / "historian.db")
    async with store as historian:
        await historian.write([*lines, *map(other_line, lines)])
        made = await made_until(historian, PLANT, DAY)

    day = 32_500 * 280 + 10_001 * 200
    assert made.grams == {date(2026, 3, 1): 1_400_000_000, date(2026, 9, 14): 280_000, DAY: day}
    assert made.yuan[DAY] == Decimal(32_500 * 280) / 500 * 6 + Decimal(10_001 * 200) / 500 * Decimal("6.5")
    assert made.unpriced == {}


async def test_a_correction_corrects_its_day() -> None:
    """Entries that take away what was counted too much are summed like any other."""
    lines = [
        count("jar_line", "good", 100, at(15, 9), "jar_280"),
        count("jar_line", "good", -30, at(15, 10), "jar_280"),
    ]
    made = await made_until(MemoryHistorian(lines), PLANT, DAY)

    assert made.grams == {DAY: 70 * 280}


async def test_product_without_a_price_is_in_no_value() -> None:
    """Its mass counts, and is told apart."""
    lines = [count("jar_line", "good", 100, at(15, 9), "jar_280")]
    made = await made_until(MemoryHistorian(lines), replace(PLANT, products={}), DAY)

    assert (made.grams, made.yuan, made.unpriced) == ({DAY: 28_000}, {}, {DAY: 28_000})


@pytest.mark.parametrize(
    ("zone", "day_start", "minutes"),
    [
        ("Asia/Shanghai", time(7), 60),
        ("Asia/Shanghai", time(7, 30), 30),
        ("Asia/Kolkata", time(7), 30),
        ("Asia/Kathmandu", time(7), 15),
        ("Europe/Berlin", time(6, 50), 10),
    ],
)
def test_windows_fit_into_production_days(zone: str, day_start: time, minutes: int) -> None:
    """Whatever the zone and the hour at which the day begins, no window lies in two days."""
    calendar = Calendar(ZoneInfo(zone), day_start)
    length = window(calendar, date(2026, 12, 31))

    assert length == minutes * 60 * NS
    assert to_ns(datetime(2026, 7, 1, day_start.hour, day_start.minute, tzinfo=ZoneInfo(zone))) % length == 0
