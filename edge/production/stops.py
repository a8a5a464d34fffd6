"""The stops of a line as events, from what the node said of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from edge.historian.base import Historian, Query
from edge.messages.schema import STOP
from edge.model.packml import Category
from edge.model.plant import Plant
from edge.model.point import FieldValue
from edge.model.shifts import Shifts
from edge.model.tag import CounterRole

MEMORY = 7 * 86_400 * 10**9
"""A stop that began longer ago is not looked for in a span that it may reach into."""
TOGETHER = 120 * 10**9
"""Machines that fell silent within so many ns of each other, and were heard of again so, had one reason: a node, or a switch."""
_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Stopped:
    """A stop.

    Attributes:
        device: the machine.
        start, stop: ns UTC; `stop` is None while it is on.
        category, reason: what it was; `offline` is time in which nobody heard of the machine.
        cause: device that it waited for, `""` when none is known.
        planned_ms: how much of it was planned busy time, until now where it is still on.
    """

    device: str
    start: int
    stop: int | None
    category: Category
    reason: int
    cause: str
    planned_ms: int


async def stops(
    historian: Historian, plant: Plant, start: int, stop: int, device: str | None = None
) -> list[Stopped]:
    """Return the stops that reach into a span [start, stop), ns UTC, in the order of their beginnings.

    Args:
        historian: to be asked.
        plant: whose line it is.
        start: of the span.
        stop: its end, or now where it reaches further.
        device: of one machine only.
    """
    place = {"site": plant.site, "line": plant.line, **({"device": device} if device is not None else {})}
    found: defaultdict[tuple[int, str], dict[str, FieldValue]] = defaultdict(dict)
    for field in STOP.fields:
        query = Query(STOP.name, field, None, start - MEMORY, stop, place, ("device",))
        for row in await historian.query(query):
            found[row.time, row.tags["device"]][field] = row.value
    newest = {machine: time for time, machine in sorted(found)}
    known = [
        _stopped(time, machine, fields, plant, stop, is_newest=newest[machine] == time)
        for (time, machine), fields in sorted(found.items())
    ]
    return [one for one in known if one is not None and (one.stop is None or one.stop > start)]


def _stopped(
    time: int, device: str, fields: dict[str, FieldValue], plant: Plant, now: int, *, is_newest: bool
) -> Stopped | None:
    if "ms" not in fields and not is_newest:
        # A node that was replaced never said the end; what came after it is known, and how long this took is not.
        return None
    name = str(fields.get("category", ""))
    category = Category(name) if name in set(Category) else Category.OFFLINE
    end = time + int(fields["ms"]) * _MS if "ms" in fields else None
    return Stopped(
        device,
        time,
        end,
        category,
        int(fields.get("reason", 0)),
        str(fields.get("cause", "")),
        planned_ms(Shifts(plant.calendar), time, now if end is None else end),
    )


def planned_ms(shifts: Shifts, start: int, stop: int) -> int:
    """Return how much of a span [start, stop), ns UTC, is planned busy time."""
    total, now = 0, start
    while now < stop:
        stretch = shifts.at(now)
        end = min(stretch.stop, stop)
        total += end - now if stretch.is_planned else 0
        now = end
    return total // _MS


def lost(found: Iterable[Stopped]) -> list[Stopped]:
    """Return the stops that took planned time and were not meant to be."""
    return [one for one in found if one.planned_ms and one.category is not Category.PLANNED]


def lost_ms(found: Iterable[Stopped], plant: Plant) -> int:
    """Return the planned time that the machines which make the output stood.

    One that nobody heard of may have run, and a meter or a pump makes nothing: neither lost any time that we know of.
    """
    makers = {device.key for device in plant.devices if CounterRole.GOOD in device.counts}
    stood = (one for one in lost(found) if one.category is not Category.OFFLINE)
    return sum(one.planned_ms for one in stood if one.device in makers)


def outages(found: Iterable[Stopped], plant: Plant) -> list[list[Stopped]]:
    """Return the times in which more than half of the machines were silent together: a node that was off is one event.

    Args:
        found: stops in the order of their beginnings.
        plant: whose machines they are.
    """
    together: list[list[Stopped]] = []
    for one in found:
        if one.category is not Category.OFFLINE:
            continue
        group = next((group for group in reversed(together) if _is_with(one, group[0])), None)
        if group is None:
            together.append([one])
        else:
            group.append(one)
    return [
        group for group in together if 2 * len({one.device for one in group}) > max(len(plant.devices), 2)
    ]


def _is_with(one: Stopped, first: Stopped) -> bool:
    if one.start - first.start > TOGETHER or (one.stop is None) != (first.stop is None):
        return False
    return abs((one.stop or 0) - (first.stop or 0)) <= TOGETHER
