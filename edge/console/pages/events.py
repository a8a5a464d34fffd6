"""The events of a production day: stops, machines that nobody heard of, and entries of the ledger that are doubtful."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any

from edge.historian.base import Historian
from edge.model.calendar import local_time
from edge.model.packml import Category
from edge.model.plant import Plant
from edge.production.entries import CORRECTION, Entry, doubtful
from edge.production.stops import Stopped, lost, stops

MICRO_MS = 120_000
"""A shorter stop is a micro-stop: counted, and listed only when it is asked for."""
MOST = 500
"""Events of one kind that are told, the newest."""
Acknowledged = Callable[[Sequence[str]], Awaitable[Mapping[str, Mapping[str, Any]]]]
"""Who acknowledged which of some events, when, with which note: by the event's key."""


async def events(
    historian: Historian,
    plant: Plant,
    day: date,
    now: int,
    acknowledged: Acknowledged,
    *,
    micro: bool = False,
) -> dict[str, Any]:
    """Return a production day's events, the newest first.

    Raises:
        TransientError: the historian cannot be asked now.
    """
    start, end = plant.calendar.day_span(day)
    found = lost(await stops(historian, plant, start, min(end, max(now, start))))
    shown = [one for one in found if micro or one.stop is None or one.planned_ms >= MICRO_MS]
    listed = [_stop(one, plant, now) for one in shown[-MOST:]]
    listed += [_entry(one, plant) for one in (await doubtful(historian, plant, start, end))[-MOST:]]
    listed.sort(key=lambda one: (one["time"], one["key"]), reverse=True)
    known = await acknowledged([one["key"] for one in listed])
    return {
        "day": day.isoformat(),
        "events": [{**one, "acknowledged": known.get(one["key"])} for one in listed],
        "micro": sum(one.stop is not None and one.planned_ms < MICRO_MS for one in found),
        "lost_ms": sum(one.planned_ms for one in found),
    }


def _stop(one: Stopped, plant: Plant, now: int) -> dict[str, Any]:
    device = next((device for device in plant.devices if device.key == one.device), None)
    reason = device.states.reasons.get(one.reason) if device else None
    kind = "communication" if one.category is Category.OFFLINE else "stop"
    return {
        "key": f"{kind}:{one.device}:{one.start}",
        "kind": kind,
        "device": one.device,
        "name": _name(one.device, plant),
        "time": one.start,
        "clock": _clock(one.start, plant),
        "until": None if one.stop is None else _clock(one.stop, plant),
        "start": one.start,
        "stop": one.stop,
        "ms": ((one.stop or now) - one.start) // 1_000_000,
        "planned_ms": one.planned_ms,
        "category": str(one.category),
        "reason": one.reason,
        "reason_name": reason.name if reason else "",
        "cause": _name(one.cause, plant) if one.cause else "",
    }


def _entry(one: Entry, plant: Plant) -> dict[str, Any]:
    product = plant.products.get(one.sku)
    return {
        "key": f"entry:{one.device}:{one.counter}:{one.sku}:{one.time}",
        "kind": "correction" if one.mark == CORRECTION else "entry",
        "device": one.device,
        "name": _name(one.device, plant),
        "time": one.time,
        "clock": _clock(one.time, plant),
        "counter": one.counter,
        "product": product.name if product else one.sku,
        "mark": one.mark,
        "n": one.n,
        "g": one.g,
        "gap_s": one.gap,
        "who": one.who,
        "why": one.why,
    }


def _name(device: str, plant: Plant) -> str:
    return next((one.name or one.key for one in plant.devices if one.key == device), device)


def _clock(time: int, plant: Plant) -> str:
    return f"{local_time(time, plant.calendar.zone):%m-%d %H:%M:%S}"
