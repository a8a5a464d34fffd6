"""Who comes, and how they punch."""

from __future__ import annotations

from collections import Counter

import pytest

from simulators.model.attendance import SPREAD_S, punches
from simulators.model.roster import SHIFTS, roster


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


def test_nobody_punches_where_nobody_works() -> None:
    """An empty shift makes no punches."""
    assert punches(1, ()) == ()
