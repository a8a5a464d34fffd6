"""What a host's ingest has done since it started, for its metrics; pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

_LAGS = 1000


class Cause(StrEnum):
    """Why something became a dead letter."""

    MESSAGE = "message"
    """It was no batch: damaged, too large, of another node or site."""
    LINE = "line"
    """The schema does not know it, or its node may not write it."""
    EXPIRED = "expired"
    """Older than the database keeps anything."""
    REFUSED = "refused"
    """The database will not have it."""


@dataclass(slots=True)
class Counters:
    """Batches and points by what became of them.

    Attributes:
        deferred: batches of a node that sent faster than it may; not taken, so sent again.
        unknown: batches of a newer program; their nodes keep them.
        lags: s from the last value of a batch to its commit, of the last ones.
        in_hand: messages being dealt with now.
        turns: grows for as long as the worker works: what a watchdog looks at.
    """

    batches: int = 0
    bytes: int = 0
    points: int = 0
    duplicates: int = 0
    deferred: int = 0
    unknown: int = 0
    retries: int = 0
    in_hand: int = 0
    turns: int = 0
    letters: dict[Cause, int] = field(default_factory=lambda: dict.fromkeys(Cause, 0))
    lags: deque[float] = field(default_factory=lambda: deque(maxlen=_LAGS))


def cause_of(reason: str) -> Cause:
    """Return why a database refused a line, after its own words."""
    return Cause.EXPIRED if "retention policy" in reason else Cause.REFUSED
