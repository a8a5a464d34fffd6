"""A simulated year with 32 permanent and up to 130 seasonal workers: what is found is what was, or is asked."""

from __future__ import annotations

from collections import Counter
from functools import cache

from edge.processing.attendance.person import Attended, Shifts, attended
from edge.processing.attendance.stay import Stay
from simulators.people.attendance import Presence
from simulators.people.staff import staff
from tests.unit.processing.attendance.plant import (
    CALENDAR,
    FIRST,
    LAST,
    RULES,
    exceptions_of,
    key_of,
    ns,
    punches_of,
    worker_of,
)
from tests.unit.simulators.people import year

_SEED = 1
_NOW = ns("2027-01-02 12:00")


@cache
def _found() -> dict[str, Attended]:
    """Return everybody's year."""
    by_pin: dict[str, list[object]] = {}
    for record in year.records(_SEED):
        by_pin.setdefault(record.pin, []).append(record)
    shifts = Shifts(CALENDAR, FIRST, LAST)
    found = {}
    for one in staff(_SEED, 2026):
        worker = worker_of(one)
        punches = punches_of(by_pin.get(one.pin, []))  # type: ignore[arg-type]
        found[one.pin] = attended(worker, punches, exceptions_of(one, worker), shifts, RULES)
    return found


@cache
def _stays() -> dict[tuple[str, str], Stay]:
    return {
        (pin, f"{stay.duty.day} {stay.duty.shift}"): stay
        for pin, known in _found().items()
        for stay in known.stays(_NOW, RULES)
    }


@cache
def _truth() -> dict[tuple[str, str], Presence]:
    return {
        (one.pin, f"{day} {key_of(one.shift, day)}"): one
        for day, attendance in zip(year.DAYS, year.attendance(_SEED), strict=True)
        for one in attendance.presences
    }


def test_everybody_who_came_is_present_on_their_shift_and_nobody_else() -> None:
    """Of some 30,000 shifts every presence is found, and none is invented; who is planned and not there is absent."""
    came = {key for key, stay in _stays().items() if stay.came}
    assert came == set(_truth())
    absent = sum(stay.is_absent for stay in _stays().values())
    assert absent == sum(group.absent for day in year.attendance(_SEED) for group in day.groups)
    assert len(_stays()) == sum(group.planned for day in year.attendance(_SEED) for group in day.groups)
    assert len(came) > 20_000


def test_every_forgotten_punch_is_a_question_and_nothing_else_is() -> None:
    """The open questions are exactly the shifts with a missing punch; no punch is left over."""
    asked = {key: stay for key, stay in _stays().items() if stay.open}
    forgotten = {key: one for key, one in _truth().items() if one.missed is not None}
    assert asked.keys() == forgotten.keys()
    # Who comes and goes as they like may have gone at noon: whether a lone punch was an IN is only likely there.
    fixed = [key for key, stay in asked.items() if stay.duty.shift not in RULES.flexible]
    assert [asked[key].missing for key in fixed] == [str(forgotten[key].missed.name).lower() for key in fixed]  # type: ignore[union-attr]
    assert len(asked) > 300
    assert not any(known.strays for known in _found().values())


def test_hours_and_lateness_are_the_truth() -> None:
    """To the minute, on every shift that is no open question, by worker and in all."""
    wrong = {
        key: (stay.minutes, stay.late, one)
        for key, one in _truth().items()
        if not (stay := _stays()[key]).open and (stay.minutes, stay.late) != (one.minutes, one.late)
    }
    assert wrong == {}
    minutes: Counter[str] = Counter()
    for (pin, _), stay in _stays().items():
        minutes[pin] += stay.minutes * (not stay.open)
    for (pin, key), one in _truth().items():
        minutes[pin] -= one.minutes * (not _stays()[pin, key].open)
    assert not any(minutes.values())
