"""Lines into the historian, a few thousand at a time, while the next ones are made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from edge.backoff import Backoff
from edge.errors import RejectedError, TransientError
from edge.historian.base import Historian
from edge.ingest.batches import MAX_LINES
from edge.messages.schema import Stream
from edge.processing.pipeline import Lines

ATTEMPTS = 8
"""A historian that does not take the same lines in so many attempts, a minute or so, ends the import."""
_AHEAD = 2
"""Writes that may wait."""


class Writer:
    """Writes behind the replay; `drain` returns when all that was added is stored.

    Args:
        historian: open.
        sleep: waits between two attempts.

    Attributes:
        points: lines stored so far.
    """

    def __init__(
        self, historian: Historian, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self.points = 0
        self._historian = historian
        self._sleep = sleep
        self._lines: list[str] = []
        self._waiting: asyncio.Queue[Sequence[str]] = asyncio.Queue(_AHEAD)

    async def add(self, lines: Lines) -> None:
        """Take the lines of every stream; wait while the historian is too far behind."""
        for stream in Stream:
            self._lines += lines.get(stream, ())
        if len(self._lines) >= MAX_LINES:
            await self._pass_on()

    async def drain(self) -> None:
        """Wait until everything is stored."""
        if self._lines:
            await self._pass_on()
        await self._waiting.join()

    async def run(self) -> None:
        """Write until cancelled.

        Raises:
            TransientError: the historian stays away.
            RejectedError: it will never take a line: a mistake of ours, or a field of another type in the database.
        """
        while True:
            lines = await self._waiting.get()
            await self._write(lines)
            self.points += len(lines)
            self._waiting.task_done()

    async def _pass_on(self) -> None:
        lines, self._lines = self._lines, []
        await self._waiting.put(lines)

    async def _write(self, lines: Sequence[str]) -> None:
        backoff = Backoff()
        while True:
            try:
                await self._historian.write(lines)
            except TransientError as error:
                if backoff.attempts + 1 >= ATTEMPTS:
                    raise TransientError(f"the historian stays away: {error}; {_AGAIN}") from error
                await self._sleep(max(backoff.next(), error.retry_after or 0.0))
            except RejectedError as error:
                raise RejectedError(f"the historian refuses a line: {error}; {_AGAIN}") from error
            else:
                return


_AGAIN = "run the same command again to go on after the last day that is stored"
