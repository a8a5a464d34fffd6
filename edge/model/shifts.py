"""Which shift is on and how much of a span is planned: the one place that asks the calendar for both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from edge.model.calendar import Calendar, local_time


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span [start, stop), ns UTC, in which the same shift is on; key `""` for none."""

    key: str
    start: int
    stop: int
    is_planned: bool


class Shifts:
    """The shifts of a calendar as stretches that touch and never overlap; without shifts all time is planned.

    Where two shifts overlap, the one that is named first in the configuration is on.
    """

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._newest = Stretch("", 0, 0, False)

    def at(self, now: int) -> Stretch:
        """Return the stretch that an instant, ns UTC, is in."""
        if not self._newest.start <= now < self._newest.stop:
            self._newest = self._find(now)
        return self._newest

    def _find(self, now: int) -> Stretch:
        calendar = self._calendar
        today = local_time(now, calendar.zone).date()
        days = [today + timedelta(days=number) for number in (-1, 0, 1)]
        spans = [(shift.key, *shift.span(day, calendar.zone)) for shift in calendar.shifts for day in days]
        edges = {edge for _, *span in spans for edge in span}
        edges |= {edge for day in days for edge in calendar.day_span(day)}
        start = max(edge for edge in edges if edge <= now)
        stop = min(edge for edge in edges if edge > now)
        key = next((key for key, begin, end in spans if begin <= now < end), "")
        return Stretch(key, start, stop, bool(key) or not spans)
