"""One worker's attendance over some days, from all that is known: the same whatever came first, and however often."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from edge.model.calendar import Calendar
from edge.model.personnel import Entry, EntryKind, Punch, Worker
from edge.processing.attendance.duty import Duty, other_duties, planned_duties, valid
from edge.processing.attendance.matching import Match, distinct, match
from edge.processing.attendance.rules import MINUTE, Rules
from edge.processing.attendance.stay import Stay, stays


@dataclass(frozen=True, slots=True)
class Attended:
    """What is known of a worker, as of no instant yet.

    Attributes:
        matches: shifts with their punches.
        strays: punches that belong to no shift, ns UTC.
        confirmed, approved: see `stay.stays`.
    """

    worker: Worker
    matches: tuple[Match, ...]
    strays: tuple[int, ...]
    confirmed: frozenset[tuple[date, str]]
    approved: dict[date, int]

    def stays(self, now: int, rules: Rules) -> list[Stay]:
        """Return what became of the shifts as of an instant."""
        return stays(self.matches, now, rules, confirmed=self.confirmed, approved=self.approved)


class Shifts:
    """The shifts of some days, which are the same for everybody.

    Args:
        calendar: of the site.
        first, last: calendar days on which shifts begin; those around them are looked at as well, since their
            punches may lie within.
    """

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        self.calendar = calendar
        self.first, self.last = first, last
        around = (last - first).days + 3
        self.days = [first + timedelta(days=number - 1) for number in range(around)]
        self.all: list[Duty] = sorted(
            other_duties(calendar, self.days), key=lambda duty: (duty.start, duty.end, duty.shift)
        )

    def span(self, rules: Rules) -> tuple[int, int]:
        """Return the span, ns UTC, in which a punch may belong to one of these shifts."""
        starts = [*(duty.start for duty in self.all), self.calendar.day_span(self.first)[0]]
        ends = [*(duty.end for duty in self.all), self.calendar.day_span(self.last)[1]]
        return min(starts) - rules.before * MINUTE, max(ends) + rules.after * MINUTE + 1


def attended(
    worker: Worker, punches: Collection[Punch], entries: Sequence[Entry], shifts: Shifts, rules: Rules
) -> Attended:
    """Return what is known of a worker's attendance.

    Args:
        worker: somebody.
        punches: those of all the worker's PINs, in any order, from whatever terminal.
        entries: decisions about this worker.
        shifts: of the days.
        rules: windows, de-duplication.
    """
    decided = valid(entries)
    void = {int(entry.value) for entry in decided if entry.kind is EntryKind.VOID}
    times = {punch.time for punch in punches if punch.time not in void}
    times |= {int(entry.value) for entry in decided if entry.kind is EntryKind.PUNCH}
    begin, end = shifts.span(rules)
    planned = planned_duties(worker, shifts.calendar, decided, shifts.days)
    found, strays = match(
        planned, shifts.all, distinct((time for time in times if begin <= time < end), rules), rules
    )
    inner_begin, inner_end = _inner(shifts)
    return Attended(
        worker,
        tuple(one for one in found if shifts.first <= one.duty.day <= shifts.last),
        tuple(time for time in strays if inner_begin <= time < inner_end),
        frozenset((entry.day, entry.value) for entry in decided if entry.kind is EntryKind.CONFIRM),
        {entry.day: int(entry.value) for entry in decided if entry.kind is EntryKind.OVERTIME},
    )


def _inner(shifts: Shifts) -> tuple[int, int]:
    return shifts.calendar.day_span(shifts.first)[0], shifts.calendar.day_span(shifts.last)[1]
