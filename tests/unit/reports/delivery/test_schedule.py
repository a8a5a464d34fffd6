"""When reports are due."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.model.calendar import NS, Calendar, to_ns
from edge.reports.delivery.schedule import MOST_MISSED, Timing, due, next_due
from edge.reports.report import Kind, Span

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(ZONE, time(7))
DAILY = Timing(Kind.DAY, time(7, 30))


def at(*parts: int) -> int:
    """Return a local time as ns UTC."""
    return to_ns(datetime(*parts, tzinfo=ZONE))  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("timing", "now", "span"),
    [
        (DAILY, at(2026, 9, 16, 7, 30), Span(Kind.DAY, date(2026, 9, 15), date(2026, 9, 15))),
        (
            Timing(Kind.WEEK, time(8)),
            at(2026, 9, 14, 8),
            Span(Kind.WEEK, date(2026, 9, 7), date(2026, 9, 13)),
        ),
        (
            Timing(Kind.MONTH, time(8), 1),
            at(2026, 3, 1, 8),
            Span(Kind.MONTH, date(2026, 2, 1), date(2026, 2, 28)),
        ),
        (
            Timing(Kind.SEASON, time(8), 3),
            at(2026, 10, 3, 8),
            Span(Kind.SEASON, date(2026, 7, 1), date(2026, 9, 30)),
        ),
        (
            Timing(Kind.YEAR, time(8), 5),
            at(2027, 1, 5, 8),
            Span(Kind.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        ),
    ],
)
def test_a_report_is_of_the_newest_span_that_is_over(timing: Timing, now: int, span: Span) -> None:
    """At its time, and not a nanosecond before."""
    assert [one.span for one in due(timing, CALENDAR, now - NS, now)] == [span]
    assert due(timing, CALENDAR, now - NS, now - 1) == []
    assert next_due(timing, CALENDAR, now - 1).span == span


def test_nothing_is_issued_of_a_day_that_is_still_on() -> None:
    """A report that is wanted at six waits for the end of the production day at seven."""
    early = Timing(Kind.DAY, time(6))

    assert [one.time for one in due(early, CALENDAR, at(2026, 9, 16, 5), at(2026, 9, 16, 12))] == [
        at(2026, 9, 16, 7)
    ]


def test_a_long_outage_is_made_up_by_the_newest_reports() -> None:
    """Half a year without the host gives a month of days, the newest ones, in their order."""
    found = due(DAILY, CALENDAR, at(2026, 1, 1), at(2026, 7, 1, 12))

    assert len(found) == MOST_MISSED[Kind.DAY]
    assert found[-1].span.last == date(2026, 6, 30)
    assert [one.time for one in found] == sorted(one.time for one in found)


@given(
    kind=st.sampled_from([Kind.DAY, Kind.WEEK, Kind.MONTH, Kind.SEASON, Kind.YEAR]),
    cuts=st.lists(st.integers(0, 30 * 86_400), max_size=6),
    first=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
def test_however_often_it_is_asked_each_report_is_due_once(kind: Kind, cuts: list[int], first: date) -> None:
    """Looking at any moments finds what one look at the end finds."""
    timing = Timing(kind, time(7, 30), 1 if kind not in (Kind.DAY, Kind.WEEK) else 0)
    begin = to_ns(datetime.combine(first, time(0), ZONE))
    stops = sorted({begin, *(begin + cut * NS for cut in cuts), begin + 30 * 86_400 * NS})

    found = [one for since, now in pairwise(stops) for one in due(timing, CALENDAR, since, now)]

    assert found == due(timing, CALENDAR, stops[0], stops[-1])
    assert all(CALENDAR.day_span(one.span.last)[1] <= one.time for one in found)
    assert all(one.span.last - one.span.first < timedelta(days=366) for one in found)
