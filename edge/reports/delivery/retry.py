"""When a delivery that failed is tried again. Pure."""

from __future__ import annotations

from edge.model.calendar import NS

PAUSES_S = (60, 120, 300, 900, 1800, 3600)
"""After the first failure, the second …; after the last of them always the last."""
GIVEN_UP_AFTER = 24 * 3600 * NS
"""A day after it was due, people must look at it: it is tried again only when they say so."""
LONGEST = PAUSES_S[-1] * NS


def again_at(attempts: int, due: int, now: int) -> int | None:
    """Return when to try again, ns UTC; None when it is given up.

    Args:
        attempts: that have failed; a host that was off for a day has tried only once when it starts, and is not done.
        due: since when it is to be delivered, ns UTC.
        now: ns UTC.
    """
    if now - due >= GIVEN_UP_AFTER and attempts >= len(PAUSES_S):
        return None
    return now + PAUSES_S[min(attempts, len(PAUSES_S)) - 1] * NS
