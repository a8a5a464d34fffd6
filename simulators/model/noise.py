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

    def step(self, dt: float) -> None:
        """Let `dt` seconds pass; exact, so many short steps are as good as a long one."""
        kept = math.exp(-dt / self._tau_s)
        spread = self._sd * math.sqrt(1 - kept * kept)
        self.value = self.target + (self.value - self.target) * kept + self._rng.gauss(0.0, spread)
