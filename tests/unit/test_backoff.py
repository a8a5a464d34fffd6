"""How long to wait before the next attempt."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from edge.backoff import Backoff


@given(st.integers(), st.floats(0.01, 10), st.floats(10, 100), st.integers(1, 80))
def test_pauses_grow_up_to_the_cap(seed: int, base: float, cap: float, attempts: int) -> None:
    """Attempt n waits between half the base and base * 2**n, never longer than the cap."""
    backoff = Backoff(base, cap, random.Random(seed))

    for attempt in range(attempts):
        pause = backoff.next()
        assert base / 2 <= pause <= min(cap, base * 2**attempt)


def test_a_reset_begins_anew() -> None:
    """After data came through, the next failure is the first again."""
    backoff = Backoff(1.0, 60.0, random.Random(1))
    for _ in range(10):
        backoff.next()

    backoff.reset()

    assert backoff.next() <= 1.0


def test_nodes_do_not_come_back_all_at_once() -> None:
    """Two nodes that lost the same device at the same moment wait differently."""
    one, other = Backoff(rng=random.Random(1)), Backoff(rng=random.Random(2))

    assert [one.next() for _ in range(5)] != [other.next() for _ in range(5)]
