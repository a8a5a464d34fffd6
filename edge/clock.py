"""What time it is: the only module that asks the operating system."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """A source of time; tests put a settable one in its place."""

    def now(self) -> int:
        """Return nanoseconds since 1970-01-01 UTC; may jump when the box's clock is set."""
        ...

    def monotonic(self) -> float:
        """Return seconds that only ever grow, for intervals and deadlines."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> int:
        """Return nanoseconds since 1970-01-01 UTC."""
        return time.time_ns()  # noqa: TID251 - the one place

    def monotonic(self) -> float:
        """Return seconds since an arbitrary start."""
        return time.monotonic()
