"""When a report is due, and of which span. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from edge.model.calendar import Calendar, local_time, to_ns
from edge.reports.report import Kind, Span
from edge.reports.scope import MONTHS, span_of

MOST_MISSED = {Kind.DAY: 31, Kind.WEEK: 8, Kind.MONTH: 6, Kind.SEASON: 2, Kind.YEAR: 1}
"""So many reports of a kind are made up after an outage, the newest ones."""
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_LONGEST_YEAR = 366


@dataclass(frozen=True, slots=True)
class Timing:
    """When a report is issued.

    Attributes:
        kind: how long its spans are.
        at: local time.
        on: weekday from Monday = 0 for a week; day of the month for longer spans; nothing for days.
    """

    kind: Kind
    at: time
    on: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """A report that was to be issued at an instant, ns UTC."""

    time: int
    span: Span


def due(timing: Timing, calendar: Calendar, since: int, now: int) -> list[Due]:
    """Return what was to be issued in (since, now], ns UTC, the oldest first; of a long outage the newest ones only."""
    first, last = local_time(since, calendar.zone).date() - _DAY, local_time(now, calendar.zone).date()
    first = max(first, last - timedelta(days=_LONGEST_YEAR * 2))
    found = [one for one in _all(timing, calendar, first, last) if since < one.time <= now]
    return found[-MOST_MISSED[timing.kind] :]


def next_due(timing: Timing, calendar: Calendar, now: int) -> Due:
    """Return what is to be issued next, after an instant, ns UTC."""
    today = local_time(now, calendar.zone).date()
    stop = min(today, date.max - timedelta(days=_LONGEST_YEAR + 1)) + timedelta(days=_LONGEST_YEAR + 1)
    return next(one for one in _all(timing, calendar, today - _DAY, stop) if one.time > now)


def _all(timing: Timing, calendar: Calendar, first: date, last: date) -> Iterator[Due]:
    """Yield what is issued on the calendar days of a span, in the order of time."""
    for number in range((last - first).days + 1):
        day = first + number * _DAY
        span = _span_before(timing, day)
        if span is not None:
            # A production day reaches into the next calendar day, and nothing is issued of one that is still on.
            at = datetime.combine(day, max(timing.at, calendar.day_start), calendar.zone)
            yield Due(max(to_ns(at), calendar.day_span(span.last)[1]), span)


def _span_before(timing: Timing, day: date) -> Span | None:
    """Return the span that a report of a calendar day is of; None when none is issued on it."""
    if timing.kind is Kind.DAY:
        return span_of(Kind.DAY, day - _DAY)
    if timing.kind is Kind.WEEK:
        return span_of(Kind.WEEK, day - _WEEK) if day.weekday() == timing.on else None
    last = day.replace(day=1) - _DAY
    if day.day != timing.on or last.month % MONTHS[timing.kind]:
        return None
    return span_of(timing.kind, last)
