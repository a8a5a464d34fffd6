"""How much the outbox may hold, how full it is, and how long an outage it has room for; pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

HOUR_S = 3600.0
SMOOTHING_S = 3600.0
"""The rate is a mean over about this time: it shall not jump with each frame, and follow a new machine within a shift."""
MAX_STEP_S = 60.0
"""A commit later than this after the last one means that the clock was set or the node stood still."""
_NS = 1e9
_WARNING, _CRITICAL, _FULL = 0.7, 0.9, 0.99


class Level(IntEnum):
    """How full the outbox is."""

    NORMAL = 0
    WARNING = 70
    CRITICAL = 90
    FULL = 100


@dataclass(frozen=True, slots=True)
class Usage:
    """Of a file at an instant, bytes.

    Attributes:
        used: by what is in it.
        allowed: what it may use: its budget, or less when the disk itself has no more room.
        rate: by which it would grow if nothing were acknowledged, bytes per second.
    """

    used: int
    allowed: int
    rate: float = 0.0

    @property
    def level(self) -> Level:
        """How full."""
        share = self.used / self.allowed if self.allowed > 0 else 1.0
        if share >= _FULL:
            return Level.FULL
        if share >= _CRITICAL:
            return Level.CRITICAL
        return Level.WARNING if share >= _WARNING else Level.NORMAL

    @property
    def hours_left(self) -> float | None:
        """How long an outage can go on until trend is dropped; None before anything was acquired."""
        return max(self.allowed - self.used, 0) / self.rate / HOUR_S if self.rate > 0 else None


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a node has run, and how fast its outbox fills.

    Attributes:
        elapsed: s that the node has run, by its commits; a clock that jumps moves it by a minute at most.
        rate: bytes per second.
        measured: s over which the rate has been measured, up to the smoothing time.
        last: of the last commit, ns UTC; 0 before the first one of this process.
    """

    elapsed: float = 0.0
    rate: float = 0.0
    measured: float = 0.0
    last: int = 0

    def after(self, now: int, added: int) -> Pace:
        """Return the pace after a commit of so many bytes."""
        step = min(max((now - self.last) / _NS, 0.0), MAX_STEP_S) if self.last else 0.0
        if not step:
            return Pace(self.elapsed, self.rate, self.measured, now)
        measured = min(self.measured + step, SMOOTHING_S)
        weight = min(step / measured, 1.0)
        rate = self.rate + (added / step - self.rate) * weight
        return Pace(self.elapsed + step, rate, measured, now)


def allowed(budget: int, file_size: int, free: int, min_free: int) -> int:
    """Return what a file may use: its budget, but no more than it has already when the disk runs short.

    Args:
        budget: bytes.
        file_size: bytes that it takes on disk now; unused pages within can be filled again.
        free: bytes that the disk has left.
        min_free: bytes that are to be left to others.
    """
    return min(budget, file_size + max(free - min_free, 0))
