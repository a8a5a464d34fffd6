from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from edge.model.calendar import Calendar, to_ns
from edge.model.plan import mass_curve, planned, value_curve
from edge.model.plant import Revision, Target
from edge.model.work_days import DayKind, DayOff, WorkDays

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(ZONE)
SHARES = tuple(
    Decimal(share) for share in ["8.5", "4", "7", "7", "7", "7", "8", "11", "12", "11", "9", "8.5"]
)
TARGET = Target(2026, 5_000_000_000, 60_000_000, SHARES)


def at(*moment: int) -> int:
    """Return a local time as ns UTC."""
    return to_ns(datetime(*moment, tzinfo=ZONE))  # type: ignore[arg-type,misc]


def test_a_day_of_october_is_its_share_of_the_month() -> None:
    """11 % of 5,000 t over 31 days."""
    _, day = planned(TARGET, CALENDAR, at(2026, 10, 5, 12))
    assert day == round(5_000_000_000 * 11 / 100 / 31)


def test_the_year_begins_with_its_first_production_day() -> None:
    """At 07:00 on 1 January nothing is due, and before that nothing of this year."""
    assert planned(TARGET, CALENDAR, at(2026, 1, 1, 7))[0] == 0
    assert planned(TARGET, CALENDAR, at(2026, 1, 1, 6)) == (0, 0)


def test_at_the_end_of_january_its_share_is_due() -> None:
    """The plan to date at the month's end is the month's share, to the gram."""
    assert planned(TARGET, CALENDAR, at(2026, 2, 1, 7))[0] == 425_000_000


def test_after_the_year_all_of_it_is_due() -> None:
    """The whole mass, and nothing more for the day."""
    assert planned(TARGET, CALENDAR, at(2027, 1, 1, 7)) == (5_000_000_000, 0)


@given(st.integers(0, 364), st.integers(0, 86_399))
def test_the_days_add_up_to_the_plan_to_date(day: int, second: int) -> None:
    """What is due grows by exactly each day's plan, to rounding."""
    begin, end = CALENDAR.day_span(date(2026, 1, 1) + timedelta(days=day))
    now = begin + second * 10**9
    so_far, today = planned(TARGET, CALENDAR, now)
    at_start, _ = planned(TARGET, CALENDAR, begin)
    assert abs(so_far - at_start - today * (now - begin) / (end - begin)) <= 2


WORKED = WorkDays(frozenset(range(6)), {date(2026, 10, day): DayOff(DayKind.REST) for day in range(1, 8)})
SITE = Calendar(ZONE, work_days=WORKED)


def revised(*revisions: Revision) -> Target:
    """Return the plan with changes."""
    return replace(TARGET, revisions=revisions)


def test_a_month_is_spread_over_its_working_days() -> None:
    """October has 21 of them besides Sundays and its holiday week: 26.2 t each, and nothing for the others."""
    curve = mass_curve(TARGET, SITE)

    assert curve.of(date(2026, 10, 10)) == Fraction(5_000_000_000 * 11, 100 * 21)
    assert curve.of(date(2026, 10, 4)) == curve.of(date(2026, 10, 11)) == 0
    assert planned(TARGET, SITE, at(2026, 10, 4, 12))[1] == 0


def test_a_month_without_a_working_day_is_spread_over_all_of_its_days() -> None:
    """Its share is not lost."""
    away = WorkDays(own={date(2026, 2, day): DayOff(DayKind.REST) for day in range(1, 29)})
    curve = mass_curve(TARGET, Calendar(ZONE, work_days=away))

    assert curve.of(date(2026, 2, 3)) == Fraction(200_000_000, 28)
    assert curve.before[-1] == TARGET.mass


def test_a_revision_changes_the_days_from_its_own_on() -> None:
    """The past keeps its plan, the year has the new sum, and the baseline is still there."""
    since = date(2026, 7, 1)
    target = revised(Revision(since, 4_000_000_000, 48_000_000, SHARES, "大修"))
    before, after = mass_curve(TARGET, SITE), mass_curve(target, SITE)

    assert after.days[:181] == before.days[:181]
    assert after.before[-1] == 4_000_000_000
    assert after.of(since) / before.of(since) == Fraction(
        4_000_000_000 - 2_025_000_000, 5_000_000_000 - 2_025_000_000
    )
    assert mass_curve(target.baseline, SITE) == before
    assert value_curve(target, SITE).before[-1] == 48_000_000


def test_a_revision_is_not_known_before_its_day() -> None:
    """What was planned in June for December is what was known in June."""
    target = revised(Revision(date(2026, 7, 1), 4_000_000_000, 0, SHARES))

    assert target.as_of(date(2026, 6, 30)) == TARGET
    assert target.as_of(date(2026, 7, 1)) == target
    assert planned(target, SITE, at(2026, 6, 30, 12)) == planned(TARGET, SITE, at(2026, 6, 30, 12))
    assert planned(target, SITE, at(2027, 1, 2, 12)) == (4_000_000_000, 0)


@given(st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(5, 9)), max_size=3))
def test_the_days_of_any_plan_add_up_to_its_newest_sum(changes: list[tuple[date, int]]) -> None:
    """Whatever was revised when; a day is never planned twice, nor lost."""
    days, masses = sorted({day for day, _ in changes}), sorted(mass for _, mass in changes)
    target = revised(
        *(Revision(day, mass * 10**9, 0, SHARES) for day, mass in zip(days, masses, strict=False))
    )
    curve = mass_curve(target, SITE)

    assert sum(curve.days) == curve.before[-1] == target.goal_mass
    assert all(day >= 0 for day in curve.days)
    assert curve.until(date(2027, 6, 1)) == target.goal_mass
    assert curve.until(date(2025, 6, 1)) == 0
