"""What lies between two machines: packs on a belt, grams in a hopper. Its bounds are what starves and blocks them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Source(Protocol):
    """Where a machine takes from."""

    @property
    def level(self) -> int:
        """Units that are there."""

    def take(self, units: int) -> None:
        """Remove units; the caller has made sure that they are there."""


class Sink(Protocol):
    """Where a machine puts what it has made."""

    @property
    def room(self) -> int:
        """Units that still fit."""

    def put(self, units: int) -> None:
        """Add units; the caller has made sure that they fit."""


@dataclass(slots=True)
class Buffer:
    """A bounded store.

    Attributes:
        capacity: units that fit.
        level: units that are in it.
    """

    capacity: int
    level: int = 0

    @property
    def room(self) -> int:
        """Units that still fit."""
        return self.capacity - self.level

    def put(self, units: int) -> None:
        """Add units."""
        self.level += units

    def take(self, units: int) -> None:
        """Remove units."""
        self.level -= units
