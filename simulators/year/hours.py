"""When people work on the line: the shifts of the packers, with overtime; on a Sunday of the season only the intake works."""

from __future__ import annotations

from datetime import date

from simulators.people.calendar import is_production_day
from simulators.people.shifts import (
    EARLY,
    LATE,
    PIECEWORK,
    Shift,
    has_overtime,
    has_two_shifts,
    in_season,
    shifts_of,
)
from simulators.year.foreman import Work

_OVERTIME_MIN = 90


def works_of(day: date) -> tuple[Work, ...]:
    """Return the stretches of a local day in which people work."""
    if not is_production_day(day):
        return (_work(PIECEWORK),) if in_season(day) else ()
    if has_two_shifts(day):
        return _work(EARLY), _work(LATE)
    return (_work(shifts_of(day)[0], _OVERTIME_MIN if has_overtime(day) else 0),)


def _work(shift: Shift, overtime: int = 0) -> Work:
    return Work(shift.key, shift.start, shift.end + overtime, shift.breaks)
