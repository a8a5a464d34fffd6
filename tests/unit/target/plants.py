"""A plant with a calendar and a plan, and years of it whose output is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from edge.model.calendar import Calendar
from edge.model.plan import mass_curve
from edge.model.plant import Plant, Target
from edge.model.product import Product
from edge.model.work_days import DayKind, DayOff, WorkDays
from edge.target.made import Made

SHARES = tuple(map(Decimal, ("8.5", "4", "7", "7", "7", "7", "8", "11", "12", "11", "9", "8.5")))
WORK = WorkDays(frozenset(range(6)), {date(2026, 10, day): DayOff(DayKind.REST) for day in range(1, 8)})
CALENDAR = Calendar(ZoneInfo("Asia/Shanghai"), work_days=WORK)
TARGET = Target(2026, 5_000_000_000, 60_000_000, SHARES)
PLANT = Plant(
    "tianjiao",
    "aikou",
    "suanjiao-1",
    CALENDAR,
    products={"jar_280": Product("jar_280", "酸椒 280g", 280, Decimal("6.0"))},
    target=TARGET,
)
CURVE = mass_curve(TARGET, CALENDAR)
JULY = date(2026, 7, 1)


def at_level(level: float, until: date = date(2027, 1, 1)) -> Made:
    """Return a year that makes this part of its plan on each day before another one."""
    return made_of(
        {day: round(float(CURVE.of(day)) * level) for day in days() if CURVE.of(day) and day < until}
    )


def made_of(grams: Mapping[date, int]) -> Made:
    """Return what was made, each jin for 6 yuan."""
    return Made(grams, {day: Decimal(made) * 12 / 1000 for day, made in grams.items()})


def days() -> list[date]:
    """Return the days of the year."""
    return [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
