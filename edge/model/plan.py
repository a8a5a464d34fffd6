"""The year's plan, broken down to the day: each month has its share, spread evenly over the month's working days.

A revision changes the days from its own on: what its year asks for, less what was planned until then, goes to the days
that are left in proportion to the shares. So the days of the past keep their plan, and the year's sum is the revised one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate

from edge.model.calendar import Calendar
from edge.model.plant import Target

_Version = tuple[int, int, tuple[Decimal, ...]]
"""The first day of the year that it is for, what the year is to bring, and the months' shares in percent."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What is planned for each day of a year, exactly; `before` is the sum of the days before, one longer.

    Attributes:
        first: the first of January.
    """

    first: date
    days: tuple[Fraction, ...]
    before: tuple[Fraction, ...]

    def of(self, day: date) -> Fraction:
        """Return what is planned for a day of the year."""
        return self.days[(day - self.first).days]

    def until(self, day: date) -> Fraction:
        """Return what is planned for the days of the year before a day; all of it for days after the year."""
        return self.before[min(max((day - self.first).days, 0), len(self.days))]


def planned(target: Target, calendar: Calendar, now: int) -> tuple[int, int]:
    """Return what the plan asks for, in g: of the year up to an instant (ns UTC), and of that whole production day.

    A production day counts by the part of it that has passed. Before the year the plan is 0, after it the whole mass.
    """
    day = calendar.production_day(now)
    if day.year != target.year:
        return (0 if day.year < target.year else target.goal_mass), 0
    begin, end = calendar.day_span(day)
    before, today = _of_day(target, calendar, day)
    return round(before + today * Fraction(now - begin, end - begin)), round(today)


@lru_cache(8)
def _of_day(target: Target, calendar: Calendar, day: date) -> tuple[Fraction, Fraction]:
    curve = mass_curve(target.as_of(day), calendar)
    return curve.until(day), curve.of(day)


@lru_cache(32)
def mass_curve(target: Target, calendar: Calendar) -> Curve:
    """Return the plan in g, with every revision."""
    first = (0, target.mass, target.monthly_share)
    revised = [(_number(one.since), one.mass, one.monthly_share) for one in target.revisions]
    return _curve(target.year, calendar, [first, *revised])


@lru_cache(32)
def value_curve(target: Target, calendar: Calendar) -> Curve:
    """Return the plan in yuan, with every revision."""
    first = (0, target.value, target.monthly_share)
    revised = [(_number(one.since), one.value, one.monthly_share) for one in target.revisions]
    return _curve(target.year, calendar, [first, *revised])


def _curve(year: int, calendar: Calendar, versions: Sequence[_Version]) -> Curve:
    first = date(year, 1, 1)
    dates = [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]
    planned_days = _planned_days(dates, calendar)
    days: list[Fraction] = []
    for since, amount, shares in versions:
        weights = [_weight(day, shares, planned_days) for day in dates]
        before, ahead = sum(days[:since], Fraction()), sum(weights[since:], Fraction())
        unit = (amount - before) / ahead if ahead else Fraction()
        days[since:] = [weight * unit for weight in weights[since:]]
    return Curve(first, tuple(days), tuple(accumulate(days, initial=Fraction())))


def _planned_days(dates: Sequence[date], calendar: Calendar) -> dict[int, set[date]]:
    """Return the days of each month that have a plan: its working days, all of them where there is none."""
    months: defaultdict[int, set[date]] = defaultdict(set)
    for day in dates:
        months[day.month].add(day)
    return {
        month: {day for day in days if calendar.work_days.works(day)} or days
        for month, days in months.items()
    }


def _weight(day: date, shares: Sequence[Decimal], planned_days: Mapping[int, set[date]]) -> Fraction:
    of_month = planned_days[day.month]
    return Fraction(shares[day.month - 1]) / len(of_month) if day in of_month else Fraction()


def _number(day: date) -> int:
    """Return how many days of its year are before a day."""
    return (day - date(day.year, 1, 1)).days
