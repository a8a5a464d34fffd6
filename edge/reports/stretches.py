"""Production days as stretches that a historian answers at once, and the tables that ask for them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from edge.historian.base import Aggregate, Column, Table
from edge.model.calendar import NS, Calendar
from edge.reports.scope import Days, cuts

DAY = 86_400 * NS


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days that one table asks for: as one row, or as a row for each of them."""

    days: Days
    is_daily: bool = False


def stretches(calendar: Calendar, parts: Sequence[Days]) -> list[Stretch]:
    """Return stretches of which all the parts can be put together; days in a row are asked for together.

    A day on which clocks are set stands alone: a historian's windows all have one length.
    """
    found: list[Stretch] = []
    for days in cuts(parts):
        start, stop = calendar.day_span(days.first)
        is_daily = days.count == 1 and stop - start == DAY
        last = found[-1] if found else None
        if is_daily and last is not None and last.is_daily and _follows(days, last.days):
            found[-1] = Stretch(Days(last.days.first, days.last), is_daily=True)
        else:
            found.append(Stretch(days, is_daily))
    return found


def together(parts: Sequence[Days]) -> Iterator[Days]:
    """Yield all days of the parts, those in a row together."""
    last: Days | None = None
    for days in cuts(parts):
        if last is not None and not _follows(days, last):
            yield last
            last = None
        last = days if last is None else Days(last.first, days.last)
    if last is not None:
        yield last


def table(
    calendar: Calendar,
    stretch: Stretch,
    measurement: str,
    fields: Sequence[str],
    where: Mapping[str, str],
    by: tuple[str, ...],
) -> Table:
    """Return what asks for sums of a stretch; the time of a row is the start of its first day."""
    start, stop = calendar.day_span(stretch.days.first)[0], calendar.day_span(stretch.days.last)[1]
    every, offset = (DAY, start % DAY) if stretch.is_daily else (None, 0)
    columns = tuple(Column(field, Aggregate.SUM) for field in fields)
    return Table(measurement, columns, start, stop, where, by, every, offset)


def _follows(days: Days, others: Days) -> bool:
    return days.first == others.last + timedelta(days=1)
