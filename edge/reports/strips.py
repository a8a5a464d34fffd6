"""Five-minute sums as the strip of a machine's day: what most of each cell was spent on. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from edge.historian.base import TableRow
from edge.model.calendar import NS
from edge.model.packml import Category
from edge.model.shifts import Shifts
from edge.reports.report import Cell

GRID = 300 * NS
HEARD = 900 * NS
"""How often is told for how long a device was heard of."""
_MS = 1_000_000


def known_category(text: str) -> Category | None:
    """Return the category of a loss; None of time in which nobody knows what the machine did."""
    try:
        found = Category(text)
    except ValueError:
        return None
    return None if found in (Category.OFFLINE, Category.ONLINE) else found


Spent = Mapping[int, Mapping[Category | None, int]]
"""ms by category, for the start of each cell, ns UTC."""


def spent(ran: Iterable[TableRow], lost: Iterable[TableRow]) -> dict[str, Spent]:
    """Return what each machine's cells were spent on.

    Args:
        ran: production time by `device` in windows of `GRID`.
        lost: lost time by `device` and `category`, likewise.
    """
    found: defaultdict[str, defaultdict[int, dict[Category | None, int]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for row in ran:
        found[row.tags["device"]][row.time][Category.RUNNING] = int(row.values[0] or 0)
    for row in lost:
        cell, category = found[row.tags["device"]][row.time], known_category(row.tags["category"])
        cell[category] = cell.get(category, 0) + int(row.values[0] or 0)
    return {device: dict(cells) for device, cells in found.items()}


def cells(
    spent_on: Spent, heard: Mapping[int, int] | None, shifts: Shifts, start: int, stop: int
) -> tuple[Cell, ...]:
    """Return a span as cells, those alike in a row as one.

    Time that nothing was told of is planned rest while the machine was heard of, and unknown otherwise.

    Args:
        spent_on: what is told of the machine.
        heard: ms by the start of each window of `HEARD`; None where that is not told at all: then the calendar decides.
        shifts: which time is planned.
        start: of the span, ns UTC.
        stop: its end, or now.
    """
    found: list[Cell] = []
    for cell in _cells(spent_on, heard, shifts, start, stop):
        if found and found[-1].category == cell.category:
            found[-1] = Cell(found[-1].start, cell.stop, cell.category)
        else:
            found.append(cell)
    return tuple(found)


def _cells(
    spent_on: Spent, heard: Mapping[int, int] | None, shifts: Shifts, start: int, stop: int
) -> Iterator[Cell]:
    for begin in range(start, stop, GRID):
        end = min(begin + GRID, stop)
        length = (end - begin) // _MS
        told = spent_on.get(begin - begin % GRID, {})
        rest = length - sum(told.values())
        if heard is None:
            stands = Category.PLANNED if not shifts.at(begin).is_planned else None
        else:
            quarter = begin - begin % HEARD
            stands = Category.PLANNED if 2 * heard.get(quarter, 0) * _MS >= HEARD else None
        # The order decides between two that are as long.
        choices = [*sorted(told.items(), key=lambda one: str(one[0])), (stands, max(rest, 0))]
        yield Cell(begin, end, max(choices, key=lambda one: one[1])[0])
