"""When periodic jobs are due."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.schedule import Schedule


def test_every_job_is_due_at_the_start() -> None:
    """Nobody waits a minute for the first value of a slow tag."""
    schedule = Schedule([1.0, 60.0], start=100.0)

    first, due = schedule.next()
    schedule.begin(first, 100.0)
    second, due_too = schedule.next()

    assert {first, second} == {0, 1}
    assert due == due_too == 100.0


@given(st.lists(st.floats(0, 0.9), min_size=1, max_size=50))
def test_lateness_never_adds_up(delays: list[float]) -> None:
    """However late each slot is taken, the n-th is due at n periods."""
    schedule = Schedule([1.0], start=0.0)

    for slot, delay in enumerate(delays):
        _, due = schedule.next()
        assert due == slot
        assert schedule.begin(0, due + delay) == 0


def test_missed_slots_are_skipped_and_counted() -> None:
    """After a stall the next slot is the one to come; the ones in between are not made up for."""
    schedule = Schedule([1.0], start=0.0)
    schedule.begin(0, 0.0)

    missed = schedule.begin(0, 4.5)

    assert missed == 3
    assert schedule.next() == (0, 5.0)


def test_a_timer_that_fires_early_does_not_double_a_slot() -> None:
    """Taken a nanosecond too soon, a slot is still taken."""
    schedule = Schedule([1.0], start=0.0)
    schedule.begin(0, 0.0)

    missed = schedule.begin(0, 1.0 - 1e-9)

    assert missed == 0
    assert schedule.next() == (0, 2.0)


def test_the_job_that_waits_longest_comes_first() -> None:
    """With more to do than there is time, every job still gets its turn."""
    schedule, now, turns = Schedule([1.0, 1.0, 5.0], start=0.0), 0.0, [0, 0, 0]

    for _ in range(60):
        number, due = schedule.next()
        now = max(now, due)
        schedule.begin(number, now)
        turns[number] += 1
        now += 0.9

    assert turns[0] == pytest.approx(turns[1], abs=1)
    assert turns[2] >= 10


def test_a_postponed_job_is_due_when_told_and_returns_to_its_grid() -> None:
    """A device that was away is asked as soon as it may be back; that is no missed slot."""
    schedule = Schedule([10.0], start=0.0)
    schedule.begin(0, 0.0)

    schedule.postpone(0, 32.5)

    assert schedule.next() == (0, 32.5)
    assert schedule.begin(0, 32.5) == 0
    assert schedule.next() == (0, 40.0)
