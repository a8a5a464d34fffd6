"""Whose word counts for a day: the site's own, then what is published, then the rules, then the week."""

from __future__ import annotations

from datetime import date

import pytest

from edge.model.work_days import EVERY_DAY, MONDAY_TO_SATURDAY, DayKind, DayOff, DaysOff, Origin, WorkDays

PUBLISHED = {
    date(2026, 10, 1): DayOff(DayKind.REST, "国庆节"),
    date(2026, 10, 6): DayOff(DayKind.REST, "国庆节"),
    date(2026, 10, 10): DayOff(DayKind.WORK, "国庆节"),
    date(2026, 9, 20): DayOff(DayKind.WORK, "国庆节"),
}
RULES = {
    date(2026, 10, 1): DayOff(DayKind.STATUTORY, "国庆节"),
    date(2027, 10, 1): DayOff(DayKind.STATUTORY, "国庆节"),
}


def published(year: int) -> DaysOff | None:
    """Return the days of 2026, the only year that is published."""
    return PUBLISHED if year == 2026 else None


def rules(year: int) -> DaysOff:
    """Return the statutory days."""
    return {day: known for day, known in RULES.items() if day.year == year}


def work_days(own: DaysOff | None = None, complete: frozenset[int] = frozenset()) -> WorkDays:
    """Return a calendar of Monday to Saturday."""
    return WorkDays(MONDAY_TO_SATURDAY, own, complete, published, rules)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 9, 19), True),
        (date(2026, 9, 20), True),
        (date(2026, 9, 27), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
    ],
)
def test_published_days_come_before_the_week(day: date, works: bool) -> None:
    """A Saturday is worked, a make-up Sunday too, another Sunday is not, nor is a holiday."""
    assert work_days().works(day) is works
    assert not work_days().is_provisional(2026)


def test_a_bridge_day_is_not_a_statutory_one() -> None:
    """Of the days of a block only those of the law are paid threefold."""
    assert work_days().day(date(2026, 10, 1)).kind is DayKind.STATUTORY
    assert work_days().day(date(2026, 10, 6)).kind is DayKind.REST
    assert work_days().day(date(2026, 10, 6)).origin is Origin.PUBLISHED


def test_a_year_that_is_not_published_is_provisional_and_works() -> None:
    """It goes by the rules, and every day of it says that it is only likely."""
    calendar = work_days()

    assert calendar.is_provisional(2027)
    assert not calendar.works(date(2027, 10, 1))
    assert calendar.works(date(2027, 10, 2))
    assert calendar.day(date(2027, 10, 1)).origin is Origin.RULE
    assert calendar.day(date(2027, 10, 2)).provisional


def test_the_sites_own_days_win() -> None:
    """Over what is published and over the rules."""
    own = {date(2026, 10, 1): DayOff(DayKind.WORK, "赶单"), date(2027, 3, 3): DayOff(DayKind.REST, "检修")}
    calendar = work_days(own)

    assert calendar.works(date(2026, 10, 1))
    assert not calendar.works(date(2027, 3, 3))
    assert calendar.day(date(2027, 3, 3)).origin is Origin.OWN
    assert calendar.is_provisional(2027)


def test_a_year_that_the_site_has_in_full_is_not_provisional() -> None:
    """Then nothing but the site's own days and the week counts."""
    calendar = work_days({date(2027, 2, 8): DayOff(DayKind.STATUTORY, "春节")}, frozenset({2027}))

    assert not calendar.is_provisional(2027)
    assert calendar.works(date(2027, 10, 1))
    assert not calendar.works(date(2027, 2, 8))


def test_without_a_calendar_every_day_is_worked() -> None:
    """So a plan is spread over all days, and nothing is provisional."""
    assert EVERY_DAY.works(date(2026, 10, 4))
    assert not EVERY_DAY.is_provisional(2099)


def test_a_make_up_workday_is_said_by_who_says_the_year() -> None:
    """As published, or by a site that has the year in full; another day that a site works makes up for nothing."""
    sunday, saturday = date(2026, 9, 20), date(2026, 9, 19)
    assert [work_days().makes_up(day) for day in (sunday, saturday)] == [True, False]
    own = {saturday: DayOff(DayKind.WORK), sunday: DayOff(DayKind.REST)}
    some = work_days(own)
    assert [some.makes_up(day) for day in (sunday, saturday)] == [False, False]
    every = work_days(own, frozenset({2026}))
    assert [every.makes_up(day) for day in (sunday, saturday)] == [False, True]
