"""Why a machine stands still, how often and for how long: exponential running times, and more short stops than long ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from random import Random

from simulators.model.packml import State


class StopReason(IntEnum):
    """The stop codes of the park's PLCs; from CLEANING on the stop is planned, but for POWER."""

    NONE = 0
    STARVED = 1
    BLOCKED = 2
    JAM = 3
    LOW_MATERIAL = 4
    FAULT = 5
    BREAKDOWN = 6
    CLEANING = 7
    CHANGEOVER = 8
    PAUSE = 9
    NO_ORDER = 10
    POWER = 11


PLANNED = frozenset({StopReason.NONE, StopReason.CLEANING, StopReason.PAUSE, StopReason.NO_ORDER})
"""Reasons that are no part of the planned busy time."""


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

JAM = StopKind(StopReason.JAM, State.HELD, 20 * _MINUTE, 10, 90, alarm=3)
FAULT = StopKind(StopReason.FAULT, State.ABORTED, 150 * _MINUTE, 2 * _MINUTE, 8 * _MINUTE, alarm=0)
BREAKDOWN = StopKind(StopReason.BREAKDOWN, State.ABORTED, 60 * _HOUR, 20 * _MINUTE, 120 * _MINUTE, alarm=16)
REFILL = StopKind(StopReason.LOW_MATERIAL, State.HELD, 90 * _MINUTE, 60, 180, alarm=32)

_RARE_JAM = StopKind(StopReason.JAM, State.HELD, 60 * _MINUTE, 10, 90, alarm=3)
_RARE_FAULT = StopKind(StopReason.FAULT, State.ABORTED, 8 * _HOUR, 2 * _MINUTE, 8 * _MINUTE, alarm=0)
_RARE_BREAKDOWN = StopKind(
    StopReason.BREAKDOWN, State.ABORTED, 200 * _HOUR, 20 * _MINUTE, 120 * _MINUTE, alarm=16
)

PACKING = (JAM, REFILL, FAULT, BREAKDOWN)
"""A filler's stops: film and caps run out, packs jam, and what else breaks."""
PROCESS = (_RARE_JAM, _RARE_FAULT, _RARE_BREAKDOWN)
"""A stage's or a tunnel's stops: sturdier than a filler, without film or caps."""
ALARMS = {kind.reason: kind.alarm for kind in PACKING if kind.alarm is not None}
"""The alarm bit that a stop raises."""


class StopClock:
    """Counts down the running time until each kind of stop happens."""

    def __init__(self, rng: Random, kinds: tuple[StopKind, ...]) -> None:
        self._rng = rng
        self._kinds = kinds
        self._left = [rng.expovariate(1 / kind.every_s) for kind in kinds]
        self.next_in_s = min(self._left, default=float("inf"))
        """Seconds of running until the next stop."""

    def run(self, seconds: float) -> tuple[StopKind, float] | None:
        """Let the machine run, no longer than `next_in_s`; return the stop that begins then and its length."""
        self.next_in_s -= seconds
        if self.next_in_s > 0:
            return None
        return self._due()

    def _due(self) -> tuple[StopKind, float] | None:
        """Draw anew for the kind that is due; the others keep what is left of their time."""
        if not self._kinds:
            return None
        soonest = min(range(len(self._left)), key=self._left.__getitem__)
        passed = self._left[soonest]
        kind = self._kinds[soonest]
        self._left = [left - passed for left in self._left]
        self._left[soonest] = self._rng.expovariate(1 / kind.every_s)
        self.next_in_s = min(self._left)
        return kind, self._length(kind)

    def _length(self, kind: StopKind) -> float:
        """Draw how long a stop lasts: half of them are shorter than the geometric mean of shortest and longest."""
        return math.exp(self._rng.uniform(math.log(kind.shortest_s), math.log(kind.longest_s)))
