"""The work calendar of the plant: Monday to Saturday and make-up Sundays, without the holiday blocks (domain §0, §4.3)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import chinese_calendar  # type: ignore[import-untyped]

_SATURDAY = 5
_FESTIVALS = {
    2025: (date(2025, 1, 29), date(2025, 4, 4), date(2025, 5, 31), date(2025, 10, 6)),
    2026: (date(2026, 2, 17), date(2026, 4, 5), date(2026, 6, 19), date(2026, 9, 25)),
}
"""Spring Festival, Qingming, Dragon Boat, Mid-Autumn; chinesecalendar knows the blocks around them, not the days."""


@cache
def is_production_day(day: date) -> bool:
    """Return whether the plant packs on a day.

    Raises:
        ValueError: the calendar of that year is not known.
    """
    try:
        workday: bool = chinese_calendar.is_workday(day)
        return workday or (day.weekday() == _SATURDAY and day not in chinese_calendar.holidays)
    except NotImplementedError:
        years = sorted({known.year for known in chinese_calendar.holidays})
        raise ValueError(
            f"the work calendar of {day.year} is not known: chinesecalendar has {years[0]} to {years[-1]}"
        ) from None


def is_statutory_holiday(day: date) -> bool:
    """Return whether a day is one of the 13 that are paid threefold since 2025 (domain §4.2); bridge days are not.

    Raises:
        ValueError: the festivals of that year are not known.
    """
    return day in _statutory_holidays(day.year)


@cache
def _statutory_holidays(year: int) -> frozenset[date]:
    if year not in _FESTIVALS:
        raise ValueError(
            f"the statutory holidays of {year} are not known: there are {min(_FESTIVALS)} to {max(_FESTIVALS)}"
        )
    spring, *others = _FESTIVALS[year]
    eve_to_third = [spring + timedelta(days=n) for n in range(-1, 3)]
    fixed = [date(year, month, day) for month, day in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))]
    return frozenset((*eve_to_third, *others, *fixed))
