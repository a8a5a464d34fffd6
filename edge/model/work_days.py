"""On which days the plant works: a week, the exceptions that the State Council publishes, and the site's own.

The site's own come first, then what is published. A year without published days goes by the rules of its statutory
holidays, which know no make-up workdays, and is provisional: whoever uses it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MONDAY_TO_SATURDAY = frozenset(range(6))
EVERY_DAY_OF_THE_WEEK = frozenset(range(7))


class DayKind(StrEnum):
    """What a day is; statutory holidays are those of threefold pay, a make-up workday is a working day."""

    WORK = "work"
    REST = "rest"
    STATUTORY = "statutory"


class Origin(StrEnum):
    """Who says so."""

    OWN = "own"
    PUBLISHED = "published"
    RULE = "rule"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that is not as its weekday is: off, or worked to make up for one that is off."""

    kind: DayKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """What a day is, who says so, and whether that is only likely: its year is not published yet."""

    kind: DayKind
    name: str
    origin: Origin
    provisional: bool


DaysOff = Mapping[date, DayOff]
Published = Callable[[int], DaysOff | None]
"""The exceptions of a year; None when they are not published."""
Rules = Callable[[int], DaysOff]
"""The statutory holidays of a year by rule, and the days off that probably stand in for those on a weekend."""


def _none_published(_year: int) -> DaysOff:
    return {}


class WorkDays:
    """The work calendar of a site.

    Args:
        week: days of the week that are worked, Monday 0.
        own: the site's own exceptions.
        complete: years whose own exceptions are all there are: nothing else is asked, and they are not provisional.
        published: what the State Council has published.
        rules: what it is likely to publish.
    """

    def __init__(
        self,
        week: frozenset[int] = EVERY_DAY_OF_THE_WEEK,
        own: DaysOff | None = None,
        complete: frozenset[int] = frozenset(),
        published: Published = _none_published,
        rules: Rules = _none_published,
    ) -> None:
        self._week = week
        self._own = own or {}
        self._complete = complete
        self._published = published
        self._rules = rules
        self._years: dict[int, tuple[DaysOff, bool]] = {}

    def works(self, day: date) -> bool:
        """Return whether a production day is a working day."""
        found = self._own.get(day) or self._year(day.year)[0].get(day)
        return found.kind is DayKind.WORK if found else day.weekday() in self._week

    def makes_up(self, day: date) -> bool:
        """Return whether a day is worked in place of one that is off: as published, or by a site that says all days itself."""
        own = self._own.get(day) if day.year in self._complete else None
        found = own or self._year(day.year)[0].get(day)
        return found is not None and found.kind is DayKind.WORK and self.works(day)

    def is_provisional(self, year: int) -> bool:
        """Return whether a year is not published, so that its days are only likely."""
        return self._year(year)[1]

    def day(self, day: date) -> Day:
        """Return all that is known of a day."""
        days, provisional = self._year(day.year)
        own, other = self._own.get(day), days.get(day)
        if own is not None:
            return Day(own.kind, own.name, Origin.OWN, provisional=False)
        if other is None:
            kind = DayKind.WORK if day.weekday() in self._week else DayKind.REST
            return Day(kind, "", Origin.WEEK, provisional)
        origin = Origin.RULE if provisional else Origin.PUBLISHED
        rule = self._rules(day.year).get(day)
        is_statutory = rule is not None and rule.kind is DayKind.STATUTORY and other.kind is DayKind.REST
        return Day(DayKind.STATUTORY if is_statutory else other.kind, other.name, origin, provisional)

    def _year(self, year: int) -> tuple[DaysOff, bool]:
        if year not in self._years:
            published = {} if year in self._complete else self._published(year)
            self._years[year] = (self._rules(year), True) if published is None else (published, False)
        return self._years[year]


EVERY_DAY = WorkDays()
"""No day is off."""
