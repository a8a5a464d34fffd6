"""Who is missing and who came late on a day, by name, for a supervisor at the node's own box. Each look is logged first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from edge.clock import Clock
from edge.config.settings import Settings
from edge.console.access.roles import Role
from edge.console.access.visitor import Visitor
from edge.console.pages.asked import day_of
from edge.console.question import Parameters, PersonalQuestion
from edge.model.calendar import local_time
from edge.model.personnel import Worker
from edge.people.desk import Desk
from edge.people.screen import with_desk
from edge.processing.attendance.rules import MINUTE
from edge.processing.attendance.stay import Stay
from edge.records.records import FILE

_DAY = timedelta(days=1)


def names_question(settings: Settings, clock: Clock) -> PersonalQuestion:
    """Return the question for who is missing and late: `day`; without the records it has no names, and says so."""

    async def ask(parameters: Parameters, visitor: Visitor) -> dict[str, Any]:
        day = day_of(parameters, settings.plant.calendar.production_day(clock.now()))
        if settings.people is None or not (settings.data_dir / FILE).exists():
            return {"here": False}
        found = await with_desk(settings, clock, visitor.user, lambda desk: names(desk, day))
        return {"here": True, **found}

    return PersonalQuestion("people_names", Role.SUPERVISOR, ask)


def names(desk: Desk, day: date) -> dict[str, Any]:
    """Return who is missing, late and on leave, by shift."""
    desk.look("today")
    known = desk.everybody(day - _DAY, day)
    stays = [(one.worker, stay) for one in known.people for stay in one.stays(desk.now, desk.rules)]
    shifts = []
    for shift in desk.calendar.shifts_of(day):
        here = [(who, stay) for who, stay in stays if (stay.duty.shift, stay.duty.day) == (shift.key, day)]
        shifts.append({"key": shift.key, "name": shift.name, **_lists(desk, here)})
    return {"day": day.isoformat(), "shifts": shifts}


def _lists(desk: Desk, here: list[tuple[Worker, Stay]]) -> Mapping[str, Any]:
    begun = any(desk.now >= stay.duty.start + desk.rules.grace * MINUTE for _, stay in here)
    return {
        "begun": begun,
        "missing": [_told(who) for who, stay in here if stay.is_absent],
        "late": [
            {**_told(who), "minutes": stay.late, "clock": _clock(desk, stay.arrived)}
            for who, stay in here
            if stay.late
        ],
        "leave": [_told(who) for who, stay in here if stay.duty.leave and not stay.came],
        "open": [_told(who) for who, stay in here if stay.open],
    }


def _told(who: Worker) -> dict[str, Any]:
    return {"worker": who.id, "name": who.name, "team": who.team}


def _clock(desk: Desk, time: int | None) -> str:
    return "" if time is None else f"{local_time(time, desk.calendar.zone):%H:%M}"
