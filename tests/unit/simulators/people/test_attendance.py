"""A year of comings and goings: its rates and its laws."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.people.attendance import Presence, Record, day
from simulators.people.attlog import Status, Terminal
from simulators.people.roster import Kind
from simulators.people.shifts import shifts_of
from simulators.people.staff import Pattern, shift_of, staff
from tests.unit.simulators.people.year import DAYS, attendance, records

_SEEDS = (1, 2)
_FROM_2026 = st.sampled_from(DAYS)
_SEED = st.integers(0, 30)
_STAFF = {seed: staff(seed, 2026) for seed in range(31)}


def _presences(seed: int) -> list[Presence]:
    return [presence for on in attendance(seed) for presence in on.presences]


def _arrivals(seed: int) -> dict[tuple[str, datetime], Status]:
    """Return the key that should have been pressed, by person and moment."""
    return {
        (presence.pin, moment): status
        for presence in _presences(seed)
        for moment, status in ((presence.arrived, Status.IN), (presence.left, Status.OUT))
    }


@pytest.mark.parametrize("seed", _SEEDS)
def test_attendance_over_the_year(seed: int) -> None:
    """93 to 97 % of those who are planned come, and every month lies close to it."""
    planned: Counter[int] = Counter()
    present: Counter[int] = Counter()
    for group in (group for on in attendance(seed) for group in on.groups):
        planned[group.day.month] += group.planned
        present[group.day.month] += group.present
    assert 0.93 <= present.total() / planned.total() <= 0.97
    assert all(0.92 <= present[month] / planned[month] <= 0.98 for month in range(1, 13))


@pytest.mark.parametrize("seed", _SEEDS)
def test_latecomers(seed: int) -> None:
    """About 3 % of those with a fixed start are 5 to 40 minutes late; piece workers come when they like."""
    fixed = [presence for presence in _presences(seed) if presence.shift != "T"]
    late = [presence.late for presence in fixed if presence.late]
    assert 0.025 <= len(late) / len(fixed) <= 0.035
    assert min(late) >= 5
    assert max(late) <= 40
    assert not any(presence.late for presence in _presences(seed) if presence.shift == "T")


@pytest.mark.parametrize("seed", _SEEDS)
def test_forgotten_punches(seed: int) -> None:
    """About 1.5 % forget one of the two, mostly on the way out; that record is not there, the other is."""
    presences = _presences(seed)
    missed = [presence for presence in presences if presence.missed is not None]
    assert 0.012 <= len(missed) / len(presences) <= 0.018
    assert 0.7 <= sum(presence.missed is Status.OUT for presence in missed) / len(missed) <= 0.9
    recorded = {(record.pin, record.local) for record in records(seed)}
    for presence in presences:
        assert ((presence.pin, presence.arrived) in recorded) is (presence.missed is not Status.IN)
        assert ((presence.pin, presence.left) in recorded) is (presence.missed is not Status.OUT)


@pytest.mark.parametrize("seed", _SEEDS)
def test_double_punches(seed: int) -> None:
    """About 4 % press again, 2 to 90 seconds later, with the same key."""
    meant = _arrivals(seed)
    last: dict[str, Record] = {}
    again = 0
    for record in sorted(records(seed), key=lambda r: (r.local, r.pin)):
        if (record.pin, record.local) in meant:
            last[record.pin] = record
            continue
        again += 1
        first = last[record.pin]
        assert 2 <= (record.local - first.local).total_seconds() <= 90
        assert (record.status, record.terminal) == (first.status, first.terminal)
    assert 0.035 <= again / (len(records(seed)) - again) <= 0.045


@pytest.mark.parametrize("seed", _SEEDS)
def test_wrong_keys(seed: int) -> None:
    """Of all records 3 to 5 % bear another key than they should, mostly the opposite one."""
    meant = _arrivals(seed)
    pressed = [
        (record.status, meant[record.pin, record.local])
        for record in records(seed)
        if (record.pin, record.local) in meant
    ]
    wrong = Counter(status for status, right in pressed if status is not right)
    assert 0.03 <= wrong.total() / len(pressed) <= 0.05
    assert wrong[Status.IN] + wrong[Status.OUT] > wrong.total() / 2
    assert wrong[Status.NONE]


@pytest.mark.parametrize("seed", _SEEDS)
def test_overtime(seed: int) -> None:
    """In months of overtime most of the day shift stays longer, in steps of 30 min; nobody exceeds 36 h a month."""
    net = {(on, shift.key): shift.worked(shift.start, shift.end) for on in DAYS for shift in shifts_of(on)}
    stayed: defaultdict[tuple[str, int], int] = defaultdict(int)
    longer: Counter[int] = Counter()
    heads: Counter[int] = Counter()
    for presence in _presences(seed):
        if presence.shift in "AB" or (presence.shift == "D" and not presence.late):
            on = presence.arrived.date()
            extra = 0 if presence.late else presence.minutes - net[on, presence.shift]
            assert extra in (0, 30, 60, 90)
            assert extra == 0 or presence.shift != "B"
            stayed[presence.pin, on.month] += extra
            heads[on.month] += 1
            longer[on.month] += extra > 0
    assert max(stayed.values()) <= 36 * 60
    for month in range(1, 13):
        share = longer[month] / heads[month]
        assert (0.6 <= share <= 0.9) if month in (1, 5, 7, 11, 12) else (share <= 0.1)


@pytest.mark.parametrize("seed", _SEEDS)
def test_terminals(seed: int) -> None:
    """Piece workers press the one in the workshop, everybody else the one at the gate."""
    destemmers = {e.pin for e in staff(seed, 2026) if e.pattern is Pattern.PIECEWORK}
    assert {(record.pin in destemmers, record.terminal) for record in records(seed)} == {
        (True, Terminal.WORKSHOP),
        (False, Terminal.GATE),
    }


@pytest.mark.parametrize("seed", _SEEDS)
def test_at_most_one_presence_at_a_time(seed: int) -> None:
    """Nobody is there twice: each stay ends, its double punch included, before the same person's next one begins."""
    stays: defaultdict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for presence in _presences(seed):
        stays[presence.pin].append((presence.arrived, presence.left))
    for times in stays.values():
        assert all(arrived < left for arrived, left in times)
        assert all(
            left + timedelta(seconds=90) < arrived for (_, left), (arrived, _) in pairwise(sorted(times))
        )


