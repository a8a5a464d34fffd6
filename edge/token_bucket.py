"""How much may pass in a time: a token bucket, as a pure object."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class TokenBucket:
    """Lets `rate` units a second pass, and up to `burst` at once.

    Attributes:
        level: what may pass now; below zero after more was taken than there was.
        time: monotonic s of the last look.
    """

    rate: float
    burst: float
    level: float = 0.0
    time: float | None = None

    def ready(self, now: float) -> bool:
        """Return whether something may pass now."""
        self._fill(now)
        return self.level > 0

    def take(self, amount: float, now: float) -> None:
        """Count what passed, also what did not ask first: it is a debt that others wait for."""
        self._fill(now)
        self.level = max(self.level - amount, -10 * self.burst)

    def wait(self, now: float) -> float:
        """Return the s until something may pass."""
        self._fill(now)
        return max(-self.level / self.rate, 0.0)

    def _fill(self, now: float) -> None:
        if self.time is None:
            self.level = self.burst
        else:
            self.level = min(self.level + (now - self.time) * self.rate, self.burst)
        self.time = now
