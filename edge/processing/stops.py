"""A machine's stops as events: when each began, what it was for, and how long it took.

One point a stop, at the time that it began: said when it begins, and said again whole when it is over. What a machine does
while nobody hears of it is a stop, too, of which only that is known.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from edge.model.packml import Category, State
from edge.model.point import FieldValue, Point
from edge.processing.machine_state import MachineState

VERSION = 1
_MS = 1_000_000
_GOES_ON = (Category.RUNNING, Category.ONLINE)


@dataclass(frozen=True, slots=True)
class Stop:
    """A stretch in which a machine did not run.

    Attributes:
        since: when it began, ns UTC.
        category, packml, reason: what it was.
        cause: device that it waited for, as last known; `""` for none.
        ms: how long it took; None while it is on.
    """

    since: int
    category: Category
    packml: State
    reason: int
    cause: str = ""
    ms: int | None = None


def after(stop: Stop | None, state: MachineState) -> tuple[Stop | None, list[Stop]]:
    """Return the stop that is on, given the one before and what the machine does now, and the stops to be said."""
    if stop is not None and (state.category, state.reason) == (stop.category, stop.reason):
        cause = state.cause or stop.cause
        if cause == stop.cause:
            return stop, []
        known = replace(stop, cause=cause)
        return known, [known]
    told = [] if stop is None else [ended(stop, state.seen)]
    if state.category in _GOES_ON or not state.seen:
        return None, told
    # Where a clock was set back two stops would begin at once, and the second take the place of the first.
    since = state.seen if stop is None else max(state.seen, stop.since + _MS)
    begun = Stop(since, state.category, state.packml, state.reason, state.cause)
    return begun, [*told, begun]


def absence(stop: Stop | None, heard: int, now: int) -> list[Stop]:
    """Return what is to be said when a machine is heard of again after a restart: the stop that was on, and the time without us.

    Args:
        stop: that was on when the machine was last heard of.
        heard: when that was, ns UTC.
        now: when it is heard of again.
    """
    before = [] if stop is None else [ended(stop, heard)]
    since = heard if stop is None else max(heard, stop.since + _MS)
    return [*before, ended(Stop(since, Category.OFFLINE, State.UNDEFINED, 0), now)]


def ended(stop: Stop, time: int) -> Stop:
    """Return a stop that was over at an instant, ns UTC."""
    return replace(stop, ms=max(time - stop.since, 0) // _MS)


def stop_point(stop: Stop, device: str, line: str, site: str) -> Point:
    """Return the `stop` point of a stop."""
    fields: dict[str, FieldValue] = {
        "category": str(stop.category),
        "packml": int(stop.packml),
        "reason": stop.reason,
        "cause": stop.cause,
    }
    if stop.ms is not None:
        fields["ms"] = stop.ms
    return Point("stop", {"site": site, "line": line, "device": device}, fields, stop.since)


def dump(stop: Stop | None) -> str:
    """Return the stop that is on as JSON text."""
    document = None
    if stop is not None:
        document = [stop.since, str(stop.category), int(stop.packml), stop.reason, stop.cause]
    return json.dumps({"v": VERSION, "stop": document})


def load(text: str) -> Stop | None:
    """Return the stop of a JSON text; None of another version's, whose end is then never said."""
    document = json.loads(text)
    if document.get("v") != VERSION or document["stop"] is None:
        return None
    since, category, packml, reason, cause = document["stop"]
    return Stop(since, Category(category), State(packml), reason, cause)
