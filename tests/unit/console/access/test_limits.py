"""How often somebody may try to log in."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.console.access.limits import AT_ONCE, MOST_KEPT, LoginLimits, subnet

HERE, THERE = "192.168.1.20", "192.168.1.21"
LONGEST_S = 500.0


def _tries(limits: LoginLimits, address: str, user: str, now: float, until: float) -> list[float]:
    """Try as soon as it is allowed, always wrong; return when."""
    times = []
    while now < until:
        wait = limits.wait(address, user, now)
        if wait:
            now += wait
            continue
        limits.take(address, user, now)
        times.append(now)
    return times


def test_five_at_once_then_later_each_time() -> None:
    """Whoever guesses gets a few tries, then waits twice as long for each, up to minutes."""
    times = _tries(LoginLimits(), HERE, "sun", 0.0, 3600.0)
    assert times[:5] == [0.0] * 5
    waits = [after - before for before, after in pairwise(times[5:])]
    assert waits[:3] == sorted(waits[:3])
    assert max(waits) <= LONGEST_S
    assert len(times) < 30


def test_many_addresses_do_not_help_against_one_user() -> None:
    """The tries at a user count from wherever they come."""
    limits = LoginLimits()
    for number in range(5):
        limits.take(f"10.0.0.{number}", "ada", 0.0)
    assert limits.wait("10.9.9.9", "ada", 0.0) > 0
    assert limits.wait("10.9.9.9", "sun", 0.0) == 0


def test_many_users_do_not_help_one_address() -> None:
    """The tries from an address count at whomever they are."""
    limits = LoginLimits()
    for number in range(5):
        limits.take(HERE, f"user{number}", 0.0)
    assert limits.wait(HERE, "sun", 0.0) > 0
    assert limits.wait(THERE, "sun", 0.0) == 0


def test_strangers_cannot_keep_somebody_out() -> None:
    """Who has logged in from an address before still can from there while others guess elsewhere."""
    limits = LoginLimits()
    limits.take(HERE, "sun", 0.0)
    limits.right(HERE, "sun")
    for number in range(9):
        limits.take(f"10.0.0.{number}", "sun", 1.0)
    assert limits.wait("10.0.0.99", "sun", 1.0) > 0
    assert limits.wait(HERE, "sun", 1.0) == 0


def test_a_right_password_does_not_free_an_address_for_other_users() -> None:
    """A viewer who logs in again and again has no more tries at an admin."""
    limits = LoginLimits()
    for _ in range(8):
        limits.take(HERE, "ada", 0.0)
        limits.take(HERE, "vera", 0.0)
        limits.right(HERE, "vera")
    assert limits.wait(HERE, "ada", 0.0) > 0


def test_after_a_quiet_while_it_begins_anew() -> None:
    """Somebody who mistyped last week has all tries again."""
    limits = LoginLimits()
    for _ in range(7):
        limits.take(HERE, "sun", 0.0)
    assert len(_tries(limits, HERE, "sun", 10_000.0, 10_000.05)) == AT_ONCE


def test_an_ipv6_household_is_one() -> None:
    """Whoever has 2^64 addresses has one in this."""
    assert subnet("2001:db8::1") == subnet("2001:db8::ffff:1") != subnet("2001:db8:0:1::1")
    assert subnet("not an address") == "?"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_memory_is_bounded(seed: int) -> None:
    """However many there are, so many are remembered."""
    limits = LoginLimits()
    for number in range(MOST_KEPT // 2 + 10):
        limits.take(f"10.{seed % 250}.{number // 250 % 250}.{number % 250}", f"u{number}", 0.0)
    assert len(limits._tries) <= MOST_KEPT
