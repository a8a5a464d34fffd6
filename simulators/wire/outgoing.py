"""The order in which parcels leave: as they came, but for those that are late or let the next answer pass. Pure."""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from simulators.wire.effects import Parcel


@dataclass(frozen=True, slots=True)
class _Held:
    """An answer that waits for the next one to pass: the first with a number from `before` on."""

    before: int
    until: float
    parcels: Sequence[Parcel]


class Outgoing:
    """Parcels of one direction of a connection.

    Attributes:
        size: bytes that are on their way.
    """

    def __init__(self) -> None:
        self.size = 0
        self._number = 0
        self._waiting: list[tuple[float, int, Parcel]] = []
        self._leaving: deque[Parcel] = deque()
        self._held: _Held | None = None
        self._last_due = -math.inf

    def put(self, parcels: Sequence[Parcel]) -> None:
        """Send an answer with its copies on its way; while one is held back, no second one is."""
        self.size += sum(len(parcel.data) for parcel in parcels)
        first = parcels[0]
        if first.hold and self._held is None:
            self._held = _Held(self._number, max(first.due, self._last_due) + first.hold, parcels)
            return
        for parcel in parcels:
            due = parcel.due
            if not parcel.late:
                due = self._last_due = max(due, self._last_due)
            heapq.heappush(self._waiting, (due, self._number, parcel))
            self._number += 1

    @property
    def next_due(self) -> float | None:
        """When the next one leaves, unless another is put first; None = there is none."""
        if self._leaving:
            return -math.inf
        dues = [due for due, _, _ in self._waiting[:1]]
        if self._held is not None:
            dues.append(self._held.until)
        return min(dues, default=None)

    def take(self, now: float) -> Parcel | None:
        """Return the next one that is due, None when none is."""
        due = self._waiting[0][0] if self._waiting else math.inf
        if self._held is not None and self._held.until <= min(due, now):
            self._release()
        if self._leaving:
            return self._sent(self._leaving.popleft())
        if due > now:
            return None
        _, number, parcel = heapq.heappop(self._waiting)
        if self._held is not None and number >= self._held.before:
            self._release()
        return self._sent(parcel)

    def _release(self) -> None:
        assert self._held is not None  # noqa: S101 - the callers have looked
        self._leaving.extend(self._held.parcels)
        self._held = None

    def _sent(self, parcel: Parcel) -> Parcel:
        self.size -= len(parcel.data)
        return parcel
