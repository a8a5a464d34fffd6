"""Who is employed through a year, in which pattern of shifts, and on which shift somebody is planned on a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from itertools import cycle, islice
from random import Random

from simulators.people.calendar import is_production_day
from simulators.people.names import names
from simulators.people.roster import PERMANENT, Kind, roster
from simulators.people.shifts import Shift, has_two_shifts, season, shifts_of

_WATCHMEN = 3
_DAY_PEOPLE = 4
_BY_NEED = ("utility", "intake", "prep", "pack")
"""Teams in the order in which they give people to the watch and to the day shift."""
_FIRST_SEASONAL_PIN = 501
_PACKERS = (14, 17)
_PEAK_PACKERS = (18, 22)
_DESTEMMERS = (80, 86)
_HIRING_DAYS = 17
"""From mid-July to its end: some forty people a week."""
_SHORTEST_STAY_DAYS = 4
_STAY_DAYS = 100.0
_LONGEST_GAP_DAYS = 6
_WEEK = 7


class Pattern(StrEnum):
    """How somebody's shifts follow each other. While there are two shifts, AB and BA take turns week by week."""

    DAY = "D"
    EARLY_FIRST = "AB"
    LATE_FIRST = "BA"
    WATCH = "C"
    PIECEWORK = "T"


@dataclass(frozen=True, slots=True)
class Employment:
    """Somebody's time at the plant.

    Attributes:
        pin: number at the terminals; leading zeros count.
        name: of the person.
        kind: permanent or seasonal.
        team: intake, prep, pack or utility.
        pattern: of the shifts.
        first: day of work.
        last: day of work.
        turn: place in the rota of days off.
    """

    pin: str
    name: str
    kind: Kind
    team: str
    pattern: Pattern
    first: date
    last: date
    turn: int


@dataclass(frozen=True, slots=True)
class _Post:
    """Work for one person at a time, for some part of the year."""

    team: str
    pattern: Pattern
    first: date
    last: date


def staff(seed: int, year: int) -> tuple[Employment, ...]:
    """Return everybody who is employed in a year: the roster's permanent workers, and seasonal ones as they come."""
    permanent = _permanent(seed, year)
    rng = Random(f"{seed}/staff/{year}")
    stays = sorted(
        (stay for post in _posts(rng, year) for stay in _stays(rng, post)), key=lambda stay: stay.first
    )
    called = names(rng, len(stays), {employment.name for employment in permanent})
    seasonal = (
        Employment(f"{pin:04d}", name, Kind.SEASONAL, stay.team, stay.pattern, stay.first, stay.last, pin)
        for pin, (name, stay) in enumerate(zip(called, stays, strict=True), _FIRST_SEASONAL_PIN)
    )
    return (*permanent, *seasonal)


def shift_of(employment: Employment, day: date) -> Shift | None:
    """Return the shift on which somebody is planned, None on a day off."""
    if not employment.first <= day <= employment.last:
        return None
    return _planned(employment.pattern, employment.turn, day)


def _planned(pattern: Pattern, turn: int, day: date) -> Shift | None:
    key = pattern.value[:1]
    match pattern:
        case Pattern.WATCH:
            rests = (day.toordinal() + turn) % _WATCHMEN == 0
        case Pattern.PIECEWORK:
            rests = day.weekday() == turn % _WEEK
        case Pattern.EARLY_FIRST | Pattern.LATE_FIRST:
            rests = _rests_for_sunday(turn, day)
            key = pattern.value[(day.toordinal() - 1) // _WEEK % 2] if has_two_shifts(day) else "D"
        case Pattern.DAY:
            rests = _rests_for_sunday(turn, day)
    return None if rests else _shifts_by_key(day).get(key)


@cache
def _shifts_by_key(day: date) -> dict[str, Shift]:
    return {shift.key: shift for shift in shifts_of(day)}


def _rests_for_sunday(turn: int, day: date) -> bool:
    """Return whether somebody has this day of a make-up week off, as the law gives everybody one in seven."""
    return day.weekday() == turn % _WEEK and _has_no_rest(day - timedelta(days=day.weekday()))


@cache
def _has_no_rest(monday: date) -> bool:
    """Return whether all seven days are production days; the week of a New Year never is."""
    week = [monday + timedelta(days=n) for n in range(_WEEK)]
    return all(is_production_day(day) for day in week)


def _permanent(seed: int, year: int) -> tuple[Employment, ...]:
    """Give the roster's permanent workers their patterns: three watch at night, four stay on days, the rest alternate."""
    workers = [worker for worker in roster(seed) if worker.kind == Kind.PERMANENT]
    by_need = sorted(workers, key=lambda worker: _BY_NEED.index(worker.team))
    turns = cycle((Pattern.EARLY_FIRST, Pattern.LATE_FIRST))
    patterns = (*[Pattern.WATCH] * _WATCHMEN, *[Pattern.DAY] * _DAY_PEOPLE, *islice(turns, PERMANENT))
    begin, end = date(year, 1, 1), date(year, 12, 31)
    employed = (
        Employment(worker.pin, worker.name, worker.kind, worker.team, pattern, begin, end, turn)
        for turn, (worker, pattern) in enumerate(zip(by_need, patterns, strict=False))
    )
    return tuple(sorted(employed, key=lambda employment: employment.pin))


def _posts(rng: Random, year: int) -> Iterator[_Post]:
    """Yield the posts of seasonal workers: a dozen packers all year; many more, and the destemmers, in season."""
    first, last = season(year)
    turns = cycle((Pattern.EARLY_FIRST, Pattern.LATE_FIRST))
    for _ in range(rng.randint(*_PACKERS)):
        yield _Post("pack", next(turns), date(year, 1, 1), date(year, 12, 31))
    for _ in range(rng.randint(*_PEAK_PACKERS)):
        yield _Post("pack", next(turns), first + timedelta(days=rng.randrange(_HIRING_DAYS)), last)
    for _ in range(rng.randint(*_DESTEMMERS)):
        yield _Post("intake", Pattern.PIECEWORK, first + timedelta(days=rng.randrange(_HIRING_DAYS)), last)


def _stays(rng: Random, post: _Post) -> Iterator[_Post]:
    """Yield the same post for each of the people who hold it one after the other; some leave early."""
    first = post.first
    while first <= post.last:
        days = _SHORTEST_STAY_DAYS + int(rng.expovariate(1 / _STAY_DAYS))
        last = min(post.last, first + timedelta(days=days - 1))
        yield _Post(post.team, post.pattern, first, last)
        first = last + timedelta(days=rng.randint(1, _LONGEST_GAP_DAYS))
