"""Lines into the historian for as long as it takes, and the bad ones among them into the dead letters."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol

import structlog

from edge.backoff import Backoff
from edge.clock import Clock
from edge.errors import RejectedError, ServerFaultError, TransientError
from edge.ingest.batches import Batch
from edge.ingest.bisection import BadLine, isolate
from edge.ingest.counters import Cause, Counters, cause_of
from edge.token_bucket import TokenBucket

SUSPECT_AFTER = 5
"""A database that fails so often on the same lines, and takes others, fails because of them."""
SEARCHES_PER_MINUTE = 3000
"""Writes that look for bad lines: a flood of them must not keep the database from its other work."""
_PARTS = 8
_NS = 1e9

log = structlog.get_logger(__name__)


class Writer(Protocol):
    """The part of a historian that ingest needs."""

    async def write(self, lines: Sequence[str], *, checked: bool = False) -> None:
        """Commit lines; see `historian/base.py`."""
        ...


class Cemetery(Protocol):
    """Where refused lines rest; blocks."""

    def add(self, time: int, topic: str, reason: str, payload: bytes) -> None:
        """Keep one."""
        ...


class Committer:
    """Insists on a historian that is away, and searches for the lines that one refuses.

    Args:
        historian: open.
        dead_letters: open.
        clock: dates the dead letters.
        counters: what is counted.
        backoff: pauses while the historian is away.
        sleep: waits for them.

    Attributes:
        is_stuck: the historian does not take what comes.
    """

    def __init__(
        self,
        historian: Writer,
        dead_letters: Cemetery,
        clock: Clock,
        counters: Counters,
        backoff: Backoff,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._historian = historian
        self._dead_letters = dead_letters
        self._clock = clock
        self._counters = counters
        self._backoff = backoff
        self._sleep = sleep
        self.is_stuck = False
        self._accepted = 0
        self._searching = False
        self._searches = TokenBucket(SEARCHES_PER_MINUTE / 60, SEARCHES_PER_MINUTE)

    async def commit(self, batches: Sequence[Batch]) -> None:
        """Return when every line of the batches rests in the historian or in the dead letters."""
        refusal = await self._write([line for batch in batches for line in batch.lines])
        for batch in batches:
            await self._rescue(batch, refusal if len(batches) == 1 else None, search=refusal is not None)
            self._counters.points += len(batch.lines) + len(batch.bad)
            self._counters.lags.append((self._clock.now() - batch.header.last) / _NS)

    async def bury(self, topic: str, reason: str, payload: bytes, cause: Cause) -> None:
        """Keep what nobody will store."""
        add = partial(self._dead_letters.add, self._clock.now(), topic, reason, payload)
        await self._insist(lambda: asyncio.to_thread(add))
        self._counters.letters[cause] += 1

    async def _rescue(self, batch: Batch, refusal: RejectedError | None, *, search: bool) -> None:
        """Bury the bad lines of a batch, those that the historian refuses too; commit the others."""
        refused: list[BadLine] = []
        if search:
            refusal = refusal or await self._write(batch.lines)
            refused = await self._search(batch.lines, refusal) if refusal is not None else []
        for line, reason in batch.bad:
            await self.bury(batch.topic, reason, line.encode(), Cause.LINE)
        for line, reason in refused:
            await self.bury(batch.topic, reason, line.encode(), cause_of(reason))
        if bad := [*batch.bad, *refused]:
            log.warning(
                "lines refused", topic=batch.topic, seq=batch.header.seq, lines=len(bad), reason=bad[0].reason
            )

    async def _search(self, lines: Sequence[str], refusal: RejectedError) -> list[BadLine]:
        search = isolate(lines, refusal)
        self._searching = True
        try:
            part = next(search)
            while True:
                now = self._clock.monotonic()
                if not self._searches.ready(now):
                    await self._sleep(self._searches.wait(now) + 1.0)
                self._searches.take(1, now)
                part = search.send(await self._write(part))
        except StopIteration as end:
            found: list[BadLine] = end.value
            return found
        finally:
            self._searching = False

    async def _write(self, lines: Sequence[str]) -> RejectedError | None:
        """Write for as long as it takes; return why the historian will never accept, or None when it did."""
        if not lines:
            return None
        try:
            await self._insist(partial(self._historian.write, lines, checked=True), lines)
        except RejectedError as error:
            return error
        self._accepted += 1
        return None

    async def _insist(self, call: Callable[[], Awaitable[None]], lines: Sequence[str] = ()) -> None:
        """Await a call, the same one again and again, until it is done or refused."""
        faults = 0
        while True:
            try:
                await call()
            except TransientError as error:
                faults = faults + 1 if isinstance(error, ServerFaultError) else 0
                if faults >= SUSPECT_AFTER and await self._takes_others(lines):
                    raise RejectedError(f"failed {faults} times, and others did not: {error}") from error
                await self._pause(error)
            except RejectedError:
                self._unstuck()
                raise
            else:
                self._unstuck()
                return

    async def _takes_others(self, lines: Sequence[str]) -> bool:
        """Find out whether a historian that fails on these lines takes a part of them, or took others in this search."""
        if len(lines) <= 1:
            return self._searching and self._accepted > 0
        size = -(-len(lines) // _PARTS)
        for at in range(0, len(lines), size):
            try:
                await self._historian.write(lines[at : at + size], checked=True)
            except (TransientError, RejectedError):
                continue
            self._accepted += 1
            return True
        return False

    async def _pause(self, error: TransientError) -> None:
        pause = max(self._backoff.next(), error.retry_after or 0.0)
        self._counters.retries += 1
        self._counters.turns += 1
        if not self.is_stuck:
            log.warning("cannot commit; batches wait", reason=str(error), pause_s=round(pause, 1))
        self.is_stuck = True
        await self._sleep(pause)

    def _unstuck(self) -> None:
        if self.is_stuck:
            log.info("committing again")
        self.is_stuck = False
        self._backoff.reset()
