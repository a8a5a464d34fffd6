"""The belt between two machines: it holds a few minutes of packs and is what starves and blocks them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Conveyor:
    """A bounded buffer of packs.

    Attributes:
        capacity: packs that fit.
        level: packs that are on it.
    """

    capacity: int
    level: int = 0

    @property
    def room(self) -> int:
        """Packs that still fit."""
        return self.capacity - self.level

    def put(self) -> None:
        """Place one pack; the caller has made sure that it fits."""
        self.level += 1

    def take(self) -> None:
        """Remove one pack; the caller has made sure that there is one."""
        self.level -= 1
