"""What the plan asks of days, and the year up to each of its days. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate

from edge.model.plan import mass_curve
from edge.model.plant import Plant
from edge.reports.report import CurveDay, Goal
from edge.reports.scope import Days

_DAY = timedelta(days=1)


def plan_of(plant: Plant, days: Days, known: date) -> Fraction | None:
    """Return what is planned for days, g, as it was known on a day; None where a part of them has no plan."""
    target = plant.target
    if target is None or {days.first.year, days.last.year} != {target.year}:
        return None
    curve = mass_curve(target.as_of(known), plant.calendar)
    return curve.until(days.last + _DAY) - curve.until(days.first)


def goal_of(plant: Plant, last: date) -> Goal | None:
    """Return what the plan asks of the year of a day, as it was known then."""
    until = plan_of(plant, Days(date(last.year, 1, 1), last), last)
    if until is None or plant.target is None:
        return None
    known = plant.target.as_of(last)
    return Goal(known.goal_mass, known.goal_value, until)


def curve_of(plant: Plant, made: Mapping[date, int], last: date, over: date) -> tuple[CurveDay, ...]:
    """Return the year of a day: its plan, and what was made by the end of each day up to it; nothing without a plan.

    Args:
        plant: whose plan it is.
        made: g of each day that brought something.
        last: day of the span's end.
        over: the first day that is not over.
    """
    if plant.target is None or plant.target.year != last.year:
        return ()
    curve = mass_curve(plant.target.as_of(last), plant.calendar)
    days = [curve.first + number * _DAY for number in range(len(curve.days))]
    done = accumulate(made.get(day, 0) for day in days)
    return tuple(
        CurveDay(day, plan, grams if made and day <= last and day < over else None)
        for day, plan, grams in zip(days, curve.before[1:], done, strict=True)
    )
