"""From the outbox to the broker: what is sent, in which order, and when it is sent again. Knows no MQTT."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from edge.clock import Clock
from edge.errors import TransientError
from edge.messages.acknowledgement import Acknowledgement
from edge.messages.schema import Stream
from edge.outbox.sqlite import Row

log = structlog.get_logger(__name__)

Publish = Callable[[Stream, bytes], Coroutine[None, None, None]]
"""Hands a batch to the broker; returns at its PUBACK, raises TransientError when the connection is gone."""

CHECK_INTERVAL_S = 1.0
_LIVE_FIRST = (Stream.LEDGER, Stream.TREND)


class Store(Protocol):
    """The part of the outbox that forwarding needs; its blocking calls run in the outbox's own thread."""

    @property
    def epoch(self) -> str:
        """Id of the outbox's life."""
        ...

    async def waiting(self, stream: Stream, after: int, limit: int) -> Sequence[Row]:
        """Return the oldest batches above a sequence number."""
        ...

    async def acknowledge(self, stream: Stream, ranges: Sequence[tuple[int, int]]) -> int:
        """Delete what the host has committed; return how many points that was."""
        ...


@dataclass(slots=True)
class _Cursor:
    """How far a stream has been sent; batches up to `sent` wait for their acknowledgement only."""

    sent: int = 0
    progress: float = 0.0
    """Monotonic time of the last sign of life: an acknowledgement, or the send that it is waited for."""


class Forwarder:
    """Sends each waiting batch once per connection, and all unacknowledged ones again when no answer comes.

    A PUBACK moves the window and nothing else: a batch leaves the outbox when the host has acknowledged it.

    Args:
        store: the outbox.
        publish: to the broker.
        window: batches in flight.
        ack_timeout: s without an acknowledgement after which everything unacknowledged is sent again.
        clock: for that timeout.
    """

    def __init__(self, store: Store, publish: Publish, window: int, ack_timeout: float, clock: Clock) -> None:
        self._store = store
        self._publish = publish
        self._window = window
        self._ack_timeout = ack_timeout
        self._clock = clock
        self._cursors = {stream: _Cursor() for stream in _LIVE_FIRST}
        self._connection = 0
        self._work = asyncio.Event()

    def wake(self) -> None:
        """Say that there is something new to send."""
        self._work.set()

    def connected(self) -> None:
        """Say that there is a new connection: what was in flight on the last one is sent again."""
        self._connection += 1
        for cursor in self._cursors.values():
            cursor.sent = 0
        self.wake()

    async def acknowledged(self, stream: Stream, acknowledgement: Acknowledgement) -> None:
        """Delete what the host has committed; an acknowledgement of another epoch concerns a former outbox."""
        if acknowledgement.epoch == self._store.epoch:
            await self._store.acknowledge(stream, acknowledgement.ranges)
            self._cursors[stream].progress = self._clock.monotonic()

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            self._work.clear()
            try:
                sent = [await self._send(stream) for stream in _LIVE_FIRST]
                if not any(sent):
                    await self._wait()
            except TransientError as error:
                log.warning("outbox cannot be sent now", reason=str(error))
                await asyncio.sleep(CHECK_INTERVAL_S)

    async def _wait(self) -> None:
        """Wait for new work, looking now and then whether acknowledgements are overdue."""
        try:
            async with asyncio.timeout(CHECK_INTERVAL_S):
                await self._work.wait()
        except TimeoutError:
            await self._rewind_overdue()

    async def _rewind_overdue(self) -> None:
        now = self._clock.monotonic()
        for stream, cursor in self._cursors.items():
            if cursor.sent and now - cursor.progress > self._ack_timeout:
                oldest = await self._store.waiting(stream, 0, 1)
                if oldest and oldest[0].seq <= cursor.sent:
                    cursor.sent = 0

    async def _send(self, stream: Stream) -> bool:
        """Send one window of a stream; return whether anything was delivered to the broker."""
        cursor, connection, begun = self._cursors[stream], self._connection, self._clock.monotonic()
        rows = await self._store.waiting(stream, cursor.sent, self._window)
        if not rows or not await self._publish_all(stream, rows):
            return False
        if connection == self._connection:
            cursor.sent = rows[-1].seq
            cursor.progress = max(cursor.progress, begun)
        return True

    async def _publish_all(self, stream: Stream, rows: Sequence[Row]) -> bool:
        try:
            async with asyncio.TaskGroup() as group:
                for row in rows:
                    group.create_task(self._publish(stream, row.payload), name=f"publish {stream} {row.seq}")
        except* TransientError:
            pass
        else:
            return True
        return False