@given(_SEED, _FROM_2026)
@settings(max_examples=60)
def test_only_those_who_are_planned_come(seed: int, on: date) -> None:
    """Nobody presses before the first or after the last day, on a day off, or far from the shift."""
    employed = {e.pin: e for e in _STAFF[seed]}
    midnight = datetime.combine(on, time())
    made = day(seed, on, _STAFF[seed])
    for presence in made.presences:
        employment = employed[presence.pin]
        assert employment.first <= on <= employment.last
        shift = shift_of(employment, on)
        assert shift is not None
        assert shift.key == presence.shift
        assert midnight + timedelta(minutes=shift.start - 26) <= presence.arrived
        assert presence.left <= midnight + timedelta(minutes=shift.end + 106)
        assert 0 < presence.minutes <= shift.worked(shift.start, shift.end) + 90
    assert {record.pin for record in made.records} <= {presence.pin for presence in made.presences}
    assert [record.local for record in made.records] == sorted(record.local for record in made.records)


@given(_SEED, _FROM_2026)
@settings(max_examples=60)
def test_groups_add_up(seed: int, on: date) -> None:
    """Each group's present and absent are its planned; all groups together are all who are planned and came."""
    made = day(seed, on, _STAFF[seed])
    assert all(group.present + group.absent == group.planned for group in made.groups)
    assert all(group.late <= group.present >= group.missing_punch for group in made.groups)
    assert sum(group.planned for group in made.groups) == sum(
        shift_of(employment, on) is not None for employment in _STAFF[seed]
    )
    assert sum(group.present for group in made.groups) == len(made.presences)
    assert sum(group.minutes for group in made.groups) == sum(presence.minutes for presence in made.presences)
    assert len({(group.shift, group.team, group.kind) for group in made.groups}) == len(made.groups)


@given(_SEED, _FROM_2026)
@settings(max_examples=10)
def test_a_day_is_a_function_of_its_seed(seed: int, on: date) -> None:
    """The same seed and staff make the same day, whatever was made before; another seed makes another one."""
    made = day(seed, on, _STAFF[seed])
    day(seed + 1, on, _STAFF[seed])
    assert day(seed, on, _STAFF[seed]) == made != day(seed + 1, on, _STAFF[seed])


def test_a_working_day_of_the_peak_by_hand() -> None:
    """On a Tuesday in September two shifts, the day people, the destemmers and the watch are there."""
    made = day(1, date(2026, 9, 8), _STAFF[1])
    groups = {(group.shift, group.team, group.kind): group for group in made.groups}
    assert {shift for shift, _, _ in groups} == set("DABCT")
    assert groups["T", "intake", Kind.SEASONAL].planned >= 60
    packing = [groups[shift, "pack", Kind.SEASONAL].planned for shift in "AB"]
    assert min(packing) >= 12
    hours = sum(group.minutes for group in made.groups) / 60
    assert 950 <= hours <= 1250
