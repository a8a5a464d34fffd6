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
from edge.model.packml import Category
from edge.model.plan import mass_curve
from edge.reports.report import (
    Cell,
    CurveDay,
    Doubt,
    Goal,
    Kind,
    Loss,
    Part,
    Report,
    Row,
    Source,
    Span,
    Strip,
    Subject,
    Utility,
    Weight,
)
from edge.target.made import Made
from edge.target.standing import Year, stand
from tests.unit.reports.sample_bookings import (
    CALENDAR,
    DAY,
    DAY_MS,
    FILLERS,
    MINUTE,
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

LOSSES = (
    Loss("pouch_a", "袋装线 A", Category.DOWN, 12, "横封温度低", "", 168 * MINUTE, 31, 22),
    Loss("pouch_b", "袋装线 B", Category.WAITING, 0, "", "杀菌机", 110 * MINUTE, 12, 3),
    Loss("jar_line", "罐装线", Category.DOWN, 5, "旋盖机卡瓶", "", 84 * MINUTE, 20, 14),
    Loss("pouch_a", "袋装线 A", Category.DOWN, 31, "", "", 87 * MINUTE, 9, 2),
    Loss("jar_line", "罐装线", Category.SETUP, 0, "", "", 56 * MINUTE, 2, 0),
    Loss("bulk", "大包装线", Category.HELD, 2, "等操作工", "", 32 * MINUTE, 7, 4),
    Loss("pouch_b", "袋装线 B", Category.SETUP, 0, "", "", 30 * MINUTE, 1, 0),
    Loss("jar_line", "罐装线", Category.IDLE, 0, "", "", 12 * MINUTE, 3, 1),
)
"""The longest first."""


DOUBTS = (
    Doubt(at(DAY, 9, 12), "pouch_a", "袋装线 A", "good", "gap", 1_240, 620_000, gap=2_460),
    Doubt(at(DAY, 9, 12), "pouch_a", "袋装线 A", "reject", "gap", 12, None, gap=2_460),
    Doubt(at(DAY, 13, 40), "jar_line", "罐装线", "good", "reset", 3, 840),
    Doubt(
        at(DAY, 20, 5),
        "pouch_a",
        "袋装线 A",
        "good",
        "correction",
        -60,
        -30_000,
        None,
        "王师傅",
        "返工",
        at(DAY, 22),
    ),
)


def strips() -> tuple[Strip, ...]:
    """Return each filler's day: by night nothing, by day what its losses look like."""
    asleep = Cell(at(DAY, 24), at(DAY, 31), Category.PLANNED)
    waking = (
        Cell(at(DAY, 7), at(DAY, 8), Category.SETUP),
        Cell(at(DAY, 8), at(DAY, 11), Category.RUNNING),
        Cell(at(DAY, 11), at(DAY, 11, 30), Category.PLANNED),
        Cell(at(DAY, 11, 30), at(DAY, 13), Category.DOWN),
        Cell(at(DAY, 13), at(DAY, 15, 30), Category.RUNNING),
        Cell(at(DAY, 15, 30), at(DAY, 16), None),
        Cell(at(DAY, 16), at(DAY, 18), Category.WAITING),
        Cell(at(DAY, 18), at(DAY, 24), Category.RUNNING),
    )
    heard = [Strip(key, name, (*waking, asleep)) for key, name in FILLERS.items() if key != "pail"]
    return (*heard, Strip("pail", FILLERS["pail"], (Cell(at(DAY, 7), at(DAY, 31), None),)))


WEIGHTS = (
    Weight("jar_280", "酸椒 280g", 280, 25_400, 25_400 * 283_120),
    Weight("pouch_200", "酸椒 200g", 200, 22_100, 22_100 * 201_480),
    Weight("pouch_500", "酸椒 500g 袋", 500, 0, 0),
)
UTILITIES = (
    Utility("electricity", 2_463_000),
    Utility("steam", 7_410_000),
    Utility("water", None),
    Utility("infeed", 25_310_000),
)


def sources(last: date) -> tuple[Source, ...]:
    """Return what was heard of the fillers and of a meter until a day, of which the pail line was never."""
    passed = (last - date(2026, 1, 1)).days * DAY_MS or DAY_MS
    heard = {"pouch_a": passed - passed // 40, "pail": 0}
    fillers = [Source(key, name, heard.get(key, passed), passed) for key, name in FILLERS.items()]
    return (*fillers, Source("meter_1", "总电表", None, passed))


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
        losses=LOSSES,
        curve=curve(last),
        weights=WEIGHTS,
        utilities=UTILITIES,
        sources=sources(last),
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
    on = date(2027, 3, 1)
    return Report(
        PLANT.enterprise,
        PLANT.site,
        PLANT.line,
        ZONE,
        Span(Kind.DAY, on, on),
        at(on, 7),
        at(on, 31),
        until=None,
        total=Row("", ""),
    )


def planless() -> Report:
    """Return the month of a year without a plan."""
    found = month()
    bare = [replace(one, plan=None) for one in found.parts[Part.PERIOD]]
    return replace(
        found,
        total=replace(found.total, plan=None),
        parts={**found.parts, Part.PERIOD: tuple(bare)},
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
        goal=None,
        outlook=None,
        curve=(),
    )
