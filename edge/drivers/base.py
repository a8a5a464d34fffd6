"""The driver port: a task that reads for ever and hands on Frames."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from edge.model.frame import Frame

Emit = Callable[[Frame], Awaitable[None]]
"""Takes a Frame; waits while processing is behind, so a slow disk slows reading and loses nothing."""


class Driver(Protocol):
    """One connection and all devices behind it. Every implementation passes `tests/contract/test_driver.py`."""

    @property
    def name(self) -> str:
        """The endpoint, for task names and the log."""
        ...

    def tally(self) -> Mapping[str, int]:
        """Return what has happened since the start, by the names of the room's README."""
        ...

    async def run(self, emit: Emit) -> None:
        """Read until cancelled.

        A connection that is absent or lost is retried with backoff and said by Frames of bad quality: once at the
        loss and again with each failed attempt. Nothing but cancellation ends this call; on cancellation the
        connection is closed in order.
        """
        ...
