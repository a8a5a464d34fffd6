"""The labour law guard: warnings before a limit is passed, from what was worked and what is planned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from edge.model.calendar import Calendar
from edge.model.personnel import Worker, age
from edge.processing.attendance.duty import Duty
from edge.processing.attendance.hours import Hours, by_day, night_minutes
from edge.processing.attendance.rules import MINUTE, Limits
from edge.processing.attendance.stay import Stay

_WEEK = 7
NEAR = 0.85
"""Of a month's overtime: from here on it is said although nothing is planned that would pass the limit."""


class Rule(StrEnum):
    """What the law limits."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ROW = "row"
    MINOR = "minor"
    CHILD = "child"


@dataclass(frozen=True, slots=True)
class Warned:
    """A limit that somebody is near, or past.

    Attributes:
        worker: id.
        rule: which limit.
        day: on which it is reached, or was.
        value, limit: minutes; days of `row`; years of age.
        passed: whether it is too late.
    """

    worker: str
    rule: Rule
    day: date
    value: int
    limit: int
    passed: bool


@dataclass(frozen=True, slots=True)
class Work:
    """A worker's month and the week around it.

    Attributes:
        hours: by day, of what was worked.
        stays: what was worked.
        ahead: what is planned after today and not on leave, in order.
    """

    hours: Mapping[date, Hours]
    stays: Sequence[Stay]
    ahead: Sequence[Duty]


def warnings(worker: Worker, work: Work, today: date, calendar: Calendar, limits: Limits) -> list[Warned]:
    """Return every limit that a worker has passed this week or month, or passes by what is planned for them."""
    found = [
        *_days(worker, work, today, limits),
        *_week(worker, work, today, limits),
        *_month(worker, work, today, calendar, limits),
        *_row(worker, work, today, limits),
        *_age(worker, work, calendar, limits),
    ]
    return sorted(found, key=lambda one: (one.day, one.rule))


def net_minutes(duty: Duty) -> int:
    """Return the working time of a shift."""
    return (duty.end - duty.start - sum(end - begin for begin, end in duty.breaks)) // MINUTE


def _days(worker: Worker, work: Work, today: date, limits: Limits) -> Iterator[Warned]:
    most = limits.day + limits.day_overtime
    for day, hours in work.hours.items():
        if _same_month(day, today) and hours.total > most:
            yield Warned(worker.id, Rule.DAY, day, hours.total, most, passed=True)
    for day, minutes in _by_day(work.ahead).items():
        if minutes > most:
            yield Warned(worker.id, Rule.DAY, day, minutes, most, passed=False)


def _week(worker: Worker, work: Work, today: date, limits: Limits) -> Iterator[Warned]:
    monday = today - timedelta(days=today.weekday())
    end = monday + timedelta(days=_WEEK)
    worked = [(day, hours.total, True) for day, hours in work.hours.items() if monday <= day < end]
    planned = [(day, minutes, False) for day, minutes in _by_day(work.ahead).items() if day < end]
    total = 0
    for day, minutes, passed in (*sorted(worked), *sorted(planned)):
        total += minutes
        if total > limits.week_most:
            yield Warned(worker.id, Rule.WEEK, day, total, limits.week_most, passed=passed)
            return


def _month(worker: Worker, work: Work, today: date, calendar: Calendar, limits: Limits) -> Iterator[Warned]:
    most = limits.month_overtime
    so_far = sum(hours.beyond for day, hours in work.hours.items() if _same_month(day, today))
    if so_far > most:
        yield Warned(worker.id, Rule.MONTH, today, so_far, most, passed=True)
        return
    as_planned = [Stay(duty, duty.start, duty.end, duty.start, duty.end) for duty in work.ahead]
    total = 0
    for day, hours in sorted(by_day(worker, as_planned, calendar, limits, work.hours).items()):
        total += hours.beyond if _same_month(day, today) else 0
        if total > most:
            yield Warned(worker.id, Rule.MONTH, day, total, most, passed=False)
            return
    if so_far >= most * NEAR:
        yield Warned(worker.id, Rule.MONTH, today, so_far, most, passed=False)


def _same_month(day: date, today: date) -> bool:
    return (day.year, day.month) == (today.year, today.month)


def _row(worker: Worker, work: Work, today: date, limits: Limits) -> Iterator[Warned]:
    """Warn of the day that follows six in a row."""
    worked = {day for day, hours in work.hours.items() if hours.total}
    planned = set(_by_day(work.ahead))
    row = 0
    for number in range(-2 * _WEEK, _WEEK):
        day = today + timedelta(days=number)
        if day not in worked and day not in planned:
            row = 0
            continue
        row += 1
        if row == limits.row + 1 and day >= today - timedelta(days=_WEEK):
            yield Warned(worker.id, Rule.ROW, day, row, limits.row, passed=day in worked)


def _age(worker: Worker, work: Work, calendar: Calendar, limits: Limits) -> Iterator[Warned]:
    if worker.born is None:
        return
    for stay in work.stays:
        if stay.came and (one := _too_young(worker, stay.duty, limits, calendar, stay.overtime, passed=True)):
            yield one
    for duty in work.ahead:
        if one := _too_young(worker, duty, limits, calendar, 0, passed=False):
            yield one


def _too_young(
    worker: Worker, duty: Duty, limits: Limits, calendar: Calendar, overtime: int, *, passed: bool
) -> Warned | None:
    years = age(worker.born, duty.day) if worker.born else limits.grown
    if years < limits.youngest:
        return Warned(worker.id, Rule.CHILD, duty.day, years, limits.youngest, passed=passed)
    works_nights = night_minutes(duty.start, duty.end, calendar) > 0
    if years < limits.grown and (works_nights or overtime or net_minutes(duty) > limits.day):
        return Warned(worker.id, Rule.MINOR, duty.day, years, limits.grown, passed=passed)
    return None


def _by_day(duties: Iterable[Duty]) -> dict[date, int]:
    days: dict[date, int] = {}
    for duty in duties:
        days[duty.day] = days.get(duty.day, 0) + net_minutes(duty)
    return days
