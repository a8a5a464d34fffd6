"""Stop reasons from people: time that was lost to one reason is moved to another, by entries of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from edge.historian.base import Aggregate, Historian, Query
from edge.messages import line_protocol
from edge.messages.schema import LOSS
from edge.model.calendar import NS
from edge.model.plant import Plant
from edge.model.point import FieldValue, Point
from edge.production.oee import LOSS_FIELDS

TOLD_WITHIN = 300 * NS
"""A node tells losses a while after they happened, ns."""
_TAGS = ("category", "cause", "shift")
_STEP, _OURS = 1000, 998
_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a person says of a stop.

    Attributes:
        device: the machine.
        start, stop: of the stop, ns UTC.
        was, reason: the reason that it was booked to, and the right one.
        who, why: of the person.
        entered: ns UTC.
    """

    device: str
    start: int
    stop: int
    was: int
    reason: int
    who: str
    why: str
    entered: int


async def lines(historian: Historian, plant: Plant, said: Explanation) -> list[str]:
    """Return an explanation as line protocol: what it takes from the old reason, and gives to the new one.

    No more is moved than was lost to the old reason in the sums of that time, and no more than the stop lasted.
    """
    place = {"site": plant.site, "line": plant.line, "device": said.device, "reason": str(said.was)}
    found: defaultdict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for field in LOSS_FIELDS:
        query = Query(LOSS.name, field, Aggregate.SUM, said.start, said.stop + TOLD_WITHIN, place, _TAGS)
        for row in await historian.query(query):
            found[tuple(row.tags.values())][field] = int(row.value)
    # Entered at another instant it has another stamp; the same entry written again has the same.
    stamp = said.stop // _MS * _MS + said.entered // NS % 1000 * _STEP + _OURS
    return [line_protocol.encode(point) for point in _moves(said, place, found, stamp)]


def _moves(
    said: Explanation,
    place: dict[str, str],
    found: dict[tuple[str, ...], dict[str, int]],
    stamp: int,
) -> Iterator[Point]:
    left = (said.stop - said.start) // _MS
    fields: dict[str, FieldValue] = {"who": said.who, "why": said.why, "entered": said.entered}
    for group, lost in sorted(found.items()):
        moved = min(lost.get("ms", 0), left)
        if moved <= 0:
            continue
        left -= moved
        whole = moved == lost.get("ms", 0)
        figures = {"ms": moved, **({name: lost.get(name, 0) for name in ("stops", "micro")} if whole else {})}
        tags = {**place, **dict(zip(_TAGS, group, strict=True))}
        yield Point(LOSS.name, tags, {**fields, **{name: -figure for name, figure in figures.items()}}, stamp)
        yield Point(LOSS.name, {**tags, "reason": str(said.reason)}, {**fields, **figures}, stamp)
