"""Who is employed through a year, and who is planned when."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from simulators.people.roster import PERMANENT, TEAMS, Kind, roster
from simulators.people.shifts import DAY
from simulators.people.staff import Employment, Pattern, shift_of, staff

_SEEDS = range(5)
_DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]


def _heads(people: tuple[Employment, ...], kind: Kind) -> dict[date, int]:
    return {day: sum(e.kind is kind and e.first <= day <= e.last for e in people) for day in _DAYS}


@pytest.mark.parametrize("seed", _SEEDS)
def test_the_permanent_stay_and_the_seasonal_come_and_go(seed: int) -> None:
    """32 all year; 100 to 130 seasonal people from August to October, 10 to 20 outside the season."""
    people = staff(seed, 2026)
    assert set(_heads(people, Kind.PERMANENT).values()) == {PERMANENT}
    seasonal = _heads(people, Kind.SEASONAL)
    peak = [heads for day, heads in seasonal.items() if 8 <= day.month <= 10]
    quiet = [heads for day, heads in seasonal.items() if not date(2026, 7, 15) <= day <= date(2026, 10, 31)]
    assert 100 <= min(peak) <= max(peak) <= 130
    assert 10 <= min(quiet) <= max(quiet) <= 20


@pytest.mark.parametrize("seed", _SEEDS)
def test_july_hires_dozens_a_week_and_some_leave_early(seed: int) -> None:
    """From mid-July several dozen begin in each week; of those who leave before the end most posts are filled again."""
    people = [e for e in staff(seed, 2026) if e.kind is Kind.SEASONAL]
    begun = Counter((e.first - date(2026, 7, 15)).days // 7 for e in people)
    assert all(24 <= begun[week] <= 60 for week in (0, 1))
    season = [e for e in people if e.pattern is Pattern.PIECEWORK]
    early = [e for e in season if e.last < date(2026, 10, 31)]
    later = [e for e in season if e.first >= date(2026, 8, 1)]
    assert len(early) > 20
    assert len(later) > 20


@pytest.mark.parametrize("seed", _SEEDS)
def test_everybody_is_somebody(seed: int) -> None:
    """Numbers and names are nobody else's; the permanent are those of the roster; teams are the plant's."""
    people = staff(seed, 2026)
    assert len({e.pin for e in people}) == len({e.name for e in people}) == len(people)
    permanent = [(e.pin, e.name, e.team) for e in people if e.kind is Kind.PERMANENT]
    assert permanent == [(w.pin, w.name, w.team) for w in roster(seed)[:PERMANENT]]
    assert {e.team for e in people} <= set(TEAMS)
    assert all(e.first <= e.last for e in people)


def test_the_same_seed_hires_the_same_people() -> None:
    """A year's staff is a function of seed and year."""
    assert staff(1, 2026) == staff(1, 2026) != staff(2, 2026)
    assert staff(1, 2026) != staff(1, 2025)


@pytest.mark.parametrize("seed", _SEEDS)
def test_nobody_works_a_whole_week(seed: int) -> None:
    """From Monday to Sunday everybody has a day off, make-up Sundays and the season included."""
    weeks = [_DAYS[n : n + 7] for n in range(4, 361, 7)]
    assert all(week[0].weekday() == 0 for week in weeks)
    for employment in staff(seed, 2026):
        assert all(any(shift_of(employment, day) is None for day in week) for week in weeks)


def test_crews_take_turns() -> None:
    """In the two-shift months one crew is early while the other is late, and the next week it is the other way round."""
    people = staff(1, 2026)
    crews = [next(e for e in people if e.pattern is p) for p in (Pattern.EARLY_FIRST, Pattern.LATE_FIRST)]
    mondays = [date(2026, 8, 3) + timedelta(days=7 * n) for n in range(8)]
    keys = [tuple(shift.key for e in crews if (shift := shift_of(e, monday))) for monday in mondays]
    assert {frozenset(pair) for pair in keys} == {frozenset("AB")}
    assert all(this == following[::-1] for this, following in pairwise(keys))
    week = [shift_of(crews[0], date(2026, 8, 3) + timedelta(days=n)) for n in range(6)]
    assert len(set(week)) == 1
    assert {shift_of(e, date(2026, 5, 6)) for e in crews} == {DAY}


@pytest.mark.parametrize("seed", _SEEDS)
def test_two_watch_every_night(seed: int) -> None:
    """Of three watchmen one has the night off."""
    watchmen = [e for e in staff(seed, 2026) if e.pattern is Pattern.WATCH]
    assert len(watchmen) == 3
    assert {sum(shift_of(e, day) is not None for e in watchmen) for day in _DAYS} == {2}


@pytest.mark.parametrize("year", [2003, 2027])
def test_a_year_without_published_holidays_is_planned_as_any_other(year: int) -> None:
    """Nobody works on its Sundays but the watch and the piece workers; day people are there from Monday to Saturday."""
    employment = next(e for e in staff(1, year) if e.pattern is Pattern.DAY)
    week = [date(year, 3, 3) + timedelta(days=n) for n in range(7)]
    assert sum(shift_of(employment, day) is not None for day in week) == 6
