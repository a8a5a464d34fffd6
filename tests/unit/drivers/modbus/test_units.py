"""Which units of a line answer, and when to ask one that does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.modbus.units import ALONE_PAUSE_S, LONGEST_PAUSE_S, Units

TIMEOUT = 1.0


def share_of(dead: int, alive: int, seconds: float) -> float:
    """Return the part of a line's time that its dead units take when each is asked as soon as it may be."""
    units = Units(range(dead + alive))
    now = wasted = 0.0
    while now < seconds:
        number = min(range(dead), key=units.retry_at)
        now = max(now, units.retry_at(number)) + TIMEOUT
        wasted += TIMEOUT
        units.strike(number, TIMEOUT, now)
    return wasted / now


@given(st.integers(1, 5), st.integers(1, 20))
def test_dead_units_take_a_tenth_of_the_line_between_them(dead: int, alive: int) -> None:
    """However many there are, nine tenths of the time are the others'; only finding it out costs more."""
    assert share_of(dead, alive, 3600.0) <= 0.11


def test_one_answer_missing_may_be_chance() -> None:
    """A unit that leaves out one answer is asked again soon, and is not lost."""
    units = Units([1, 2])

    assert not units.strike(1, TIMEOUT, now=10.0)
    assert not units.is_lost(1)
    assert units.retry_at(1) < 10.1
    assert units.strike(1, TIMEOUT, now=12.0)
    assert units.is_lost(1)


def test_pauses_grow_to_a_minute() -> None:
    """A meter that was taken out for repair is asked now and then."""
    units = Units([1, 2])
    pauses = []
    for _ in range(8):
        units.strike(1, TIMEOUT, now=0.0)
        pauses.append(units.retry_at(1))

    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE_S


def test_a_unit_that_has_the_line_for_itself_is_asked_often() -> None:
    """Where nobody else waits there is nobody to starve, and data should be back at once."""
    units = Units([1])
    for _ in range(20):
        units.strike(1, TIMEOUT, now=0.0)

    assert units.retry_at(1) == ALONE_PAUSE_S


def test_the_first_answer_after_silence_wakes_all() -> None:
    """When nobody had answered the line was to blame: now everybody is worth asking."""
    units = Units([1, 2, 3])
    for number in (1, 2, 3) * 5:
        units.strike(number, TIMEOUT, now=100.0)

    assert units.find(2, now=101.0)
    assert units.retry_at(1) <= 101.0
    assert units.retry_at(3) <= 101.0
    assert not units.is_struck(2)


def test_an_answer_of_one_does_not_wake_the_dead() -> None:
    """While others answered all along, a unit that comes back says nothing of the third."""
    units = Units([1, 2, 3])
    for number in (1, 2) * 5:
        units.strike(number, TIMEOUT, now=100.0)
    units.find(1, now=101.0)

    assert units.retry_at(2) > 105.0


def test_units_are_excused_while_there_is_no_connection() -> None:
    """A new connection is a new chance for everybody."""
    units = Units([1, 2])
    for _ in range(5):
        units.strike(1, TIMEOUT, now=100.0)
    units.excuse(until=103.0)

    assert units.retry_at(1) == 103.0
    assert units.is_lost(1)


def test_a_gateway_that_answers_at_once_in_a_units_place_costs_little() -> None:
    """Such a unit is asked about each second: nobody else has to wait for it."""
    units = Units([1, 2])
    for _ in range(10):
        units.strike(1, 0.005, now=0.0)

    assert units.retry_at(1) <= ALONE_PAUSE_S


def test_a_lost_unit_is_worth_an_idle_moment_after_growing_pauses() -> None:
    """Soon after it was lost, and more and more rarely the longer it stays away; one that never answered never."""
    units = Units([1, 2])
    assert units.worth_a_moment(0.0) is None
    units.answered(1, 0.02)
    for now in (10.0, 10.1):
        units.strike(1, TIMEOUT, now)
        units.strike(2, TIMEOUT, now)

    assert units.worth_a_moment(10.2) is None
    assert units.worth_a_moment(10.5) == 1
    units.strike(1, TIMEOUT, 40.1)
    assert units.worth_a_moment(42.0) is None
    assert units.worth_a_moment(45.0) == 1


def test_a_lost_unit_is_not_waited_for_longer_than_its_line_answers() -> None:
    """Each fourth time it is, since it may have become slow."""
    units = Units([1, 2])
    units.answered(1, 0.05)
    units.answered(2, 0.05)
    assert units.patience(1, TIMEOUT) == TIMEOUT
    waits = []
    for _ in range(5):
        units.strike(1, TIMEOUT, 10.0)
        waits.append(units.patience(1, TIMEOUT))

    assert waits == pytest.approx([TIMEOUT, 0.15, 0.15, TIMEOUT, 0.15])
    assert units.patience(2, TIMEOUT) == TIMEOUT


def test_a_unit_that_must_be_silent_is_not_asked_whatever_happens() -> None:
    """Its late answer would be taken for that to a new question."""
    units = Units([1, 2])
    units.hush(1, until=20.0)
    units.strike(1, TIMEOUT, now=10.0)
    units.strike(2, TIMEOUT, now=10.0)
    units.find(2, now=11.0)
    units.excuse(until=12.0)

    assert units.retry_at(1) == 20.0
