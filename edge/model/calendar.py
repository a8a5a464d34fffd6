"""Production days and shifts: local time of the site, with a production day that begins at the first shift."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NS = 1_000_000_000
"""Nanoseconds in a second."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shift:
    """A named span of the day; one that ends at or before its start runs over midnight."""

    key: str
    name: str
    start: time
    end: time

    def span(self, day: date, zone: ZoneInfo) -> tuple[int, int]:
        """Return start and end, ns UTC, of the shift that begins on calendar day `day`."""
        start = datetime.combine(day, self.start, zone)
        last = day if self.end > self.start else day + timedelta(days=1)
        return to_ns(start), to_ns(datetime.combine(last, self.end, zone))


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a production day begins, and the shifts of the site.

    Attributes:
        zone: the site's time zone.
        day_start: local time at which a production day begins (07:00 by default).
        shifts: in the order of the configuration; they may overlap.
    """

    zone: ZoneInfo
    day_start: time = time(7)
    shifts: tuple[Shift, ...] = ()

    def production_day(self, now: int) -> date:
        """Return the production day of an instant (ns UTC): the day before its calendar day until `day_start`."""
        local = local_time(now, self.zone)
        return local.date() if local.time() >= self.day_start else local.date() - timedelta(days=1)

    def day_span(self, day: date) -> tuple[int, int]:
        """Return start and end, ns UTC, of a production day."""
        start = datetime.combine(day, self.day_start, self.zone)
        return to_ns(start), to_ns(datetime.combine(day + timedelta(days=1), self.day_start, self.zone))

    def year_span(self, year: int) -> tuple[int, int]:
        """Return start and end, ns UTC, of a production year: from the first production day to the next year's."""
        return self.day_span(date(year, 1, 1))[0], self.day_span(date(year + 1, 1, 1))[0]

    def shift_span(self, shift: Shift, day: date) -> tuple[int, int]:
        """Return start and end, ns UTC, of the shift that begins within a production day."""
        begins = day if shift.start >= self.day_start else day + timedelta(days=1)
        return shift.span(begins, self.zone)

    def current_shifts(self, now: int) -> Iterable[tuple[Shift, int, int]]:
        """Yield each shift that is on at an instant, with its start and end (ns UTC)."""
        today = local_time(now, self.zone).date()
        for shift in self.shifts:
            for day in (today - timedelta(days=1), today):
                start, end = shift.span(day, self.zone)
                if start <= now < end:
                    yield shift, start, end


def to_ns(moment: datetime) -> int:
    """Return an aware datetime as ns UTC, exactly."""
    delta = moment.astimezone(UTC) - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * NS + delta.microseconds * 1000


def local_time(now: int, zone: ZoneInfo) -> datetime:
    """Return ns UTC as local time, to the microsecond."""
    return (_EPOCH + timedelta(microseconds=now // 1000)).astimezone(zone)
