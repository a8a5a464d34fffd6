"""The year's output so far, and of the production day, against the plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from edge.model.calendar import Calendar
from edge.model.plan import planned
from edge.model.plant import Target
from edge.model.point import Point


@dataclass(frozen=True, slots=True)
class Output:
    """Good product of a production day and of its year.

    Attributes:
        day: the production day.
        day_g, year_g: g packed in it, and in its year so far.
    """

    day: date
    day_g: int = 0
    year_g: int = 0


def pack(output: Output | None, grams: int, day: date) -> Output:
    """Return the output after good product was packed (0 g to turn the page at a new production day).

    Product of a day before `output.day` (the clock was set back) adds to the year only.
    """
    if output is None or day.year > output.day.year:
        return Output(day, grams, grams)
    if day > output.day:
        return Output(day, grams, output.year_g + grams)
    today = grams if day == output.day else 0
    return Output(
        output.day, output.day_g + today, output.year_g + (grams if day.year == output.day.year else 0)
    )


def target_point(output: Output, target: Target, calendar: Calendar, site: str, now: int) -> Point:
    """Return the `target` point of an instant."""
    plan, day_plan = planned(target, calendar, now)
    fields = {
        "actual": output.year_g,
        "plan": plan,
        "day_actual": output.day_g,
        "day_plan": day_plan,
        "year": target.as_of(calendar.production_day(now)).goal_mass,
    }
    return Point("target", {"site": site}, fields, now)
