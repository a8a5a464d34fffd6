"""The table of shifts."""

from __future__ import annotations

from datetime import date

import pytest

from simulators.people.shifts import DAY, EARLY, LATE, PIECEWORK, SUMMER_DAY, WATCH, Shift, shifts_of


@pytest.mark.parametrize(
    ("shift", "start", "end", "net_hours"),
    [
        (DAY, "08:00", "17:30", 8.0),
        (SUMMER_DAY, "07:30", "17:00", 8.0),
        (EARLY, "07:00", "15:30", 8.0),
        (LATE, "15:30", "24:00", 8.0),
        (WATCH, "23:30", "31:30", 7.5),
        (PIECEWORK, "06:30", "18:30", 11.0),
    ],
)
def test_the_table_of_shifts(shift: Shift, start: str, end: str, net_hours: float) -> None:
    """Start, end and net hours are those of the plant's table."""
    shown = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in (shift.start, shift.end)]
    assert shown == [start, end]
    assert shift.worked(shift.start, shift.end) == net_hours * 60
    assert all(shift.start < since < until < shift.end for since, until in shift.breaks)


@pytest.mark.parametrize(
    ("day", "keys"),
    [
        (date(2026, 3, 4), "DC"),
        (date(2026, 3, 8), "C"),
        (date(2026, 7, 14), "DC"),
        (date(2026, 7, 15), "DTC"),
        (date(2026, 8, 1), "DABTC"),
        (date(2026, 8, 2), "TC"),
        (date(2026, 10, 1), "TC"),
        (date(2026, 10, 31), "DABTC"),
        (date(2026, 11, 1), "C"),
        (date(2026, 11, 2), "DC"),
    ],
)
def test_which_shifts_work_on_a_day(day: date, keys: str) -> None:
    """The watch is there every night, piecework every day of the season, two shifts pack from August to October."""
    assert "".join(shift.key for shift in shifts_of(day)) == keys


@pytest.mark.parametrize(("month", "shift"), [(5, DAY), (6, SUMMER_DAY), (9, SUMMER_DAY), (10, DAY)])
def test_summer_begins_half_an_hour_earlier(month: int, shift: Shift) -> None:
    """From June to September the day shift starts at 07:30."""
    assert shifts_of(date(2026, month, 12))[0] is shift


@pytest.mark.parametrize(
    ("begin", "end", "minutes"),
    [(480, 1050, 480), (480, 735, 240), (740, 780, 0), (730, 820, 10), (1050, 480, 0)],
)
def test_breaks_are_no_work(begin: int, end: int, minutes: int) -> None:
    """Only the part of a break that lies within the time counts off; a time that never was is none."""
    assert DAY.worked(begin, end) == minutes
