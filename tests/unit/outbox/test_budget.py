"""How full, how long still: honest numbers, whatever the clock does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.outbox.budget import MAX_STEP_S, Level, Pace, Usage, allowed

NS = 10**9


@pytest.mark.parametrize(
    ("used", "level"),
    [(0, Level.NORMAL), (69, Level.NORMAL), (70, Level.WARNING), (90, Level.CRITICAL), (99, Level.FULL)],
)
def test_levels(used: int, level: Level) -> None:
    """Warnings come at 70 and 90 percent."""
    assert Usage(used, 100).level is level


def test_hours_left() -> None:
    """What is free, at the rate at which it fills; nothing is promised before the rate is known."""
    assert Usage(0, 3_600_000, 100.0).hours_left == 10.0
    assert Usage(10, 5, 100.0).hours_left == 0.0
    assert Usage(0, 100).hours_left is None


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 10**12))
def test_a_file_grows_no_further_than_its_budget_and_the_disk_allow(
    budget: int, size: int, free: int, min_free: int
) -> None:
    """Never beyond the budget; and never into what is left to others."""
    limit = allowed(budget, size, free, min_free)

    assert 0 <= limit <= budget
    assert limit <= size + max(free - min_free, 0)


@given(st.lists(st.tuples(st.integers(-(10**16), 10**16), st.integers(0, 10**6)), max_size=30))
def test_running_time_only_grows_and_no_jump_adds_more_than_a_minute(steps: list[tuple[int, int]]) -> None:
    """Whatever the clock says."""
    pace, now = Pace(), 1_790_000_000 * NS
    for step, added in steps:
        now += step
        after = pace.after(now, added)
        assert 0 <= after.elapsed - pace.elapsed <= MAX_STEP_S + 1e-6
        assert after.rate >= 0
        pace = after


def test_the_rate_follows_what_comes() -> None:
    """After an hour at a new pace most of the number is the new pace."""
    pace = Pace()
    for second in range(4000):
        pace = pace.after((second + 1) * NS, 1000)
    assert pace.rate == pytest.approx(1000)
    for second in range(4000, 11_200):
        pace = pace.after((second + 1) * NS, 3000)
    assert pace.rate == pytest.approx(3000, rel=0.12)
