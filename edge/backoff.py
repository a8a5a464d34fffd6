"""How long to wait before the next attempt: exponential with full jitter, as a pure object."""

from __future__ import annotations

import random
from dataclasses import dataclass, field


@dataclass(slots=True)
class Backoff:
    """Pauses between attempts.

    Attributes:
        base, cap: s; attempt n waits a uniform random time up to `min(cap, base * 2**n)`, at least `base / 2`, so
            that a plant full of nodes does not come back all at once.
        rng: the source of the jitter; a seeded one makes tests exact.
    """

    base: float = 0.5
    cap: float = 30.0
    rng: random.Random = field(default_factory=random.Random)
    attempts: int = 0

    def next(self) -> float:
        """Return the pause, s, before the next attempt."""
        ceiling = min(self.cap, self.base * 2.0 ** min(self.attempts, 32))
        self.attempts += 1
        return self.rng.uniform(self.base / 2, ceiling)

    def reset(self) -> None:
        """Forget the failures: call after data came through, not after a mere connect."""
        self.attempts = 0
