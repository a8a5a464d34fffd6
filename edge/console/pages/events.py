"""The events of a production day: stops, machines that nobody heard of, and entries of the ledger that are doubtful."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any

from edge.clock import Clock
from edge.console.access.roles import Role
from edge.console.pages.asked import choice_of, day_of
from edge.console.question import Parameters, Question
from edge.historian.base import Historian
from edge.model.calendar import local_time
from edge.model.packml import Category
from edge.model.plant import Device, Plant
from edge.production.entries import CORRECTION, Entry, doubtful
from edge.production.explained import Explained, explained
from edge.production.stops import Stopped, lost, lost_ms, outages, stops

MICRO_MS = 120_000
"""A shorter stop is a micro-stop: counted, and listed only when it is asked for."""
MOST = 500
"""Events of one kind that are told, the newest."""
_MS = 1_000_000
Acknowledged = Callable[[Sequence[str]], Awaitable[Mapping[str, Mapping[str, Any]]]]
"""Who acknowledged which of some events, when, with which note: by the event's key."""


def events_question(historian: Historian, plant: Plant, clock: Clock, acknowledged: Acknowledged) -> Question:
    """Return the question for a day's events: `day`, and `micro=1` to list short stops, too."""

    async def ask(parameters: Parameters) -> dict[str, Any]:
        now = clock.now()
        day = day_of(parameters, plant.calendar.production_day(now))
        micro = choice_of(parameters, "micro", ("0", "1"), "0")
        return await events(historian, plant, day, now, acknowledged, micro=micro == "1")

    return Question("events", Role.VIEWER, ask)


async def events(
    historian: Historian,
    plant: Plant,
    day: date,
    now: int,
    acknowledged: Acknowledged,
    *,
    micro: bool = False,
) -> dict[str, Any]:
    """Return a production day's events, the newest first; instants in ns as text, since JavaScript's numbers cannot hold them.

    Raises:
        TransientError: the historian cannot be asked now.
    """
    start, end = plant.calendar.day_span(day)
    found = lost(await stops(historian, plant, start, min(end, max(now, start))))
    silent = outages(found, plant)
    told = {(one.device, one.start) for group in silent for one in group}
    alone = [one for one in found if (one.device, one.start) not in told]
    shown = [one for one in alone if micro or one.stop is None or one.planned_ms >= MICRO_MS]
    shown = shown[-MOST:]
    last = max((one.stop or 0 for one in shown), default=0)
    said = await explained(historian, plant, start, last) if last else {}
    listed = [(one.start, _stop(one, plant, now, _said_of(one, said))) for one in shown]
    listed += [(group[0].start, _outage(group, plant, now)) for group in silent[-MOST:]]
    entries = (await doubtful(historian, plant, start, end))[-MOST:]
    listed += [(one.time, _entry(one, plant)) for one in entries]
    listed.sort(key=lambda one: (one[0], one[1]["key"]), reverse=True)
    known = await acknowledged([one["key"] for _, one in listed])
    return {
        "day": day.isoformat(),
        "today": plant.calendar.production_day(now).isoformat(),
        "events": [{**one, "acknowledged": known.get(one["key"])} for _, one in listed],
        "devices": [_device(one) for one in plant.devices],
        "micro": sum(one.stop is not None and one.planned_ms < MICRO_MS for one in alone),
        "lost_ms": lost_ms(found, plant),
    }


def _said_of(one: Stopped, said: Mapping[tuple[str, int], Explained]) -> Explained | None:
    return None if one.stop is None else said.get((one.device, one.stop // _MS))


def _stop(one: Stopped, plant: Plant, now: int, said: Explained | None) -> dict[str, Any]:
    kind = "communication" if one.category is Category.OFFLINE else "stop"
    return {
        "key": f"{kind}:{one.device}:{one.start}",
        "kind": kind,
        "device": one.device,
        "name": _name(one.device, plant),
        "clock": _clock(one.start, plant),
        "until": None if one.stop is None else _clock(one.stop, plant),
        "start": str(one.start),
        "stop": None if one.stop is None else str(one.stop),
        "ms": ((one.stop or now) - one.start) // _MS,
        "planned_ms": one.planned_ms,
        "category": str(one.category),
        "reason": one.reason,
        "reason_name": _reason(one.device, one.reason, plant),
        "explained": None
        if said is None
        else {
            "reason": said.reason,
            "reason_name": _reason(one.device, said.reason, plant),
            "user": said.who,
            "why": said.why,
        },
        "cause": _name(one.cause, plant) if one.cause else "",
    }


def _outage(group: Sequence[Stopped], plant: Plant, now: int) -> dict[str, Any]:
    """Return a time in which most machines were silent together, from the first one's silence until the last one was heard of."""
    first = group[0]
    stop = None if first.stop is None else max(one.stop or 0 for one in group)
    devices = sorted({one.device for one in group})
    whole = Stopped("*", first.start, stop, Category.OFFLINE, 0, "", max(one.planned_ms for one in group))
    return {
        **_stop(whole, plant, now, None),
        "devices": devices,
        "of": len(plant.devices),
    }


def _device(one: Device) -> dict[str, Any]:
    """Return a machine with the reasons that a stop of it can be given."""
    reasons = [{"reason": number, "name": known.name} for number, known in sorted(one.states.reasons.items())]
    return {"key": one.key, "name": one.name or one.key, "reasons": reasons}


def _entry(one: Entry, plant: Plant) -> dict[str, Any]:
    product = plant.products.get(one.sku)
    return {
        "key": f"entry:{one.device}:{one.counter}:{one.sku}:{one.time}",
        "kind": "correction" if one.mark == CORRECTION else "entry",
        "device": one.device,
        "name": _name(one.device, plant),
        "clock": _clock(one.time, plant),
        "start": str(one.time),
        "counter": one.counter,
        "sku": one.sku,
        "product": product.name if product else one.sku,
        "mark": one.mark,
        "n": one.n,
        "g": one.g,
        "gap_s": one.gap,
        "who": one.who,
        "why": one.why,
    }


def _reason(device: str, number: int, plant: Plant) -> str:
    known = next((one.states.reasons for one in plant.devices if one.key == device), {})
    return known[number].name if number in known else ""


def _name(device: str, plant: Plant) -> str:
    return next((one.name or one.key for one in plant.devices if one.key == device), device)


def _clock(time: int, plant: Plant) -> str:
    return f"{local_time(time, plant.calendar.zone):%m-%d %H:%M:%S}"
