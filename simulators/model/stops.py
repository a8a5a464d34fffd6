"""Why a machine stands still, how often and for how long (exponential running times, evenly spread lengths)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from random import Random

from simulators.model.packml import State


class StopReason(IntEnum):
    """The stop codes of the park's PLCs."""

    NONE = 0
    STARVED = 1
    BLOCKED = 2
    JAM = 3
    LOW_MATERIAL = 4
    FAULT = 5
    BREAKDOWN = 6


@dataclass(frozen=True, slots=True)
class StopKind:
    """One way to stop.

    Attributes:
        reason: the code that the PLC shows.
        state: the PackML state while it lasts.
        every_s: mean seconds of running until it happens.
        shortest_s: least seconds that it lasts.
        longest_s: most seconds that it lasts.
        alarm: number of its bit in the four alarm words, 0 to 63; None when it raises none.
    """

    reason: StopReason
    state: State
    every_s: float
    shortest_s: float
    longest_s: float
    alarm: int | None = None


_MINUTE = 60.0
_HOUR = 3600.0

JAM = StopKind(StopReason.JAM, State.HELD, 12 * _MINUTE, 10, 90, alarm=3)
FAULT = StopKind(StopReason.FAULT, State.ABORTED, 90 * _MINUTE, 2 * _MINUTE, 8 * _MINUTE, alarm=0)
BREAKDOWN = StopKind(StopReason.BREAKDOWN, State.ABORTED, 40 * _HOUR, 20 * _MINUTE, 120 * _MINUTE, alarm=16)
REFILL = StopKind(StopReason.LOW_MATERIAL, State.HELD, 40 * _MINUTE, 60, 180, alarm=32)
NO_PRODUCT = StopKind(StopReason.STARVED, State.SUSPENDED, 45 * _MINUTE, 20, 120)

PACKING = (JAM, REFILL, FAULT, BREAKDOWN, NO_PRODUCT)
"""A filler's stops; its product comes from outside the simulated part of the plant and may be late."""
TUNNEL = (FAULT, BREAKDOWN)
"""A tunnel's stops; it has neither film nor caps, and its product comes over a simulated conveyor."""


class StopClock:
    """Counts down the running time until each kind of stop happens."""

    def __init__(self, rng: Random, kinds: tuple[StopKind, ...]) -> None:
        self._rng = rng
        self._left = {kind: rng.expovariate(1 / kind.every_s) for kind in kinds}

    @property
    def next_in_s(self) -> float:
        """Seconds of running until the next stop."""
        return min(self._left.values(), default=float("inf"))

    def run(self, seconds: float) -> tuple[StopKind, float] | None:
        """Let the machine run, no longer than `next_in_s`; return the stop that begins then and its length."""
        for kind in self._left:
            self._left[kind] -= seconds
        due = next((kind for kind, left in self._left.items() if left <= 0), None)
        if due is None:
            return None
        self._left[due] = self._rng.expovariate(1 / due.every_s)
        return due, self._rng.uniform(due.shortest_s, due.longest_s)
