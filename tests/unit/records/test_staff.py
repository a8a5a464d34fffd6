"""A new roster over an old one: what was before stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from edge.model.personnel import EarlierTurn, Worker, WorkerKind
from edge.records.staff import Merged, merge

DAY = date(2026, 9, 1)
MARY = Worker("1", "甲", WorkerKind.PERMANENT, "pack", "A")
JOHN = Worker("2", "乙", WorkerKind.SEASONAL, "pack", "B", first=date(2026, 8, 1))


def test_the_first_roster_is_everybody() -> None:
    """Nobody was there before."""
    assert merge([], [MARY, JOHN], DAY) == Merged((MARY, JOHN), ("1", "2"), ())


def test_who_is_not_on_it_has_left_the_day_before() -> None:
    """They keep their history; who had left already stays so."""
    merged = merge([MARY, JOHN], [MARY], DAY)
    assert merged == Merged((replace(JOHN, last=date(2026, 8, 31)),), (), ("2",))
    assert merge([MARY, *merged.changed], [MARY], date(2026, 10, 1)) == Merged((), (), ())


def test_another_shift_holds_from_the_day_on() -> None:
    """The old pattern is kept for the days before; a second roster of that day puts the first right."""
    (changed,) = merge([MARY], [replace(MARY, shift="B")], DAY).changed
    assert (changed.turns_on(DAY - timedelta(days=1)), changed.turns_on(DAY)) == ("A", "B")
    (again,) = merge([changed], [replace(MARY, shift="C")], DAY).changed
    assert again.earlier == (EarlierTurn(DAY, "A"),)
    assert again.turns_on(DAY) == "C"


def test_a_roster_that_says_nothing_new_changes_nothing() -> None:
    """Every start of a node may import the same file."""
    (changed,) = merge([MARY], [replace(MARY, shift="B")], DAY).changed
    assert merge([changed], [replace(MARY, shift="B")], DAY + timedelta(days=9)) == Merged((), (), ())


@given(st.lists(st.lists(st.sampled_from("123456"), unique=True), min_size=1, max_size=6))
def test_several_hundred_may_come_and_go(days: list[list[str]]) -> None:
    """After any rosters on days that follow each other, exactly those of the last one are employed on its day."""
    known: dict[str, Worker] = {}
    for number, keys in enumerate(days):
        day = DAY + timedelta(days=number)
        roster = [Worker(key, "甲", WorkerKind.SEASONAL, "prep", "T") for key in keys]
        for worker in merge(known.values(), roster, day).changed:
            known[worker.id] = worker
        assert {key for key, worker in known.items() if worker.is_employed(day)} == set(keys)


def test_who_comes_back_was_away_between() -> None:
    """The first season stays theirs, also when the row says the day of the second; every later roster leaves it so."""
    left = replace(JOHN, last=date(2026, 8, 31))
    for row in (replace(JOHN, first=None), JOHN, replace(JOHN, first=date(2026, 10, 5))):
        (back,) = merge([MARY, left], [MARY, row], date(2026, 10, 5)).changed
        days = [
            date(2026, 7, 31),
            date(2026, 8, 1),
            date(2026, 8, 31),
            DAY,
            date(2026, 10, 4),
            date(2026, 10, 5),
        ]
        assert [back.is_employed(day) for day in days] == [False, True, True, False, False, True]
        assert merge([MARY, back], [MARY, row], date(2026, 10, 20)) == Merged((), (), ())
        (again,) = merge([MARY, back], [MARY, replace(row, shift="A")], date(2026, 10, 20)).changed
        assert [again.turns_on(day) for day in (date(2026, 8, 5), date(2026, 10, 6), date(2026, 10, 20))] == [
            *"BBA"
        ]
        assert not again.is_employed(DAY)


def test_who_came_back_before_the_roster_says_so() -> None:
    """The row's first day is theirs, not that of the import."""
    left = replace(JOHN, last=date(2026, 8, 31))
    (back,) = merge([left], [replace(JOHN, first=date(2026, 10, 1))], date(2026, 10, 5)).changed
    assert [back.is_employed(date(2026, 10, day)) for day in (1, 5)] == [True, True]
    assert not back.is_employed(date(2026, 9, 30))


def test_who_is_new_begins_with_the_roster() -> None:
    """They were not absent all the years before, and a second import does not make them so."""
    new = replace(JOHN, first=None)
    (known,) = merge([MARY], [MARY, new], DAY).changed
    assert (known.first, merge([MARY, known], [MARY, new], DAY + timedelta(days=9))) == (
        DAY,
        Merged((), (), ()),
    )
