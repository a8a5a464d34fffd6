"""What people said of stops: of each stop the newest reason that somebody gave it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from edge.historian.base import Historian, Query
from edge.messages.schema import LOSS
from edge.model.plant import Plant
from edge.model.point import FieldValue

_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Explained:
    """A reason that a person gave, why, and when they did (ns UTC)."""

    reason: int
    who: str
    why: str
    entered: int


async def explained(
    historian: Historian, plant: Plant, start: int, stop: int
) -> dict[tuple[str, int], Explained]:
    """Return what was said of the stops that end in [start, stop], ns UTC, by device and the ms in which the stop ended.

    Raises:
        TransientError: the historian cannot be asked now.
    """
    found: defaultdict[tuple[str, int, int], dict[str, FieldValue]] = defaultdict(dict)
    for field in ("who", "why", "entered"):
        for row in await _rows(historian, plant, field, start // _MS * _MS, stop + _MS):
            found[row[0], row[1], row[2]][field] = row[3]
    # Each entry has a partner that takes the same time from the old reason: the one that gives is meant.
    given = {
        (device, time, reason)
        for stamp in {time for _, time, _ in found}
        for device, time, reason, ms in await _rows(historian, plant, "ms", stamp, stamp + 1)
        if int(ms) > 0
    }
    newest: dict[tuple[str, int], Explained] = {}
    for (device, time, reason), said in found.items():
        if (device, time, reason) not in given or not {"who", "why", "entered"} <= said.keys():
            continue
        one = Explained(reason, str(said["who"]), str(said["why"]), int(said["entered"]))
        earlier = newest.get((device, time // _MS))
        if earlier is None or earlier.entered < one.entered:
            newest[device, time // _MS] = one
    return newest


async def _rows(
    historian: Historian, plant: Plant, field: str, start: int, stop: int
) -> list[tuple[str, int, int, FieldValue]]:
    """Return every value of a field as device, time, reason and value."""
    place = {"site": plant.site, "line": plant.line}
    query = Query(LOSS.name, field, None, start, stop, place, ("device", "reason"))
    return [
        (row.tags["device"], row.time, int(row.tags["reason"] or 0), row.value)
        for row in await historian.query(query)
    ]
