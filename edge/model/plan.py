"""The year's plan, broken down to the day: each month has its share, spread evenly over the month's production days."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from fractions import Fraction
from functools import lru_cache

from edge.model.calendar import Calendar
from edge.model.plant import Target


def planned(target: Target, calendar: Calendar, now: int) -> tuple[int, int]:
    """Return what the plan asks for, in g: of the year up to an instant (ns UTC), and of that whole production day.

    A production day counts by the part of it that has passed. Before the year the plan is 0, after it the whole mass.
    """
    day = calendar.production_day(now)
    if day.year != target.year:
        return (0 if day.year < target.year else target.mass), 0
    begin, end = calendar.day_span(day)
    before, today = _of_days(target, day)
    return round(before + today * Fraction(now - begin, end - begin)), round(today)


@lru_cache(8)
def _of_days(target: Target, day: date) -> tuple[Fraction, Fraction]:
    """Return what the plan asks for of the year before a production day, and of that day, in g."""
    today = _of_month(target, day.month) / monthrange(day.year, day.month)[1]
    months = sum((_of_month(target, month) for month in range(1, day.month)), Fraction())
    return months + today * (day.day - 1), today


def _of_month(target: Target, month: int) -> Fraction:
    return Fraction(target.monthly_share[month - 1]) * target.mass / 100
