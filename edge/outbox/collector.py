"""Lines and the state behind them, gathered until the next commit: many frames, one fsync."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import structlog

from edge.backoff import Backoff
from edge.clock import Clock
from edge.errors import TransientError
from edge.messages.schema import Stream

log = structlog.get_logger(__name__)

COMMIT_INTERVAL_S = 0.25
MAX_LINES = 50_000
"""Lines that may wait for the disk; beyond, whoever brings more waits too."""


class Store(Protocol):
    """The part of the outbox that collecting needs."""

    async def commit(self, lines: Mapping[Stream, Sequence[str]], state: Mapping[str, str], now: int) -> None:
        """Commit lines and state as one; raise TransientError when nothing was committed."""
        ...


class Collector:
    """What was acquired since the last commit.

    Args:
        store: the outbox.
        changes: returns the processors' state that changed since it was last called. It is called in the same step of
            the event loop in which the lines are taken, so that both are one consistent cut.
        committed: called after each commit.
        clock: stamps the batches.

    Attributes:
        turns: grows with every commit, also of nothing: what a watchdog looks at.
    """

    def __init__(
        self, store: Store, changes: Callable[[], dict[str, str]], committed: Callable[[], None], clock: Clock
    ) -> None:
        self._store = store
        self._changes = changes
        self._committed = committed
        self._clock = clock
        self._lines: dict[Stream, list[str]] = {stream: [] for stream in Stream}
        self._flushing = asyncio.Lock()
        self._room = asyncio.Event()
        self._room.set()
        self.turns = 0

    async def add(self, lines: Mapping[Stream, Sequence[str]]) -> None:
        """Take lines for the next commit; wait while the disk is too far behind."""
        for stream, stream_lines in lines.items():
            self._lines[stream] += stream_lines
        if sum(map(len, self._lines.values())) > MAX_LINES:
            self._room.clear()
        await self._room.wait()

    async def run(self) -> None:
        """Commit at a steady pace until cancelled."""
        while True:
            await asyncio.sleep(COMMIT_INTERVAL_S)
            await self.flush()

    async def flush(self) -> None:
        """Commit what has been gathered, trying again while the disk fails.

        One at a time: a commit that is tried again must not bring back the state of before a later one.
        """
        async with self._flushing:
            await self._flush()
        self.turns += 1

    async def _flush(self) -> None:
        lines, self._lines = self._lines, {stream: [] for stream in Stream}
        state = self._changes()
        if not state and not any(lines.values()):
            return
        backoff = Backoff(cap=10.0)
        while True:
            try:
                await self._store.commit(lines, state, self._clock.now())
            except TransientError as error:
                if not backoff.attempts:
                    log.error("outbox cannot be written, trying again", reason=str(error))
                await asyncio.sleep(backoff.next())
            else:
                break
        if backoff.attempts:
            log.info("outbox is written again")
        self._room.set()
        self._committed()
