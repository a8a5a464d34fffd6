"""Attendance of a production day in numbers: by shift, and by groups of three and more. No name is ever in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from edge.clock import Clock
from edge.console.access.roles import Role
from edge.console.pages.asked import day_of
from edge.console.question import Parameters, Question
from edge.historian.base import Historian
from edge.model.plant import Plant
from edge.production.attendance import Attended, attended

HEADS = ("planned", "present", "late", "absent", "leave", "questions")


def people_question(historian: Historian, plant: Plant, clock: Clock) -> Question:
    """Return the question for the heads of a production day: `day`."""

    async def ask(parameters: Parameters) -> dict[str, Any]:
        now = clock.now()
        day = day_of(parameters, plant.calendar.production_day(now))
        return await people(historian, plant, day, now)

    return Question("people", Role.VIEWER, ask)


async def people(historian: Historian, plant: Plant, day: date, now: int) -> dict[str, Any]:
    """Return the heads of each shift and of its groups; a figure that nobody told is None.

    Raises:
        TransientError: the historian cannot be asked now.
    """
    calendar = plant.calendar
    told = await attended(historian, plant, day, day)
    shifts = []
    for shift in calendar.shifts_of(day):
        groups = [one for one in told if one.shift == shift.key]
        start, stop = calendar.shift_span(shift, day)
        shifts.append(
            {
                "key": shift.key,
                "name": shift.name,
                "clock": f"{shift.start:%H:%M}–{shift.end:%H:%M}",
                "phase": "ahead" if now < start else "on" if now < stop else "over",
                **_sums(groups),
                "groups": [{"team": one.team, "kind": one.kind, **_sums([one])} for one in groups],
            }
        )
    return {"day": day.isoformat(), "today": calendar.production_day(now).isoformat(), "shifts": shifts}


def _sums(groups: Sequence[Attended]) -> dict[str, Any]:
    hours = _sum(one.hours for one in groups)
    return {
        **{name: _sum(getattr(one, name) for one in groups) for name in HEADS},
        "hours": None if hours is None else round(hours, 2),
    }


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
