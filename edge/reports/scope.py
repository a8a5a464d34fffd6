"""What a report covers: spans of production days, the ones they are compared with, and the periods they are broken down into. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from edge.errors import ConfigurationError
from edge.reports.report import Kind, Span

MONTHS = {Kind.MONTH: 1, Kind.SEASON: 3, Kind.YEAR: 12}
MOST_DAYS = 92
"""A longer span is broken down into months: no quarter of a year is longer."""
LONGEST = 3_660
"""Days of a range, about ten years."""
YEARS = range(1970, 2200)
"""Years of which there may be a report; the historian's clock ends in 2262."""
_DAY = timedelta(days=1)
_WEEK = 7
_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Days:
    """Some production days in a row, both ends in it."""

    first: date
    last: date

    @property
    def count(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1

    @property
    def each(self) -> Iterator[date]:
        """Every one of them."""
        return (self.first + timedelta(days=number) for number in range(self.count))


@dataclass(frozen=True, slots=True)
class Period:
    """A day or a month of a span, by its key: `2026-09-15`, `2026-09`; the months at the ends may be cut."""

    key: str
    days: Days


@dataclass(frozen=True, slots=True)
class Scope:
    """All days that a report tells of: the span, and what it is seen beside."""

    span: Span

    @property
    def days(self) -> Days:
        """The span itself."""
        return Days(self.span.first, self.span.last)

    @property
    def month(self) -> Days:
        """From the beginning of the last day's month."""
        return Days(self.span.last.replace(day=1), self.span.last)

    @property
    def year(self) -> Days:
        """From the beginning of the last day's year."""
        return Days(date(self.span.last.year, 1, 1), self.span.last)

    @property
    def compared(self) -> tuple[Days, Days]:
        """The span before, and the one a year before."""
        return before(self.span), year_before(self.span)

    def is_summed(self, days: Days) -> bool:
        """Return whether all sums are read of days: of the span, and of what is no longer than a quarter of a year beside it.

        Of the year so far, and of years that are compared, only output is: to read a year for the page of a day would take as
        long as the page of the year.
        """
        return is_within(days, self.days) or (days.count <= MOST_DAYS and days != self.year)

    @property
    def summed(self) -> list[Days]:
        """What all sums are read of, the periods first."""
        beside = [self.month, self.year, *self.compared]
        return [
            *(period.days for period in periods(self.span)),
            *(days for days in beside if self.is_summed(days)),
        ]

    @property
    def all_days(self) -> list[Days]:
        """All of it."""
        return [self.days, self.month, self.year, *self.compared]


def span_of(kind: Kind, day: date) -> Span:
    """Return the span of a kind that a day is in; of a range, the day alone.

    Raises:
        ConfigurationError: there are no reports of such a year.
    """
    if kind is Kind.WEEK:
        first = day - timedelta(days=day.weekday())
        return _known(Span(kind, first, first + timedelta(days=_WEEK - 1)))
    months = MONTHS.get(kind)
    if months is None:
        return _known(Span(kind, day, day))
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return _known(Span(kind, first, month_after(first, months) - _DAY))


def range_of(first: date, last: date) -> Span:
    """Return any days.

    Raises:
        ConfigurationError: they are none, too many, or of years that no report is of.
    """
    if last < first:
        raise ConfigurationError(f"--to: {last} is before {first}")
    if Days(first, last).count > LONGEST:
        raise ConfigurationError(f"--to: {first} to {last} are more than {LONGEST} days")
    return _known(Span(Kind.RANGE, first, last))


def before(span: Span) -> Days:
    """Return what came just before (环比): the day, week, month, quarter or year before, or as many days as a range has."""
    last = span.first - _DAY
    months = MONTHS.get(span.kind)
    if months is not None:
        return Days(month_after(span.first, -months), last)
    return Days(last - (span.last - span.first), last)


def year_before(span: Span) -> Days:
    """Return the same a year before (同比): of a week the ISO week of that number, or the last one where there is none.

    29 February is compared with 28 February.
    """
    if span.kind is Kind.WEEK:
        year, week, _ = span.first.isocalendar()
        # 28 December is in the last week of its ISO year.
        week = min(week, date(year - 1, _DECEMBER, 28).isocalendar().week)
        first = date.fromisocalendar(year - 1, week, 1)
        return Days(first, first + timedelta(days=_WEEK - 1))
    months = MONTHS.get(span.kind)
    if months is not None:
        first = month_after(span.first, -12)
        return Days(first, month_after(first, months) - _DAY)
    return Days(_a_year_before(span.first), _a_year_before(span.last))


def periods(span: Span) -> tuple[Period, ...]:
    """Return the days of a span, or its months where it is longer than a quarter; of a day itself."""
    days = Days(span.first, span.last)
    if days.count <= MOST_DAYS:
        return tuple(Period(f"{day}", Days(day, day)) for day in days.each)
    found, first = [], span.first
    while first <= span.last:
        last = min(month_after(first.replace(day=1), 1) - _DAY, span.last)
        found.append(Period(f"{first:%Y-%m}", Days(first, last)))
        first = last + _DAY
    return tuple(found)


def month_after(first: date, months: int) -> date:
    """Return the first day of a month that is so many months after that of another one."""
    number = first.year * _DECEMBER + first.month - 1 + months
    return date(number // _DECEMBER, number % _DECEMBER + 1, 1)


def cuts(parts: Sequence[Days]) -> list[Days]:
    """Return stretches without overlap, in order, of which all of these can be put together: nothing is read twice."""
    bounds = sorted({bound for days in parts for bound in (days.first, days.last + _DAY)})
    stretches = [Days(first, after - _DAY) for first, after in pairwise(bounds)]
    return [one for one in stretches if any(is_within(one, days) for days in parts)]


def is_within(part: Days, whole: Days) -> bool:
    """Return whether days are part of others."""
    return whole.first <= part.first and part.last <= whole.last


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 2, 28)


def _known(span: Span) -> Span:
    for day in (span.first, span.last):
        if day.year not in YEARS:
            raise ConfigurationError(f"--date: {day} is not between {YEARS.start} and {YEARS.stop - 1}")
    return span
