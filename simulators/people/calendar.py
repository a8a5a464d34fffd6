"""The work calendar of the plant: Monday to Saturday and make-up Sundays, without the holiday blocks (domain §0, §4.3)."""

from __future__ import annotations

from datetime import date
from functools import cache

import chinese_calendar  # type: ignore[import-untyped]

_SATURDAY, _SUNDAY = 5, 6
_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Month and day of the statutory holidays that follow no moon (domain §4.2)."""
PLAIN_CALENDAR = "Monday to Saturday, without 1 January, 1 and 2 May and 1 to 3 October"


@cache
def published_years() -> frozenset[int]:
    """Return the years whose holiday blocks and make-up days chinesecalendar knows; each November there is one more."""
    return frozenset(day.year for day in chinese_calendar.holidays)


@cache
def is_production_day(day: date) -> bool:
    """Return whether the plant packs on a day; of a year that nothing is published of, PLAIN_CALENDAR holds."""
    if day.year not in published_years():
        return day.weekday() != _SUNDAY and (day.month, day.day) not in _FIXED_HOLIDAYS
    workday: bool = chinese_calendar.is_workday(day)
    return workday or (day.weekday() == _SATURDAY and day not in chinese_calendar.holidays)
