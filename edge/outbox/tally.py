"""What became of every point: the account that must always balance; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class DropReason(StrEnum):
    """Why a point left the outbox without resting anywhere. Only trend points do, but for damage."""

    BUDGET = "budget"
    """The file's budget was spent."""
    DISK = "disk"
    """The disk had no room for more."""
    AGE = "age"
    """It had waited longer than `max_hours`."""
    THINNED = "thinned"
    """Another value of its minute stands for it."""
    DAMAGED = "damaged"
    """The disk had lost or changed it."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Points of one stream by their fate.

    Attributes:
        waiting: counted from the batches themselves, not from the other numbers.
        batches, bytes: of those that wait.
        oldest_s: s that the node has run since the oldest of them was made.
    """

    acquired: int
    acknowledged: int
    dropped_by: Mapping[DropReason, int] = field(default_factory=dict)
    waiting: int = 0
    batches: int = 0
    bytes: int = 0
    oldest_s: int = 0

    @property
    def dropped(self) -> int:
        """Points dropped, for whatever reason."""
        return sum(self.dropped_by.values())

    @property
    def unaccounted(self) -> int:
        """Points whose fate nobody knows: 0, always."""
        return self.acquired - self.acknowledged - self.dropped - self.waiting


@dataclass(slots=True)
class Account:
    """The running numbers of a stream, as its row of the file holds them."""

    next_seq: int = 1
    acquired: int = 0
    acknowledged: int = 0
    dropped_by: dict[DropReason, int] = field(default_factory=dict)

    def drop(self, reason: DropReason, points: int) -> None:
        """Count points that were dropped."""
        if points:
            self.dropped_by[reason] = self.dropped_by.get(reason, 0) + points
