"""Who comes, and how they punch."""

from __future__ import annotations

from collections import Counter

import pytest

from simulators.people.attlog import Terminal
from simulators.people.punching import SPREAD_S, punches
from simulators.people.roster import SHIFTS, Kind, roster


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("shift", SHIFTS)
def test_nearly_all_come_within_the_first_seconds(seed: int, shift: str) -> None:
    """Attendance is 93 to 97 % (to the nearest person), in time order, within the spread."""
    workers = [worker for worker in roster(seed) if worker.shift == shift]
    made = punches(seed, workers)
    present = len({punch.pin for punch in made})
    assert round(0.93 * len(workers)) <= present <= round(0.97 * len(workers))
    assert present < len(workers)
    times = [punch.after_s for punch in made]
    assert times == sorted(times)
    assert times[0] > 0
    assert times[-1] <= SPREAD_S + 8


def test_somebody_punches_twice_and_a_record_is_redelivered() -> None:
    """Each shift has a double punch, seconds apart, and a record that the terminal sends twice."""
    made = punches(1, roster(1))
    twice = [pin for pin, count in Counter(punch.pin for punch in made).items() if count == 2]
    assert twice
    assert any(punch.redelivered for punch in made)
    first, second = (punch for punch in made if punch.pin == twice[0])
    assert 2 <= second.after_s - first.after_s <= 8


def test_destemmers_punch_in_the_workshop() -> None:
    """Seasonal people of the intake team use the second terminal, everybody else the one at the gate."""
    destemmers = {w.pin for w in roster(1) if w.team == "intake" and w.kind is Kind.SEASONAL}
    made = punches(1, roster(1))
    assert {(punch.pin in destemmers, punch.terminal) for punch in made} == {
        (True, Terminal.WORKSHOP),
        (False, Terminal.GATE),
    }


def test_nobody_punches_where_nobody_works() -> None:
    """An empty shift makes no punches."""
    assert punches(1, ()) == ()
