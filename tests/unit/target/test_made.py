"""The days' sums, asked of two historians."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edge.historian.base import Historian
from edge.historian.embedded import EmbeddedHistorian
from edge.model.calendar import NS, Calendar, to_ns
from edge.target.made import made_until, windows
from tests.unit.reports.sample import DAY, PLANT, MemoryHistorian, at, count, known_day, made_line, other_line


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
        ("Asia/Shanghai", time(7), 24 * 60),
        ("Asia/Shanghai", time(7, 30), 24 * 60),
        ("Asia/Kathmandu", time(7), 24 * 60),
        ("Europe/Berlin", time(6, 50), 60),
        ("Australia/Lord_Howe", time(7), 30),
    ],
)
def test_windows_fit_into_production_days(zone: str, day_start: time, minutes: int) -> None:
    """Whatever the zone and the hour at which the day begins, no window lies in two days."""
    calendar = Calendar(ZoneInfo(zone), day_start)
    length, offset = windows(calendar, date(2026, 1, 1), date(2026, 12, 31))

    assert length == minutes * 60 * NS
    for month in range(1, 13):
        start = to_ns(datetime(2026, month, 1, day_start.hour, day_start.minute, tzinfo=ZoneInfo(zone)))
        assert (start - offset) % length == 0


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
async def test_each_gram_is_on_its_day(zone: str, tmp_path: Path) -> None:
    """In its first instant and in its last, on days of 23, 24 and 25 hours."""
    plant = replace(PLANT, calendar=replace(PLANT.calendar, zone=ZoneInfo(zone)))
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(0, 360, 1)]
    lines = [
        made_line("jar_line", 10 * place + half, plant.calendar.day_span(day)[half] - half, "jar_280")
        for place, day in enumerate(days)
        for half in (0, 1)
    ]
    async with EmbeddedHistorian(tmp_path / "historian.db") as historian:
        await historian.write(lines)
        made = await made_until(historian, plant, date(2026, 12, 31))

    assert made.grams == {day: (20 * place + 1) * 280 for place, day in enumerate(days)}
