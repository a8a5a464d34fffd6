"""From the outbox to the broker: what is sent, in which order, and when it is sent again. Knows no MQTT."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Protocol

import structlog

from edge.backoff import Backoff
from edge.clock import Clock
from edge.errors import PublishRefusedError, TransientError
from edge.messages.acknowledgement import Acknowledgement
from edge.messages.schema import Stream
from edge.outbox.lane import Lane
from edge.outbox.sqlite import Row
from edge.token_bucket import TokenBucket

log = structlog.get_logger(__name__)

Publish = Callable[[Stream, bytes], Coroutine[None, None, None]]
"""Hands a batch to the broker; returns at its PUBACK, raises TransientError when the connection is gone."""

CHECK_INTERVAL_S = 1.0
LIVE_SHARE = 4
"""One slot of the window in so many is kept for new data."""
_LIVE_FIRST = (Stream.LEDGER, Stream.TREND)


class Store(Protocol):
    """The part of the outbox that forwarding needs; its blocking calls run in the outbox's own thread."""

    @property
    def epoch(self) -> str:
        """Id of the outbox's life."""
        ...

    def newest(self, stream: Stream) -> int:
        """Return the highest sequence number in use."""
        ...

    async def waiting(
        self, stream: Stream, after: int, limit: int, before: int | None = None
    ) -> Sequence[Row]:
        """Return the oldest batches between two sequence numbers."""
        ...

    async def again(self, stream: Stream, numbers: Sequence[int]) -> Sequence[Row]:
        """Return the batches of these numbers that still wait."""
        ...

    async def acknowledge(self, stream: Stream, ranges: Sequence[tuple[int, int]]) -> int:
        """Delete what the host has committed; return how many points that was."""
        ...

    async def renew(self) -> None:
        """Begin a new epoch with everything that waits."""
        ...


