"""When a session is over."""

from __future__ import annotations

import pytest

from edge.console.access.sessions import (
    Limits,
    Session,
    csrf_token,
    is_over,
    new_secret,
    session_hash,
)
from edge.model.calendar import NS

LIMITS = Limits(longest_s=3600, idle_s=600)
BEGUN = 1_790_000_000 * NS


@pytest.mark.parametrize(
    ("now", "seen", "over"),
    [
        (0, 0, False),
        (599, 0, False),
        (600, 0, True),
        (3000, 2500, False),
        (3599, 3500, False),
        (3600, 3599, True),
        (-299, 0, False),
        (-301, 0, True),
    ],
)
def test_unused_too_old_or_from_the_future(now: int, seen: int, over: bool) -> None:
    """Ten minutes unused, an hour in all; one that begins later than now is of a clock that was set back."""
    session = Session(b"", "sun", BEGUN, BEGUN + seen * NS)
    assert is_over(session, BEGUN + now * NS, LIMITS) is over


def test_secrets_are_256_bits_and_never_stored() -> None:
    """What is stored does not tell the cookie, nor does the token that scripts know."""
    secret = new_secret()
    assert len(secret) == 43
    assert secret != new_secret()
    stored = session_hash(secret)
    assert stored is not None
    assert len(stored) == 32
    assert csrf_token(secret) not in (secret, stored.hex())


@pytest.mark.parametrize("cookie", ["", "x", "x" * 42, "x" * 44, "x" * 42 + "\n", "x" * 42 + "é"])
def test_a_cookie_that_is_none_of_ours_is_not_looked_up(cookie: str) -> None:
    """Nothing that could not be a secret reaches the file."""
    assert session_hash(cookie) is None
