"""A machine's day in cells: what was told, planned rest, and what nobody knows."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

from edge.historian.base import TableRow
from edge.model.calendar import Calendar, Shift
from edge.model.packml import Category
from edge.model.shifts import Shifts
from edge.reports.report import Cell
from edge.reports.strips import GRID, HEARD, cells, spent

CALENDAR = Calendar(ZoneInfo("Asia/Shanghai"), time(7), (Shift("D", "", time(7), time(19)),))
START, STOP = CALENDAR.day_span(date(2026, 9, 15))
SHIFTS = Shifts(CALENDAR)
NIGHT = START + 12 * 12 * GRID
FULL = GRID // 1_000_000
ALL_DAY = dict.fromkeys(range(START, STOP, HEARD), HEARD // 1000000)


def at(number: int, value: int, **tags: str) -> TableRow:
    """Return a row of a cell."""
    return TableRow({"device": "m", **tags}, START + number * GRID, (value,))


def test_a_cell_is_what_most_of_it_was_spent_on() -> None:
    """Running, then down, then unknown to the node itself, then running again; cells alike are one."""
    told = spent(
        [at(0, FULL), at(1, FULL), at(2, FULL // 3), at(4, FULL)],
        [
            at(2, FULL - FULL // 3, category="down"),
            at(3, FULL, category="offline"),
            at(4, 0, category="no such"),
        ],
    )

    found = cells(told["m"], ALL_DAY, SHIFTS, START, STOP)

    assert found == (
        Cell(START, START + 2 * GRID, Category.RUNNING),
        Cell(START + 2 * GRID, START + 3 * GRID, Category.DOWN),
        Cell(START + 3 * GRID, START + 4 * GRID, None),
        Cell(START + 4 * GRID, START + 5 * GRID, Category.RUNNING),
        Cell(START + 5 * GRID, STOP, Category.PLANNED),
    )


def test_time_of_which_nothing_is_told_is_rest_only_while_the_machine_was_heard_of() -> None:
    """A node that was off from noon on knows nothing of the afternoon, be it planned or not."""
    noon = START + 5 * 12 * GRID
    heard = {start: ms for start, ms in ALL_DAY.items() if start < noon}

    assert cells({}, heard, SHIFTS, START, STOP) == (
        Cell(START, noon, Category.PLANNED),
        Cell(noon, STOP, None),
    )


def test_without_word_of_hearing_the_calendar_decides() -> None:
    """Planned time is unknown, the rest is rest."""
    assert cells({}, None, SHIFTS, START, STOP) == (
        Cell(START, NIGHT, None),
        Cell(NIGHT, STOP, Category.PLANNED),
    )


def test_a_day_that_is_on_ends_now() -> None:
    """Within a cell, and nothing is said of what is to come."""
    assert cells({}, ALL_DAY, SHIFTS, START, START + GRID + 1) == (
        Cell(START, START + GRID + 1, Category.PLANNED),
    )
    assert cells({}, ALL_DAY, SHIFTS, START, START - GRID) == ()


def test_unknown_time_that_is_told_late_takes_its_cell() -> None:
    """A node that was off tells hours of unknown time at once."""
    told = spent([at(0, 1000)], [at(0, 40 * FULL, category="offline")])

    assert cells(told["m"], ALL_DAY, SHIFTS, START, START + GRID) == (Cell(START, START + GRID, None),)
