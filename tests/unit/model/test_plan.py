from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from edge.model.calendar import Calendar, to_ns
from edge.model.plan import planned
from edge.model.plant import Target

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
