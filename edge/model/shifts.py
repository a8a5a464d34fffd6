"""Which shift is on and how much of a span is planned: the one place that asks the calendar for both."""

from __future__ import annotations

from dataclasses import dataclass

from edge.model.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span [start, stop), ns UTC, in which the same shift is on, or its break; key `""` for none.

    `opens_day` is that of the first stretch of a production day.
    """

    key: str
    start: int
    stop: int
    is_planned: bool
    opens_day: bool = False


class Shifts:
    """The shifts of a calendar as stretches that touch and never overlap: the slices of its production days.

    Breaks are not planned, and nothing is of a shift that begins on a day of rest; without shifts all time of working days is.
    """

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._newest = Stretch("", 0, 0, False)

    def at(self, now: int) -> Stretch:
        """Return the stretch that an instant, ns UTC, is in."""
        if not self._newest.start <= now < self._newest.stop:
            self._newest = self._find(now)
        return self._newest

    def same_day(self, one: int, other: int) -> bool:
        """Return whether two instants, ns UTC, are of one production day."""
        if all(self._newest.start <= now < self._newest.stop for now in (one, other)):
            return True
        return self._calendar.production_day(one) == self._calendar.production_day(other)

    def _find(self, now: int) -> Stretch:
        calendar, part = self._calendar, self._calendar.slice_at(now)
        today = calendar.production_day(part.start)
        works, opens = calendar.work_days.works(part.day or today), part.start == calendar.day_span(today)[0]
        if part.shift is None:
            return Stretch("", part.start, part.stop, works and not calendar.shifts, opens)
        return Stretch(part.shift.key, part.start, part.stop, works and not part.is_break, opens)
