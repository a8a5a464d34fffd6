"""The simulated workforce."""

from __future__ import annotations

from collections import Counter
from datetime import time

import pytest

from simulators.people.roster import SHIFTS, TEAMS, Kind, roster, shift_at


@pytest.mark.parametrize("seed", range(10))
def test_everybody_is_somebody(seed: int) -> None:
    """32 permanent and some forty seasonal workers with numbers and names of their own, in every shift and team."""
    workers = roster(seed)
    kinds = Counter(worker.kind for worker in workers)
    assert kinds[Kind.PERMANENT] == 32
    assert 38 <= kinds[Kind.SEASONAL] <= 42
    assert len({worker.pin for worker in workers}) == len({worker.name for worker in workers}) == len(workers)
    assert all(worker.pin.startswith("0") and worker.pin.isdigit() for worker in workers)
    assert {worker.shift for worker in workers} == set(SHIFTS)
    assert {worker.team for worker in workers} == set(TEAMS)


def test_the_same_seed_hires_the_same_people() -> None:
    """A roster is a function of its seed."""
    assert roster(1) == roster(1) != roster(2)


@pytest.mark.parametrize(
    ("local", "shift"),
    [
        (time(7), "A"),
        (time(14, 59), "A"),
        (time(15), "B"),
        (time(22, 59), "B"),
        (time(23), "C"),
        (time(0), "C"),
        (time(6, 59), "C"),
    ],
)
def test_the_shifts_cover_the_day(local: time, shift: str) -> None:
    """At every hour somebody is at work."""
    assert shift_at(local) == shift
