"""What somebody is to work: the shift of a day with its spans, from pattern, exceptions and leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from edge.model.calendar import Calendar, Shift
from edge.model.personnel import Entry, EntryKind, Worker
from edge.processing.attendance import turns


@dataclass(frozen=True, slots=True)
class Duty:
    """A shift on its day; times in ns UTC.

    Attributes:
        shift: its key.
        day: the calendar day on which it begins: the hours are that day's, also those after midnight.
        start, end: of the shift.
        breaks: spans in which nobody works.
        planned: whether the worker was to be there.
        leave: why not, if on leave.
    """

    shift: str
    day: date
    start: int
    end: int
    breaks: tuple[tuple[int, int], ...] = ()
    planned: bool = True
    leave: str = ""


def duty_of(calendar: Calendar, shift: Shift, day: date, *, planned: bool = True, leave: str = "") -> Duty:
    """Return a shift that begins on a calendar day."""
    start, end = shift.span(day, calendar.zone)
    return Duty(
        shift.key, day, start, end, tuple(shift.break_spans(day, calendar.zone)), planned=planned, leave=leave
    )


def valid(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries that hold, in their order: without those that were undone, and without the undoing."""
    kept = sorted(entries, key=lambda entry: entry.number)
    undone = {int(entry.value) for entry in kept if entry.kind is EntryKind.UNDO}
    return [entry for entry in kept if entry.kind is not EntryKind.UNDO and entry.number not in undone]


def planned_duties(
    worker: Worker, calendar: Calendar, entries: Sequence[Entry], days: Iterable[date]
) -> list[Duty]:
    """Return what a worker is to work on some days, in the order of time.

    Args:
        worker: somebody.
        calendar: of the site.
        entries: decisions about this worker that hold.
        days: calendar days on which shifts begin.
    """
    exceptions = {entry.day: entry.value for entry in entries if entry.kind is EntryKind.SHIFT}
    leaves = [entry for entry in entries if entry.kind is EntryKind.LEAVE]
    shifts = {shift.key: shift for shift in calendar.shifts}
    found = []
    for day in days:
        if not worker.is_employed(day):
            continue
        for key in _keys(worker, calendar, shifts, exceptions.get(day), day):
            leave = next((one.value for one in reversed(leaves) if _covers(one, day)), "")
            found.append(duty_of(calendar, shifts[key], day, leave=leave))
    return sorted(found, key=lambda duty: (duty.start, duty.end, duty.shift))


def other_duties(calendar: Calendar, days: Iterable[date]) -> list[Duty]:
    """Return every shift of some days, as one for which nobody in particular is planned."""
    return [
        duty_of(calendar, shift, day, planned=False)
        for day in days
        for shift in calendar.shifts
        if shift.begins_on(day)
    ]


def _keys(
    worker: Worker, calendar: Calendar, shifts: dict[str, Shift], exception: str | None, day: date
) -> list[str]:
    if exception is not None:
        return [key for key in exception.split() if key in shifts]

    def begins(key: str, on: date) -> bool:
        return key in shifts and shifts[key].begins_on(on)

    pattern = turns.parse(worker.turns_on(day))
    key = pattern.shift_on(day, works=calendar.work_days.works(day), begins=begins)
    return [key] if key else []


def _covers(leave: Entry, day: date) -> bool:
    return leave.day <= day <= (leave.until or leave.day)
