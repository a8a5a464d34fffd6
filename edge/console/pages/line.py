"""A machine's day: what it did when, and its stops with their reasons."""

from __future__ import annotations

from typing import Any

from edge.clock import Clock
from edge.console.access.roles import Role
from edge.console.actions.fields import device_of
from edge.console.pages.asked import day_of
from edge.console.question import Parameters, Question
from edge.historian.base import Aggregate, Column, Historian, Table
from edge.messages.schema import STATE
from edge.model.calendar import NS, local_time
from edge.model.plant import Device, Plant
from edge.production.explained import Explained, explained
from edge.production.stops import Stopped, stops

SILENCE = 60 * NS
"""A window without any state is time in which nobody heard of the machine."""
_MS = 1_000_000


def machine_question(historian: Historian, plant: Plant, clock: Clock) -> Question:
    """Return the question for a machine's production day: `machine?device=jar_line&day=2026-09-15`.

    Args:
        historian: to be asked.
        plant: whose machines they are.
        clock: what time it is.
    """

    async def ask(parameters: Parameters) -> dict[str, Any]:
        device = device_of(plant, parameters.get("device", ""))
        now = clock.now()
        today = plant.calendar.production_day(now)
        day = day_of(parameters, today)
        start, end = plant.calendar.day_span(day)
        stop = min(end, now)
        found = await stops(historian, plant, start, stop, device.key) if start < stop else []
        last = max((one.stop or 0 for one in found), default=0)
        said = await explained(historian, plant, start, last) if last else {}
        heard = await _heard(historian, plant, device, start, stop) if start < stop else []
        return {
            "device": device.key,
            "name": device.name or device.key,
            "day": day.isoformat(),
            "is_today": day == today,
            "start": start // _MS,
            "end": end // _MS,
            "stop": max(stop, start) // _MS,
            "heard": [[begin // _MS, over // _MS] for begin, over in heard],
            "stops": [
                _told(one, plant, device, stop, said.get((device.key, (one.stop or 0) // _MS)))
                for one in found
            ],
            "reasons": [
                {"number": number, "name": reason.name}
                for number, reason in sorted(device.states.reasons.items())
            ],
        }

    return Question("machine", Role.VIEWER, ask)


async def _heard(
    historian: Historian, plant: Plant, device: Device, start: int, stop: int
) -> list[tuple[int, int]]:
    """Return the spans in which the machine said its state."""
    place = {"site": plant.site, "line": plant.line, "device": device.key}
    table = Table(STATE.name, (Column("packml", Aggregate.COUNT),), start, stop, place, (), SILENCE)
    spans: list[tuple[int, int]] = []
    for row in await historian.table(table):
        begin, end = max(row.time, start), min(row.time + SILENCE, stop)
        if spans and spans[-1][1] >= begin:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return spans


def _told(one: Stopped, plant: Plant, device: Device, now: int, said: Explained | None) -> dict[str, Any]:
    names = {other.key: other.name or other.key for other in plant.devices}
    number = said.reason if said else one.reason
    reason = device.states.reasons.get(number)
    end = now if one.stop is None else one.stop
    return {
        # The digits as a string: a number of JavaScript does not hold them all.
        "from": str(one.start),
        "to": None if one.stop is None else str(one.stop),
        "start": one.start // _MS,
        "stop": end // _MS,
        "clock": f"{local_time(one.start, plant.calendar.zone):%H:%M:%S}",
        "seconds": (end - one.start) // NS,
        "category": one.category.value,
        # What a person gave stands in place of what the machine said.
        "reason": number,
        "reason_name": reason.name if reason else "",
        "said": {"user": said.who, "why": said.why} if said else None,
        "cause": names.get(one.cause, one.cause),
        "planned_s": one.planned_ms // 1000,
    }
