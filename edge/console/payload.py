"""A snapshot as the JSON that the page draws: what is old says so, at the moment of telling. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from edge.console.figures import Attendance, Machine, Snapshot
from edge.model.calendar import NS, local_time

STALE_AFTER = 15 * NS
"""A machine's state is said each 10 s at least; beyond that and a while for the way here, nobody knows it."""
LATE_AFTER = 60 * NS
"""The year's output and the heads are said each 10 s, too, but move so slowly that a hiccup is no news."""


def payload(snapshot: Snapshot | None, now: int, trouble: bool = False) -> str:
    """Return what the page is told at an instant, ns UTC.

    Args:
        snapshot: the newest there is; None when the historian has not answered yet.
        now: the instant; ages are told from it.
        trouble: the historian does not answer, so the snapshot is an old one.
    """
    document: dict[str, Any] = {"trouble": trouble}
    if snapshot is not None:
        output = asdict(snapshot.output)
        time = output.pop("year_time")
        document |= {
            "site": snapshot.site,
            "line": snapshot.line,
            "zone": snapshot.zone.key,
            "local": _clock(now, snapshot),
            "since": _clock(snapshot.time, snapshot),
            "output": {
                **output,
                "day": snapshot.output.day.isoformat(),
                "shift": _shift_output(snapshot),
                "late_s": _late_s(time, now, LATE_AFTER),
            },
            "machines": [_machine(machine, snapshot, now) for machine in snapshot.machines],
            "shifts": [_shift(shift, snapshot, now) for shift in snapshot.shifts],
            "routes": snapshot.routes,
        }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _clock(time: int, snapshot: Snapshot) -> str:
    return f"{local_time(time, snapshot.zone):%Y-%m-%d %H:%M:%S}"


def _machine(machine: Machine, snapshot: Snapshot, now: int) -> dict[str, Any]:
    return {
        "key": machine.key,
        "name": machine.name,
        "known": machine.time is not None,
        "category": machine.category.value,
        "state": machine.state.name,
        "reason": machine.reason,
        "reason_name": machine.reason_name,
        "cause": machine.cause,
        "since": None if machine.since is None else _clock(machine.since, snapshot)[-8:-3],
        "since_s": None if machine.since is None else max(now - machine.since, 0) // NS,
        "speed": machine.speed,
        "rated": machine.rated,
        "good": machine.good,
        "grams": machine.grams,
        "late_s": _late_s(machine.time, now, STALE_AFTER),
    }


def _shift_output(snapshot: Snapshot) -> dict[str, Any] | None:
    shift = snapshot.output.shift
    if shift is None:
        return None
    hours = _hours(shift.start, shift.stop, snapshot)
    return {
        "name": shift.name,
        "hours": hours,
        "grams": shift.grams,
        "plan": shift.plan,
        "plan_so_far": shift.plan_so_far,
        "projected": shift.projected,
    }


def _hours(start: int, stop: int, snapshot: Snapshot) -> str:
    return "–".join(f"{local_time(end, snapshot.zone):%H:%M}" for end in (start, stop))


def _shift(shift: Attendance, snapshot: Snapshot, now: int) -> dict[str, Any]:
    return {
        "name": shift.name,
        "hours": _hours(shift.start, shift.stop, snapshot),
        "phase": shift.phase.value,
        "planned": shift.planned,
        "present": shift.present,
        "late_s": _late_s(shift.time, min(now, shift.stop), LATE_AFTER),
    }


def _late_s(time: int | None, now: int, allowed: int) -> int | None:
    """Return how old something is, s, when it is older than it may be."""
    return None if time is None or now - time <= allowed else (now - time) // NS
