"""Spans of production days, what they are compared with, and how they fall into parts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ConfigurationError
from edge.reports.report import Kind, Span
from edge.reports.scope import (
    MOST_DAYS,
    Days,
    Scope,
    before,
    cuts,
    is_within,
    month_after,
    periods,
    range_of,
    span_of,
    year_before,
)

DAYS = st.dates(date(1972, 1, 1), date(2198, 12, 31))
KINDS = st.sampled_from([kind for kind in Kind if kind is not Kind.RANGE])


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        (Kind.DAY, date(2026, 9, 15), date(2026, 9, 15)),
        (Kind.WEEK, date(2026, 9, 14), date(2026, 9, 20)),
        (Kind.MONTH, date(2026, 9, 1), date(2026, 9, 30)),
        (Kind.SEASON, date(2026, 7, 1), date(2026, 9, 30)),
        (Kind.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_span_is_the_one_that_a_day_is_in(kind: Kind, first: date, last: date) -> None:
    """Weeks begin on Monday, a season is a quarter of the year."""
    assert span_of(kind, date(2026, 9, 15)) == Span(kind, first, last)


@given(KINDS, DAYS)
def test_spans_of_a_kind_touch_and_never_overlap(kind: Kind, day: date) -> None:
    """What was before a span ends where it begins, and is one of its kind."""
    span = span_of(kind, day)
    former = before(span)

    assert span.first <= day <= span.last
    assert former.last + timedelta(days=1) == span.first
    assert span_of(kind, former.first) == Span(kind, former.first, former.last)


@given(KINDS, DAYS)
def test_a_year_before_is_a_span_of_its_kind(kind: Kind, day: date) -> None:
    """Whole months stay whole, and a week stays one that begins on Monday."""
    then = year_before(span_of(kind, day))

    assert span_of(kind, then.first) == Span(kind, then.first, then.last)
    assert 350 <= (span_of(kind, day).first - then.first).days <= 378


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        (Span(Kind.DAY, date(2028, 2, 29), date(2028, 2, 29)), date(2027, 2, 28), date(2027, 2, 28)),
        (Span(Kind.MONTH, date(2028, 2, 1), date(2028, 2, 29)), date(2027, 2, 1), date(2027, 2, 28)),
        (Span(Kind.WEEK, date(2026, 9, 14), date(2026, 9, 20)), date(2025, 9, 15), date(2025, 9, 21)),
        # 2026 has a week 53, and 2025 has none.
        (Span(Kind.WEEK, date(2026, 12, 28), date(2027, 1, 3)), date(2025, 12, 22), date(2025, 12, 28)),
        (Span(Kind.RANGE, date(2028, 2, 1), date(2028, 2, 29)), date(2027, 2, 1), date(2027, 2, 28)),
    ],
)
def test_a_year_before_of_days_that_it_does_not_have(span: Span, first: date, last: date) -> None:
    """29 February and week 53 are compared with the last there is."""
    assert year_before(span) == Days(first, last)


def test_a_range_is_compared_with_as_many_days() -> None:
    """Those just before it."""
    assert before(range_of(date(2026, 3, 10), date(2026, 3, 12))) == Days(date(2026, 3, 7), date(2026, 3, 9))


@given(DAYS, st.integers(0, 800))
def test_periods_are_the_whole_span(first: date, more: int) -> None:
    """Days up to a quarter, then months; without a hole, each with a key of its own."""
    last = min(first + timedelta(days=more), date(2198, 12, 31))
    found = periods(range_of(first, last))

    assert [day for one in found for day in one.days.each] == list(Days(first, last).each)
    assert len({one.key for one in found}) == len(found)
    assert (
        all(len(one.key) == (10 if more < MOST_DAYS else 7) for one in found)
        or first + timedelta(days=more) != last
    )
    assert all(f"{one.days.first}".startswith(one.key) for one in found)


@given(st.lists(st.tuples(DAYS, st.integers(0, 40)), min_size=1, max_size=6))
def test_every_part_is_made_of_whole_cuts(parts: list[tuple[date, int]]) -> None:
    """Each day that is wanted is in exactly one of them."""
    wanted = [Days(first, first + timedelta(days=more)) for first, more in parts]
    found = cuts(wanted)

    for days in wanted:
        mine = [one for one in found if is_within(one, days)]
        assert sum(one.count for one in mine) == days.count
    each = [day for one in found for day in one.each]
    assert sorted(each) == each
    assert len(set(each)) == len(each) == len({day for days in wanted for day in days.each})


@given(KINDS, DAYS)
def test_what_is_summed_is_short_beside_the_span(kind: Kind, day: date) -> None:
    """A page of a day never reads a year's machine times, and a year's page reads them once."""
    scope = Scope(span_of(kind, day))
    beside = [days for days in scope.summed if not is_within(days, scope.days)]

    assert all(days.count <= MOST_DAYS for days in beside)
    assert sum(one.count for one in cuts(scope.summed) if is_within(one, scope.days)) == scope.days.count


def test_there_are_no_reports_of_days_that_no_historian_holds() -> None:
    """The message names the years."""
    with pytest.raises(ConfigurationError, match="not between 1970 and 2199"):
        span_of(Kind.DAY, date(1969, 12, 31))
    with pytest.raises(ConfigurationError, match="not between 1970 and 2199"):
        range_of(date(2199, 1, 1), date(2200, 1, 1))
    with pytest.raises(ConfigurationError, match="is before"):
        range_of(date(2026, 1, 2), date(2026, 1, 1))
    with pytest.raises(ConfigurationError, match="more than 3660 days"):
        range_of(date(2000, 1, 1), date(2026, 1, 1))


def test_months_go_on_over_the_year() -> None:
    """Both ways."""
    assert month_after(date(2026, 12, 1), 1) == date(2027, 1, 1)
    assert month_after(date(2026, 1, 1), -12) == date(2025, 1, 1)
