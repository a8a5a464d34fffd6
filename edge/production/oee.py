"""ISO 22400-2 of any span, from the sums in the historian: the same for a shift, a year, one machine or all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter

from edge.historian.base import Aggregate, Historian, Query
from edge.messages.schema import LOSS, OEE
from edge.model.oee import FIELDS, Sums
from edge.model.plant import Plant

LOSS_FIELDS = ("ms", "stops", "micro")
Group = tuple[str, ...]
"""Values of the tags that sums are grouped by, in their order."""


@dataclass(frozen=True, slots=True)
class TopLoss:
    """Time lost to one thing.

    Attributes:
        category, reason: what it was, and the PLC's number.
        cause: device that a starved or blocked machine waited for, `""` when none is known.
        ms: lost.
        stops, micro: that ended, and the short ones of them.
    """

    category: str
    reason: int
    cause: str
    ms: int
    stops: int
    micro: int


async def sums(
    historian: Historian,
    plant: Plant,
    start: int,
    stop: int,
    by: tuple[str, ...] = ("device",),
    where: Mapping[str, str] | None = None,
) -> dict[Group, Sums]:
    """Return the sums of a span [start, stop), ns UTC, for each group.

    Args:
        historian: to be asked.
        plant: whose line it is.
        start: of the span.
        stop: its end.
        by: of `device`, `shift` and `sku`; nothing for one sum of all.
        where: further tags that must be equal.
    """
    found: defaultdict[Group, dict[str, int]] = defaultdict(dict)
    place = {"site": plant.site, "line": plant.line, **(where or {})}
    for field in FIELDS:
        for row in await historian.query(Query(OEE.name, field, Aggregate.SUM, start, stop, place, by)):
            found[tuple(row.tags[tag] for tag in by)][field] = int(row.value)
    return {group: Sums(**fields) for group, fields in sorted(found.items())}


async def top_losses(historian: Historian, plant: Plant, start: int, stop: int, device: str) -> list[TopLoss]:
    """Return what a machine lost its planned busy time to, the most first."""
    by = ("category", "reason", "cause")
    place = {"site": plant.site, "line": plant.line, "device": device}
    found: defaultdict[Group, dict[str, int]] = defaultdict(dict)
    for field in LOSS_FIELDS:
        for row in await historian.query(Query(LOSS.name, field, Aggregate.SUM, start, stop, place, by)):
            found[tuple(row.tags[tag] for tag in by)][field] = int(row.value)
    losses = [
        TopLoss(category, int(reason), cause, *(fields.get(field, 0) for field in LOSS_FIELDS))
        for (category, reason, cause), fields in found.items()
    ]
    return sorted(losses, key=attrgetter("ms"), reverse=True)
