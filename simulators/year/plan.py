"""What a year is meant to bring: output by month, fresh chili by day, bought stock, and what goes wrong on a large scale."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from random import Random

from simulators.model.vessel import TONNE
from simulators.people.calendar import is_production_day

TARGET_G = 5000 * TONNE
"""Ten million jin."""
MONTHLY_SHARE = (8.5, 4.0, 7.0, 7.0, 7.0, 7.0, 8.0, 11.0, 12.0, 11.0, 9.0, 8.5)
"""Percent of the year (domain §0)."""
_DAY_SD = 0.08
_FRESH_TONNES = 3900.0
_SEASON = (7, 15), (10, 31)
_PEAK = (8, 10), (9, 30)
_PEAK_WEIGHT = 1.7
_STOCK_SEASON = (3, 3), (7, 17)
_TUESDAY, _FRIDAY = 1, 4


@dataclass(frozen=True, slots=True)
class Outage:
    """Some machines are out of order from one local time to another."""

    machines: tuple[str, ...]
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class PowerCut:
    """The whole plant is dark, for whole minutes."""

    begin: datetime
    minutes: int


def planned_g(day: date) -> int:
    """Return the output that the yearly plan asks of a day."""
    if not is_production_day(day):
        return 0
    return round(TARGET_G * MONTHLY_SHARE[day.month - 1] / 100.0 / _production_days(day.year, day.month))


def ordered_g(seed: int, day: date) -> int:
    """Return what is ordered for a day: the plan, more or less."""
    return round(planned_g(day) * max(0.5, Random(f"{seed}/orders/{day}").gauss(1.0, _DAY_SD)))


def fresh_tonnes(seed: int, day: date) -> float:
    """Return the fresh chili that comes on a day of the season; Sundays too, chili doesn't wait."""
    weight = _weight(day)
    if not weight:
        return 0.0
    noise = Random(f"{seed}/intake/{day}").uniform(0.8, 1.2)
    return _FRESH_TONNES * weight * noise / _season_weight(day.year)


def stock_comes(day: date) -> bool:
    """Return whether a truck with brined stock comes: 60 pits don't last from October to July."""
    if not date(day.year, *_STOCK_SEASON[0]) <= day <= date(day.year, *_STOCK_SEASON[1]):
        return False
    return day.weekday() == _TUESDAY or (day.weekday() == _FRIDAY and day.isocalendar().week % 2 == 0)


def july_breakdown(year: int) -> Outage:
    """Return the week without jars: the line's main drive, Monday of July's second full week to Saturday noon."""
    first = date(year, 7, 8)
    monday = first + timedelta(days=-first.weekday() % 7)
    begin = datetime(year, 7, monday.day, 9, 20)  # noqa: DTZ001 - the plant's own wall clock
    return Outage(("jar_line",), begin, begin + timedelta(days=5, hours=2, minutes=40))


def power_cuts(seed: int, year: int, month: int) -> tuple[PowerCut, ...]:
    """Return a month's power cuts: two, of 1 to 20 minutes (domain §1.6)."""
    rng = Random(f"{seed}/power/{year}-{month:02d}")
    days = sorted(rng.sample(range(1, monthrange(year, month)[1] + 1), 2))
    return tuple(
        PowerCut(
            datetime(year, month, day, rng.randrange(8, 17), rng.randrange(60)),  # noqa: DTZ001 - see above
            rng.randint(1, 20),
        )
        for day in days
    )


@cache
def _production_days(year: int, month: int) -> int:
    return sum(is_production_day(date(year, month, day + 1)) for day in range(monthrange(year, month)[1]))


def _weight(day: date) -> float:
    if not date(day.year, *_SEASON[0]) <= day <= date(day.year, *_SEASON[1]):
        return 0.0
    return _PEAK_WEIGHT if date(day.year, *_PEAK[0]) <= day <= date(day.year, *_PEAK[1]) else 1.0


@cache
def _season_weight(year: int) -> float:
    first = date(year, *_SEASON[0])
    days = (date(year, *_SEASON[1]) - first).days + 1
    return sum(_weight(first + timedelta(days=n)) for n in range(days))