class Forwarder:
    """Sends each waiting batch once per connection, and again when no acknowledgement comes.

    A PUBACK moves the window and nothing else: a batch leaves the outbox when the host has acknowledged it. New batches
    go first; the backlog goes beside them, within what the window, the host and the uplink have left.

    Args:
        store: the outbox.
        publish: to the broker.
        window: returns how many batches may be in flight now.
        ack_timeout: s without an acknowledgement after which a batch is sent again.
        clock: for that timeout.
        max_upload: bytes per second that the backlog may take; None for all it can get.

    Attributes:
        sent, sent_again: batches handed to the broker since the start, the second one only repetitions.
        refused: what the broker said of batches that it took and will not deliver, and how often.
        turns: grows for as long as it works: what a watchdog looks at.
    """

    def __init__(
        self,
        store: Store,
        publish: Publish,
        window: Callable[[], int],
        ack_timeout: float,
        clock: Clock,
        max_upload: int | None = None,
    ) -> None:
        self._store = store
        self._publish = publish
        self._window = window
        self._ack_timeout = ack_timeout
        self._clock = clock
        self._upload = TokenBucket(max_upload, max_upload) if max_upload else None
        self._lanes = {stream: Lane() for stream in _LIVE_FIRST}
        self._in_flight = 0
        self._connection = 0
        self._connected = False
        self._paused_until = 0.0
        self._refusals = Backoff(base=1.0, cap=60.0)
        self._work = asyncio.Event()
        self.sent = self.sent_again = self.turns = 0
        self.refused: dict[str, int] = {}

    def wake(self) -> None:
        """Say that there is something new to send."""
        self._work.set()

    def connected(self) -> None:
        """Say that there is a new connection: what was in flight on the last one is sent again."""
        self._connection += 1
        self._in_flight = 0
        self._connected = True
        self._paused_until = 0.0
        for stream, lane in self._lanes.items():
            lane.connected(self._store.newest(stream))
        self.wake()

    async def acknowledged(self, stream: Stream, acknowledgement: Acknowledgement) -> None:
        """Delete what the host has committed; an acknowledgement of another epoch concerns a former outbox."""
        if acknowledgement.epoch != self._store.epoch:
            return
        ranges = acknowledgement.ranges
        if ranges and ranges[-1][1] > self._store.newest(stream):
            log.critical(
                "the host has stored batches that this outbox never made: it is an older copy; what was counted since"
                " the copy was made may be stored twice",
                stream=str(stream),
                stored=ranges[-1][1],
                newest=self._store.newest(stream),
            )
            await self._store.renew()
            self.connected()
            return
        await self._store.acknowledge(stream, ranges)
        self._lanes[stream].acknowledged(acknowledgement, self._clock.monotonic())
        self.wake()

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                self.turns += 1
                self._work.clear()
                try:
                    started = await self._fill(group)
                except TransientError as error:
                    log.warning("outbox cannot be sent now", reason=str(error))
                    await asyncio.sleep(CHECK_INTERVAL_S)
                else:
                    if not started:
                        await self._wait()

    async def _wait(self) -> None:
        """Wait for new work, looking now and then whether acknowledgements are overdue."""
        now = self._clock.monotonic()
        pause = CHECK_INTERVAL_S
        if self._upload is not None and (rest := self._upload.wait(now)):
            pause = min(pause, rest)
        try:
            async with asyncio.timeout(pause):
                await self._work.wait()
        except TimeoutError:
            for lane in self._lanes.values():
                lane.look(self._clock.monotonic(), self._ack_timeout)

    async def _fill(self, group: asyncio.TaskGroup) -> bool:
        """Send as much as the window takes; return whether anything was sent."""
        if not self._connected or self._clock.monotonic() < self._paused_until:
            return False
        window = self._window()
        started = False
        for stream in _LIVE_FIRST:
            if (free := window - self._in_flight) > 0:
                started |= await self._send_live(group, stream, free)
        window -= window // LIVE_SHARE
        for stream in _LIVE_FIRST:
            if (free := window - self._in_flight) > 0 and self._may_upload():
                started |= await self._send_again(group, stream, free)
            if (free := window - self._in_flight) > 0 and self._may_upload():
                started |= await self._send_backlog(group, stream, free)
        return started

    def _may_upload(self) -> bool:
        return self._upload is None or self._upload.ready(self._clock.monotonic())

    async def _send_live(self, group: asyncio.TaskGroup, stream: Stream, free: int) -> bool:
        lane, connection = self._lanes[stream], self._connection
        after = lane.next_live(self._store.newest(stream))
        rows = () if after is None else await self._store.waiting(stream, after, free)
        if connection != self._connection:
            return True
        for row in rows:
            lane.sent_live(row.seq, self._clock.monotonic())
            self._start(group, stream, row)
        return bool(rows)

    async def _send_again(self, group: asyncio.TaskGroup, stream: Stream, free: int) -> bool:
        lane, connection = self._lanes[stream], self._connection
        numbers = lane.again(free)
        rows = await self._store.again(stream, numbers) if numbers else ()
        if connection != self._connection:
            return True
        for seq in set(numbers) - {row.seq for row in rows}:
            lane.gone(seq)
        for row in rows:
            lane.sent_again(row.seq, self._clock.monotonic())
            self.sent_again += 1
            self._start(group, stream, row)
        return bool(numbers)

    async def _send_backlog(self, group: asyncio.TaskGroup, stream: Stream, free: int) -> bool:
        lane, connection = self._lanes[stream], self._connection
        limit = min(lane.next_backlog(), free)
        if not limit:
            return False
        top = lane.live
        rows = await self._store.waiting(stream, lane.backlog, limit, top + 1)
        if connection != self._connection:
            return True
        for row in rows:
            if row.seq not in lane.sent:
                lane.sent_backlog(row.seq, self._clock.monotonic())
                self._start(group, stream, row)
        lane.looked_through(rows[-1].seq if len(rows) == limit else top)
        return bool(rows)

    def _start(self, group: asyncio.TaskGroup, stream: Stream, row: Row) -> None:
        self._in_flight += 1
        self.sent += 1
        if self._upload is not None:
            self._upload.take(len(row.payload), self._clock.monotonic())
        group.create_task(self._send(stream, row, self._connection), name=f"publish {stream} {row.seq}")

    async def _send(self, stream: Stream, row: Row, connection: int) -> None:
        try:
            await self._publish(stream, row.payload)
        except PublishRefusedError as error:
            self._refuse(stream, row.seq, error, connection)
        except TransientError:
            # The connection is gone or given up: the next one begins anew.
            self._connected = self._connected and connection != self._connection
        else:
            if connection == self._connection:
                self._refusals.reset()
        if connection == self._connection:
            self._in_flight -= 1
            self.wake()

    def _refuse(self, stream: Stream, seq: int, error: PublishRefusedError, connection: int) -> None:
        reason = str(error)
        if reason not in self.refused:
            log.error(
                "the broker will not deliver our batches; they wait here", reason=reason, stream=str(stream)
            )
        self.refused[reason] = self.refused.get(reason, 0) + 1
        if connection == self._connection:
            self._lanes[stream].failed(seq)
            now = self._clock.monotonic()
            if now >= self._paused_until:
                self._paused_until = now + self._refusals.next()
