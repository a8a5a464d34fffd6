"""Minutes by class of pay (Labour Law, articles 41 and 44): 1×, 1.5×, 2× and, on the 13 statutory days alone, 3×."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from edge.model.calendar import Calendar, local_time, to_ns
from edge.model.personnel import Worker
from edge.model.work_days import DayKind
from edge.processing.attendance import turns
from edge.processing.attendance.rules import MINUTE, Limits
from edge.processing.attendance.stay import Stay

NIGHT = time(22), time(6)
"""Night work by the law."""
OVERTIME, REST, STATUTORY = Decimal("1.5"), Decimal(2), Decimal(3)


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes of a day, a week, a month: each is in one class; those at night are in a class as well.

    Attributes:
        normal: paid once.
        overtime: beyond a day's eight hours or a week's forty, on a working day.
        rest: on a day of rest.
        statutory: on a statutory holiday, by the calendar's midnight.
        night: how many of all were between 22:00 and 06:00.
    """

    normal: int = 0
    overtime: int = 0
    rest: int = 0
    statutory: int = 0
    night: int = 0

    def __add__(self, other: Hours) -> Hours:
        return Hours(
            self.normal + other.normal,
            self.overtime + other.overtime,
            self.rest + other.rest,
            self.statutory + other.statutory,
            self.night + other.night,
        )

    @property
    def total(self) -> int:
        """All of them."""
        return self.normal + self.overtime + self.rest + self.statutory

    @property
    def beyond(self) -> int:
        """What counts against a month's overtime."""
        return self.overtime + self.rest + self.statutory

    @property
    def weighted(self) -> Decimal:
        """Minutes as they are paid."""
        return self.normal + self.overtime * OVERTIME + self.rest * REST + self.statutory * STATUTORY


def by_day(
    worker: Worker,
    stays: Iterable[Stay],
    calendar: Calendar,
    limits: Limits,
    known: Mapping[date, Hours] | None = None,
) -> dict[date, Hours]:
    """Return a worker's minutes by the day on which the shift began; weeks are told right only when they are whole.

    Args:
        worker: whose pattern says what a day of rest is: by the calendar, or its own days off.
        stays: in the order of time.
        calendar: of the site.
        limits: a day's and a week's normal work.
        known: what is reckoned already of stays before these, and is part of what is returned.
    """
    days: defaultdict[date, Hours] = defaultdict(Hours, known or {})
    weeks: defaultdict[date, int] = defaultdict(int)
    for day, hours in days.items():
        weeks[_monday(day)] += 0 if calendar.work_days.makes_up(day) else hours.normal
    for stay in stays:
        day = stay.duty.day
        monday = _monday(day)
        rests = is_rest(worker, day, calendar)
        for piece_day, minutes, night in _pieces(stay, calendar):
            if calendar.work_days.day(piece_day).kind is DayKind.STATUTORY:
                days[day] += Hours(statutory=minutes, night=night)
            elif rests:
                days[day] += Hours(rest=minutes, night=night)
            else:
                # A make-up workday is the eight hours of a day that is off in another week.
                makes_up = calendar.work_days.makes_up(day)
                room = limits.day - days[day].normal
                if not makes_up:
                    room = min(room, limits.week - weeks[monday])
                normal = min(minutes, max(0, room))
                weeks[monday] += 0 if makes_up else normal
                days[day] += Hours(normal, minutes - normal, night=night)
    return dict(days)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def is_rest(worker: Worker, day: date, calendar: Calendar) -> bool:
    """Return whether a day is one of rest: by the calendar, or by the pattern of those who work through it."""
    pattern = turns.parse(worker.turns_on(day))
    if pattern.weekly:
        return calendar.work_days.day(day).kind is not DayKind.WORK
    return pattern.shift_on(day, works=True, begins=lambda _key, _day: True) is None


def night_minutes(start: int, stop: int, calendar: Calendar) -> int:
    """Return how many minutes of a span are at night."""
    day = local_time(start, calendar.zone).date() - timedelta(days=1)
    last = local_time(stop, calendar.zone).date()
    minutes = 0
    while day <= last:
        begin = to_ns(datetime.combine(day, NIGHT[0], calendar.zone))
        end = to_ns(datetime.combine(day + timedelta(days=1), NIGHT[1], calendar.zone))
        minutes += max(0, min(stop, end) - max(start, begin)) // MINUTE
        day += timedelta(days=1)
    return minutes


def _pieces(stay: Stay, calendar: Calendar) -> Iterator[tuple[date, int, int]]:
    """Yield what was worked, parted at midnight: the calendar's day, minutes, and those at night."""
    for since, until in stay.spans():
        start = since
        while start < until:
            day = local_time(start, calendar.zone).date()
            midnight = to_ns(datetime.combine(day + timedelta(days=1), time(), calendar.zone))
            stop = min(until, midnight)
            yield day, (stop - start) // MINUTE, night_minutes(start, stop, calendar)
            start = stop
