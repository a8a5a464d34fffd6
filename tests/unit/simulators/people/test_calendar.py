"""The plant's work calendar."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped]
import pytest

from simulators.people.calendar import is_production_day, is_statutory_holiday

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
def test_a_year_without_data_is_named(year: int) -> None:
    """There is no guessing at holidays that nobody has announced yet."""
    with pytest.raises(
        ValueError, match=f"^the work calendar of {year} is not known: chinesecalendar has 2004 to 2026$"
    ):
        is_production_day(date(year, 3, 3))


@pytest.mark.parametrize("year", [2025, 2026])
def test_thirteen_days_are_statutory_and_none_of_them_is_worked(year: int) -> None:
    """13 days off a year; none has been moved or is a bridge, as the library has it."""
    statutory = [day for day in _days(year) if is_statutory_holiday(day)]
    assert len(statutory) == 13
    assert Counter(day.month for day in statutory)[10] == (4 if year == 2025 else 3)
    assert not any(map(is_production_day, statutory))
    assert all(day in chinese_calendar.holidays for day in statutory)
    assert not any(chinese_calendar.is_in_lieu(day) for day in statutory)


def test_statutory_holidays_of_an_unknown_year_are_refused() -> None:
    """The law of 2025 says nothing of the years before, and the moon of later ones is not in the table."""
    with pytest.raises(ValueError, match="statutory holidays of 2024 are not known: there are 2025 to 2026"):
        is_statutory_holiday(date(2024, 1, 1))
