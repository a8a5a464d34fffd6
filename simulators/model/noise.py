"""A measured value that wanders around its target, whatever the length of a step."""

from __future__ import annotations

import math
from random import Random


class Wander:
    """An Ornstein-Uhlenbeck process: mean `target`, standard deviation `sd`, forgets in `tau_s` seconds.

    Attributes:
        target: what it wanders around; may be moved.
        value: what it is now.
    """

    def __init__(self, rng: Random, target: float, sd: float, tau_s: float) -> None:
        self._rng = rng
        self.target = target
        self._sd = sd
        self._tau_s = tau_s
        self.value = rng.gauss(target, sd)
        self._dt = self._kept = self._spread = math.nan

    def step(self, dt: float) -> None:
        """Let `dt` seconds pass; exact, so many short steps are as good as a long one."""
        if dt != self._dt:  # steps are nearly always as long as the one before
            self._dt = dt
            self._kept = math.exp(-dt / self._tau_s)
            self._spread = self._sd * math.sqrt(1 - self._kept * self._kept)
        drift = (self.value - self.target) * self._kept
        self.value = self.target + drift + self._rng.gauss(0.0, self._spread)
