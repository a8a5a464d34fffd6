"""Production days and shifts: local time of the site, with a production day that begins at the first shift.

People may be on shifts that overlap; what is made belongs to one: each instant of a production day is in exactly one
`Slice` of it, and where shifts overlap the one that is listed first has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from edge.model.work_days import EVERY_DAY, WorkDays

NS = 1_000_000_000
"""Nanoseconds in a second."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Break:
    """A span within a shift in which nobody works; it may be after midnight, as its shift is."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Shift:
    """A named span of the day; one that ends at or before its start runs over midnight.

    Attributes:
        breaks: in the order of time.
        months: in which it begins; of the whole year when empty.
    """

    key: str
    name: str
    start: time
    end: time
    breaks: tuple[Break, ...] = ()
    months: frozenset[int] = frozenset()

    def span(self, day: date, zone: ZoneInfo) -> tuple[int, int]:
        """Return start and end, ns UTC, of the shift that begins on calendar day `day`."""
        start = datetime.combine(day, self.start, zone)
        last = day if self.end > self.start else day + timedelta(days=1)
        return to_ns(start), to_ns(datetime.combine(last, self.end, zone))

    def break_spans(self, day: date, zone: ZoneInfo) -> Iterable[tuple[int, int]]:
        """Yield start and end, ns UTC, of each break of the shift that begins on calendar day `day`."""
        for pause in self.breaks:
            begins, ends = (
                day if at >= self.start else day + timedelta(days=1) for at in (pause.start, pause.end)
            )
            yield (
                to_ns(datetime.combine(begins, pause.start, zone)),
                to_ns(datetime.combine(ends, pause.end, zone)),
            )

    def begins_on(self, day: date) -> bool:
        """Return whether a shift begins on a calendar day: it has its months."""
        return not self.months or day.month in self.months


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a production day, half-open, ns UTC.

    Attributes:
        shift: whose it is; None when no shift is on.
        day: production day in which that shift began; a night shift may reach into the next one.
        is_break: nobody works.
    """

    start: int
    stop: int
    shift: Shift | None = None
    day: date | None = None
    is_break: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a production day begins, and the shifts of the site.

    Attributes:
        zone: the site's time zone.
        day_start: local time at which a production day begins (07:00 by default).
        shifts: in the order of the configuration; they may overlap.
        work_days: on which days there is a plan.
    """

    zone: ZoneInfo
    day_start: time = time(7)
    shifts: tuple[Shift, ...] = ()
    work_days: WorkDays = EVERY_DAY

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

    def shift_begins(self, shift: Shift, day: date) -> date:
        """Return the calendar day on which the shift of a production day begins."""
        return day if shift.start >= self.day_start else day + timedelta(days=1)

    def shift_span(self, shift: Shift, day: date) -> tuple[int, int]:
        """Return start and end, ns UTC, of the shift that begins within a production day."""
        return shift.span(self.shift_begins(shift, day), self.zone)

    def current_shifts(self, now: int) -> Iterable[tuple[Shift, int, int]]:
        """Yield each shift that is on at an instant, with its start and end (ns UTC)."""
        today = local_time(now, self.zone).date()
        for shift in self.shifts:
            for day in (today - timedelta(days=1), today):
                start, end = shift.span(day, self.zone)
                if start <= now < end and shift.begins_on(day):
                    yield shift, start, end

    def shifts_of(self, day: date) -> tuple[Shift, ...]:
        """Return the shifts that begin within a production day."""
        return tuple(shift for shift in self.shifts if shift.begins_on(self.shift_begins(shift, day)))

    def slices(self, day: date) -> tuple[Slice, ...]:
        """Return the parts of a production day, in the order of time and without a hole."""
        return _slices(self, day)

    def slice_at(self, now: int) -> Slice:
        """Return the part of its production day that an instant (ns UTC) is in."""
        day = self.production_day(now)
        # Where clocks are set back over the start of the day, the same local time comes twice.
        around = (*self.slices(day), *self.slices(day + timedelta(days=1)))
        return next(part for part in around if part.start <= now < part.stop)


@lru_cache(8)
def _slices(calendar: Calendar, day: date) -> tuple[Slice, ...]:
    start, stop = calendar.day_span(day)
    parts: list[Slice] = []
    # A shift is no longer than a day, so what is on now began in this production day or in the one before.
    for shift in calendar.shifts:
        for began in (day - timedelta(days=1), day):
            parts += _parts(calendar, shift, began)
    bounds = sorted({start, stop, *(end for part in parts for end in (part.start, part.stop))})
    inner = [bound for bound in bounds if start <= bound <= stop]
    found: list[Slice] = []
    for since, until in pairwise(inner):
        whose = next((part for part in parts if part.start <= since < part.stop), Slice(since, until))
        last = found[-1] if found else None
        if last is not None and replace(whose, start=last.start, stop=last.stop) == last:
            found[-1] = replace(last, stop=until)
        else:
            found.append(replace(whose, start=since, stop=until))
    return tuple(found)


def _parts(calendar: Calendar, shift: Shift, day: date) -> Iterable[Slice]:
    """Yield the breaks of a production day's shift, and then all of it: the first that an instant is in counts."""
    begins = calendar.shift_begins(shift, day)
    if shift.begins_on(begins):
        for since, until in shift.break_spans(begins, calendar.zone):
            yield Slice(since, until, shift, day, is_break=True)
        yield Slice(*shift.span(begins, calendar.zone), shift, day)


def to_ns(moment: datetime) -> int:
    """Return an aware datetime as ns UTC, exactly."""
    delta = moment.astimezone(UTC) - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * NS + delta.microseconds * 1000


def local_time(now: int, zone: ZoneInfo) -> datetime:
    """Return ns UTC as local time, to the microsecond."""
    return (_EPOCH + timedelta(microseconds=now // 1000)).astimezone(zone)
