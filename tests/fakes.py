"""Stand-ins that tests hold in their hand."""

from __future__ import annotations

from dataclasses import dataclass

from edge.model.calendar import NS


@dataclass
class FakeClock:
    """A clock that stands still until it is told."""

    time: int = 1_790_000_000 * NS
    elapsed: float = 0.0

    def now(self) -> int:
        """Return the time it was set to, ns UTC."""
        return self.time

    def monotonic(self) -> float:
        """Return the seconds it was moved on."""
        return self.elapsed

    def advance(self, seconds: float) -> None:
        """Move on."""
        self.time += round(seconds * NS)
        self.elapsed += seconds
