"""The shifts of the plant, and which of them work on a day (domain §4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from simulators.people.calendar import is_production_day


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of work. Its times are minutes after the midnight with which its day begins; after 1440 is tomorrow.

    Attributes:
        key: D, A, B, C or T.
        start: when it begins.
        end: when it ends.
        breaks: from and until; they are not paid.
        flexible: people come and go as they like between start and end: piecework.
    """

    key: str
    start: int
    end: int
    breaks: tuple[tuple[int, int], ...]
    flexible: bool = False

    def worked(self, begin: int, end: int) -> int:
        """Return the minutes from `begin` to `end` without the breaks between them."""
        off = sum(max(0, min(end, until) - max(begin, since)) for since, until in self.breaks)
        return max(0, end - begin - off)


def _at(hour: int, minute: int = 0) -> int:
    return hour * 60 + minute


_NOON = ((_at(12), _at(13, 30)),)
DAY = Shift("D", _at(8), _at(17, 30), _NOON)
SUMMER_DAY = Shift("D", _at(7, 30), _at(17), _NOON)
EARLY = Shift("A", _at(7), _at(15, 30), ((_at(11), _at(11, 30)),))
LATE = Shift("B", _at(15, 30), _at(24), ((_at(18, 30), _at(19)),))
WATCH = Shift("C", _at(23, 30), _at(31, 30), ((_at(26), _at(26, 15)), (_at(29), _at(29, 15))))
PIECEWORK = Shift(
    "T", _at(6, 30), _at(18, 30), ((_at(12), _at(12, 30)), (_at(15, 30), _at(16))), flexible=True
)
_SUMMER = range(6, 10)
_TWO_SHIFTS = range(8, 11)
_OVERTIME = (1, 5, 7, 11, 12)
_SEASON = (7, 15), (10, 31)


def shifts_of(day: date) -> tuple[Shift, ...]:
    """Return the shifts that work on a day; brine and boiler are watched every night, and chili knows no Sunday."""
    shifts: list[Shift] = []
    if is_production_day(day):
        shifts.append(SUMMER_DAY if day.month in _SUMMER else DAY)
        if has_two_shifts(day):
            shifts += (EARLY, LATE)
    if in_season(day):
        shifts.append(PIECEWORK)
    return (*shifts, WATCH)


def season(year: int) -> tuple[date, date]:
    """Return the first and the last day of a year on which fresh chili comes."""
    first, last = _SEASON
    return date(year, *first), date(year, *last)


def in_season(day: date) -> bool:
    """Return whether fresh chili comes."""
    first, last = season(day.year)
    return first <= day <= last


def has_two_shifts(day: date) -> bool:
    """Return whether the line packs in two shifts, from August to October."""
    return day.month in _TWO_SHIFTS


def has_overtime(day: date) -> bool:
    """Return whether one shift can't make what the month's plan asks for, and two would be too much (domain §0)."""
    return day.month in _OVERTIME
