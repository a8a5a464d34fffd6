"""The plant's work calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from simulators.people.calendar import is_production_day, published_years

_SUNDAY = 6
_BY_MONTH = (25, 17, 26, 24, 22, 24, 27, 26, 25, 21, 25, 27)


def _days(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=n) for n in range(365)]


@pytest.mark.parametrize(("month", "count"), list(enumerate(_BY_MONTH, 1)))
def test_production_days_of_a_month_of_2026(month: int, count: int) -> None:
    """As many as the yearly plan is made with."""
    assert sum(is_production_day(day) for day in _days(2026) if day.month == month) == count


def test_production_days_of_2026() -> None:
    """289 in all."""
    assert sum(map(is_production_day, _days(2026))) == sum(_BY_MONTH) == 289


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 1, 3), False),  # Saturday of a holiday block
        (date(2026, 1, 4), True),  # make-up Sunday
        (date(2026, 2, 14), True),  # make-up Saturday
        (date(2026, 2, 18), False),  # Spring Festival
        (date(2026, 3, 7), True),  # any Saturday
        (date(2026, 3, 8), False),  # any Sunday
        (date(2026, 9, 20), True),  # make-up Sunday
        (date(2026, 10, 5), False),  # Monday of the National Day block
    ],
)
def test_saturdays_work_and_holiday_blocks_do_not(day: date, works: bool) -> None:
    """Saturdays and make-up Sundays are worked, Sundays and blocks are not."""
    assert is_production_day(day) is works


@pytest.mark.parametrize("year", [2003, 2027])
def test_a_year_without_published_holidays_has_a_plain_calendar(year: int) -> None:
    """Monday to Saturday are worked, but for the holidays that have a date of their own; nobody guesses at the moon's."""
    resting = [day for day in _days(year) if not is_production_day(day)]
    fixed = [date(year, month, day) for month, day in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))]
    sundays = [day for day in _days(year) if day.weekday() == _SUNDAY]
    assert year not in published_years()
    assert resting == sorted({*fixed, *sundays})


def test_the_year_of_the_plan_is_published() -> None:
    """2026, whose 289 days the plan is made with, comes from the library and not from the plain calendar."""
    assert 2026 in published_years()
