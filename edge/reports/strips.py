"""What each machine did over a day, in cells of five minutes, from the sums that it told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from edge.historian.base import Aggregate, Column, Historian, Table
from edge.messages.schema import LOSS, OEE, SOURCE
from edge.model.packml import Category
from edge.model.plant import Plant
from edge.reports.report import Cell, Strip

GRID = 300 * 10**9
"""Nodes tell their sums on this grid."""
_HEARD = 900 * 10**9
"""And how long they heard of a device on this one."""
_TIMES = ("pbt", "apt", "unknown")
_MS = 1_000_000


async def strips(
    historian: Historian, plant: Plant, names: Mapping[str, str], start: int, stop: int
) -> tuple[Strip, ...]:
    """Return what machines did in a span [start, stop), ns UTC.

    Args:
        historian: that is asked.
        plant: whose line it is.
        names: of the machines, by key.
        start: of the span.
        stop: its end, and no later than now.
    """
    place = {"site": plant.site, "line": plant.line}
    times, losses, heard = await historian.tables(
        [
            Table(
                OEE.name,
                tuple(Column(field, Aggregate.SUM) for field in _TIMES),
                start,
                stop,
                place,
                ("device",),
                GRID,
            ),
            Table(
                LOSS.name, (Column("ms", Aggregate.SUM),), start, stop, place, ("category", "device"), GRID
            ),
            Table(SOURCE.name, (Column("ms", Aggregate.SUM),), start, stop, place, ("device",), _HEARD),
        ]
    )
    spent: defaultdict[tuple[str, int], dict[Category | None, int]] = defaultdict(dict)
    for row in times:
        planned, ran, unknown = (int(value or 0) for value in row.values)
        cell = spent[row.tags["device"], row.time]
        cell[Category.RUNNING], cell[None] = ran, unknown
        cell[Category.PLANNED] = max(GRID // _MS - planned, 0)
    for row in losses:
        name, ms = row.tags["category"], int(row.values[0] or 0)
        if name in set(Category) and name != Category.OFFLINE:
            cell = spent[row.tags["device"], row.time]
            cell[Category(name)] = cell.get(Category(name), 0) + ms
    known = {(row.tags["device"], row.time) for row in heard if row.values[0]}
    return tuple(
        Strip(device, name, tuple(_cells(spent, known, device, start, stop)))
        for device, name in names.items()
    )


def _cells(
    spent: Mapping[tuple[str, int], Mapping[Category | None, int]],
    heard: set[tuple[str, int]],
    device: str,
    start: int,
    stop: int,
) -> Iterable[Cell]:
    """Yield stretches of the same: a machine that told nothing but was heard of stood as it was meant to."""
    begin, doing = start, None
    for now in range(start // GRID * GRID, stop, GRID):
        cell = spent.get((device, now))
        if cell:
            most = max(cell, key=lambda category: cell[category])
        else:
            most = Category.PLANNED if (device, now // _HEARD * _HEARD) in heard else None
        if most is not doing:
            if now > begin:
                yield Cell(begin, now, doing)
            begin, doing = max(now, start), most
    if stop > begin:
        yield Cell(begin, stop, doing)
