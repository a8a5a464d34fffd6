"""Whole reports of one plant, made of one list of bookings, so that all their parts add up.

`day()` is a September day on which much went wrong; `month()`, `week()`, `season()` and `year()` are its own. How the year
stands is what `stand()` says of the same bookings. `unwatched()`, `future()` and `planless()` are what a report may be too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import accumulate

from edge.model.calendar import NS, Shift
from edge.model.plan import mass_curve
from edge.reports.report import (
    CurveDay,
    Goal,
    Kind,
    Part,
    Report,
    Row,
    Source,
    Span,
    Subject,
)
from edge.target.made import Made
from edge.target.standing import Year, stand
from tests.unit.reports.sample_bookings import (
    CALENDAR,
    DAY,
    FILLERS,
    PLANT,
    SHIFTS,
    TARGET,
    ZONE,
    amount,
    at,
    bookings_of,
    days,
    machines,
    products,
    row,
    shifts,
    teams,
    whole,
)
from tests.unit.reports.sample_events import DOUBTS, losses, sources, strips, utilities, weights


@cache
def made(last: date) -> Made:
    """Return what the year brought until a day."""
    grams: dict[date, int] = {}
    yuan: dict[date, Decimal] = {}
    unpriced: dict[date, int] = {}
    for day in days(date(last.year, 1, 1), last):
        good = amount(bookings_of(day))
        if good.pieces:
            grams[day], yuan[day], unpriced[day] = good.grams, good.yuan, good.unpriced
    return Made(grams, yuan, unpriced)


@cache
def outlook(last: date) -> Year:
    """Return how the year stands when a day is over."""
    return stand(PLANT, TARGET, made(last), last + timedelta(days=1))


def curve(last: date) -> tuple[CurveDay, ...]:
    """Return the year, made until a day."""
    every = days(date(2026, 1, 1), date(2026, 12, 31))
    grams = accumulate(made(last).grams.get(day, 0) for day in every)
    plan = mass_curve(TARGET, CALENDAR)
    return tuple(
        CurveDay(day, plan.until(day + timedelta(days=1)), done if day <= last else None)
        for day, done in zip(every, grams, strict=True)
    )


def report(kind: Kind, first: date, last: date, periods: tuple[Row, ...]) -> Report:
    """Return the report of some days that are over."""
    january = date(2026, 1, 1)
    length = last - first + timedelta(days=1)
    plan = mass_curve(TARGET, CALENDAR)
    return Report(
        PLANT.enterprise,
        PLANT.site,
        PLANT.line,
        ZONE,
        Span(kind, first, last),
        at(first, 7),
        at(last, 31),
        until=at(last, 31) - 10 * NS,
        total=whole("", "", first, last),
        parts={
            Part.PERIOD: periods,
            Part.MACHINE: machines(first, last),
            Part.PRODUCT: products(first, last),
            Part.SHIFT: shifts(first, last),
            Part.TEAM: teams(first, last),
        },
        month=whole("", "", last.replace(day=1), last),
        year=whole("", "", january, last),
        before=whole("", "", first - length, first - timedelta(days=1))
        if first - length >= january
        else None,
        last_year=Row("", ""),
        goal=Goal(TARGET.mass, TARGET.value, plan.until(last + timedelta(days=1))),
        outlook=outlook(last),
        losses=losses(first, last),
        curve=curve(last),
        weights=weights(first, last),
        utilities=utilities(first, last),
        sources=sources(first, last),
        uncounted=0,
        questions=0,
    )


@cache
def day() -> Report:
    """Return a Tuesday with three shifts, gaps, a reset, a correction, an unknown product and open questions."""
    found = report(Kind.DAY, DAY, DAY, shifts(DAY, DAY))
    return replace(
        found,
        strips=strips(),
        doubts=DOUBTS,
        uncounted=840,
        questions=2,
        edition=2,
        changed=DOUBTS[-1:],
    )


@cache
def week() -> Report:
    """Return the week of that day."""
    first = date(2026, 9, 14)
    last = date(2026, 9, 20)
    return report(Kind.WEEK, first, last, by_day(first, last))


@cache
def month() -> Report:
    """Return its month, of a year whose calendar is not published."""
    first, last = date(2026, 9, 1), date(2026, 9, 30)
    found = report(Kind.MONTH, first, last, by_day(first, last))
    return replace(found, doubts=DOUBTS, more_doubts=17, questions=5, provisional=True, edition=1)


@cache
def season() -> Report:
    """Return its quarter."""
    first, last = date(2026, 7, 1), date(2026, 9, 30)
    return report(Kind.SEASON, first, last, by_day(first, last))


@cache
def year() -> Report:
    """Return the whole year by months, printed when September was over: it has not ended."""
    first, last = date(2026, 1, 1), date(2026, 9, 30)
    plan = mass_curve(TARGET, CALENDAR)
    months = []
    for number in range(1, 13):
        begin = date(2026, number, 1)
        after = date(2026 + number // 12, number % 12 + 1, 1)
        one = whole(f"{begin:%Y-%m}", f"{number}月", begin, after - timedelta(days=1))
        if begin > last:
            one = Row(one.key, one.name, plan=plan.until(after) - plan.until(begin))
        months.append(one)
    found = report(Kind.YEAR, first, last, tuple(months))
    end = date(2026, 12, 31)
    return replace(
        found,
        span=Span(Kind.YEAR, first, end),
        stop=at(end, 31),
        total=replace(found.total, plan=plan.until(date(2027, 1, 1))),
        goal=Goal(TARGET.mass, TARGET.value, plan.until(date(2027, 1, 1))),
    )


def by_day(first: date, last: date) -> tuple[Row, ...]:
    """Return the days of a span."""
    return tuple(whole(f"{one}", f"{one}", one, one) for one in days(first, last))


def unwatched() -> Report:
    """Return a day of which there is nothing but a plan."""
    plan = mass_curve(TARGET, CALENDAR)
    bare = report(Kind.DAY, DAY, DAY, ())
    return Report(
        bare.enterprise,
        bare.site,
        bare.line,
        ZONE,
        bare.span,
        bare.start,
        bare.stop,
        until=None,
        total=Row("", "", plan=plan.of(DAY)),
        goal=bare.goal,
    )


def future() -> Report:
    """Return a day that is yet to come."""
    on = date(2026, 12, 1)
    plan = mass_curve(TARGET, CALENDAR)
    return Report(
        PLANT.enterprise,
        PLANT.site,
        PLANT.line,
        ZONE,
        Span(Kind.DAY, on, on),
        at(on, 7),
        at(on, 31),
        until=None,
        total=Row("", "", plan=plan.of(on), watched=(0, 0)),
        year=whole("", "", date(2026, 1, 1), DAY),
        goal=Goal(TARGET.mass, TARGET.value, plan.until(on + timedelta(days=1))),
        outlook=outlook(DAY),
        sources=tuple(Source(key, name, 0, 0) for key, name in FILLERS.items()),
    )


def planless() -> Report:
    """Return the month of a year without a plan."""
    found = month()
    bare = [replace(one, plan=None) for one in found.parts[Part.PERIOD]]
    return replace(
        found,
        total=replace(found.total, plan=None),
        parts={**found.parts, Part.PERIOD: tuple(bare)},
        month=replace(found.month, plan=None) if found.month else None,
        year=replace(found.year, plan=None) if found.year else None,
        goal=None,
        outlook=None,
        curve=(),
    )


def of_machine() -> Report:
    """Return the month of one machine: no plan, no heads, and no other machine."""
    found = month()
    one = found.parts[Part.MACHINE][1]

    def of_shift(shift: Shift) -> Row:
        return row(
            shift.key,
            shift.name,
            found.span.first,
            found.span.last,
            lambda made: (made.shift, made.device) == (shift.key, one.key),
        )

    return replace(
        found,
        subject=Subject(Part.MACHINE, one.key, one.name),
        total=replace(one, key="", name=""),
        parts={Part.SHIFT: tuple(of_shift(shift) for shift in SHIFTS)},
        month=None,
        year=replace(machines(date(2026, 1, 1), found.span.last)[1], key="", name=""),
        before=None,
        last_year=None,
        goal=None,
        outlook=None,
        losses=tuple(loss for loss in found.losses if loss.device == one.key),
        curve=(),
        weights=(),
        utilities=(),
        sources=tuple(source for source in found.sources if source.device == one.key),
    )
