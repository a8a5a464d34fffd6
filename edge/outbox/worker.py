"""The outbox behind one thread of its own, so that a slow disk never holds up the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ParamSpec, Self, TypeVar

import structlog

from edge.backoff import Backoff
from edge.errors import TransientError
from edge.messages.schema import Stream
from edge.outbox.budget import Usage
from edge.outbox.options import OutboxOptions
from edge.outbox.sqlite import Outbox, Row
from edge.outbox.tally import Tally

log = structlog.get_logger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")


class OutboxThread:
    """An `Outbox` whose calls are awaited; they run one after another."""

    def __init__(self, path: Path, node: str, options: OutboxOptions | None = None) -> None:
        self._path = path
        self._node = node
        self._options = options
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._outbox: Outbox | None = None

    async def __aenter__(self) -> Self:
        backoff = Backoff(cap=10.0)
        while self._outbox is None:
            try:
                self._outbox = await self._run(Outbox, self._path, self._node, self._options)
            except (TransientError, OSError) as error:
                log.error("outbox cannot be opened, trying again", reason=str(error))
                await asyncio.sleep(backoff.next())
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._run(self._open.close)
        self._thread.shutdown()

    @property
    def epoch(self) -> str:
        """Id of the outbox file's life."""
        return self._open.epoch

    async def state(self) -> dict[str, str]:
        """See `Outbox.state`."""
        return await self._run(self._open.state)

    async def commit(self, lines: Mapping[Stream, Sequence[str]], state: Mapping[str, str], now: int) -> None:
        """See `Outbox.commit`."""
        await self._run(self._open.commit, lines, state, now)

    def newest(self, stream: Stream) -> int:
        """See `Outbox.newest`; never waits."""
        return self._open.newest(stream)

    async def waiting(self, stream: Stream, after: int, limit: int, before: int | None = None) -> list[Row]:
        """See `Outbox.waiting`."""
        return await self._run(self._open.waiting, stream, after, limit, before)

    async def again(self, stream: Stream, numbers: Sequence[int]) -> list[Row]:
        """See `Outbox.again`."""
        return await self._run(self._open.again, stream, numbers)

    async def acknowledge(self, stream: Stream, ranges: Sequence[tuple[int, int]]) -> int:
        """See `Outbox.acknowledge`."""
        return await self._run(self._open.acknowledge, stream, ranges)

    async def renew(self) -> None:
        """See `Outbox.renew`."""
        await self._run(self._open.renew)

    async def tallies(self) -> dict[Stream, Tally]:
        """See `Outbox.tallies`."""
        return await self._run(self._open.tallies)

    async def usage(self) -> Usage:
        """See `Outbox.usage`."""
        return await self._run(self._open.usage)

    @property
    def _open(self) -> Outbox:
        if self._outbox is None:
            raise RuntimeError("the outbox is used outside of its `async with`")
        return self._outbox

    async def _run(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: call(*args, **kwargs))
