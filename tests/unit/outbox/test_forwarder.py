"""Forwarding: each batch once per connection, again when no acknowledgement comes, deleted only by one."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from edge.errors import PublishRefusedError, TransientError
from edge.messages.acknowledgement import Acknowledgement, merge
from edge.messages.schema import Stream
from edge.outbox import forwarder as module
from edge.outbox.forwarder import Forwarder
from edge.outbox.sqlite import Row
from tests.fakes import FakeClock


@dataclass
class FakeStore:
    """An outbox in memory."""

    epoch: str = "e1"
    rows: dict[Stream, list[int]] = field(default_factory=lambda: {stream: [] for stream in Stream})
    failures: int = 0
    made: dict[Stream, int] = field(default_factory=dict)

    def newest(self, stream: Stream) -> int:
        """Return the highest number."""
        return max(self.rows[stream], default=self.made.get(stream, 0))

    async def waiting(self, stream: Stream, after: int, limit: int, before: int | None = None) -> list[Row]:
        """Return rows whose payload is their number, or fail as a bad disk does."""
        if self.failures:
            self.failures -= 1
            raise TransientError("disk I/O error")
        found = [seq for seq in self.rows[stream] if after < seq < (before or 2**62)]
        return [Row(seq, str(seq).encode()) for seq in found[:limit]]

    async def again(self, stream: Stream, numbers: Sequence[int]) -> list[Row]:
        """Return rows by their numbers."""
        return [Row(seq, str(seq).encode()) for seq in numbers if seq in self.rows[stream]]

    async def renew(self) -> None:
        """Begin a new epoch."""
        self.epoch = "renewed"

    async def acknowledge(self, stream: Stream, ranges: Sequence[tuple[int, int]]) -> int:
        """Delete rows."""
        covered = Acknowledgement(self.epoch, merge(ranges))
        self.rows[stream] = [seq for seq in self.rows[stream] if seq not in covered]
        return 0


class Broker:
    """Takes what is published while it is up."""

    def __init__(self) -> None:
        self.up = True
        self.refusal = ""
        self.received: asyncio.Queue[tuple[Stream, int]] = asyncio.Queue()
        self.refused: asyncio.Queue[int] = asyncio.Queue()

    async def publish(self, stream: Stream, payload: bytes) -> None:
        """Take a batch, or fail as a cut connection does."""
        if not self.up:
            raise TransientError("cut")
        if self.refusal:
            await self.refused.put(int(payload))
            raise PublishRefusedError(self.refusal)
        await self.received.put((stream, int(payload)))

    async def take(self, number: int) -> list[tuple[Stream, int]]:
        """Return the next batches that arrive."""
        async with asyncio.timeout(5):
            return sorted([await self.received.get() for _ in range(number)])


@asynccontextmanager
async def running(
    store: FakeStore, broker: Broker, clock: FakeClock, max_upload: int | None = None
) -> AsyncIterator[Forwarder]:
    """Run a forwarder that has just connected."""
    forwarder = Forwarder(store, broker.publish, lambda: 4, 30, clock, max_upload)
    forwarder.connected()
    task = asyncio.create_task(forwarder.run())
    try:
        yield forwarder
    finally:
        task.cancel()
        await asyncio.wait([task])


@pytest.fixture(autouse=True)
def check_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for overdue acknowledgements all the time: the clock is a fake one."""
    monkeypatch.setattr(module, "CHECK_INTERVAL_S", 0.01)


async def test_each_batch_is_sent_once_and_stays_until_it_is_acknowledged() -> None:
    """A PUBACK is not storage."""
    store, broker = FakeStore(), Broker()
    store.rows[Stream.LEDGER] = [1, 2, 3, 4, 5]

    async with running(store, broker, FakeClock()) as forwarder:
        assert await broker.take(5) == [(Stream.LEDGER, seq) for seq in range(1, 6)]
        assert store.rows[Stream.LEDGER] == [1, 2, 3, 4, 5]
        await forwarder.acknowledged(Stream.LEDGER, Acknowledgement("e1", ((1, 4),)))

    assert store.rows[Stream.LEDGER] == [5]
    assert broker.received.empty()


async def test_an_acknowledgement_of_a_former_outbox_deletes_nothing() -> None:
    """Sequence numbers mean something within their epoch only."""
    store, broker = FakeStore(), Broker()
    store.rows[Stream.LEDGER] = [1]

    async with running(store, broker, FakeClock()) as forwarder:
        await forwarder.acknowledged(Stream.LEDGER, Acknowledgement("e0", ((1, 9),)))

    assert store.rows[Stream.LEDGER] == [1]


async def test_unacknowledged_batches_are_sent_again_after_the_timeout() -> None:
    """A broker that acknowledged and lost them (mosquitto's full queue does) costs time, not data."""
    store, broker, clock = FakeStore(), Broker(), FakeClock()
    store.rows[Stream.LEDGER] = [1, 2]

    async with running(store, broker, clock):
        await broker.take(2)
        clock.advance(31)

        assert await broker.take(2) == [(Stream.LEDGER, 1), (Stream.LEDGER, 2)]


async def test_a_new_connection_gets_everything_that_is_unacknowledged() -> None:
    """What was in flight when the link was cut is sent again."""
    store, broker = FakeStore(), Broker()
    store.rows[Stream.TREND] = [7]

    async with running(store, broker, FakeClock()) as forwarder:
        await broker.take(1)
        forwarder.connected()

        assert await broker.take(1) == [(Stream.TREND, 7)]


async def test_a_cut_connection_loses_nothing() -> None:
    """What could not be published is published on the next connection."""
    store, broker = FakeStore(), Broker()
    broker.up = False
    store.rows[Stream.LEDGER] = [1, 2]

    async with running(store, broker, FakeClock()) as forwarder:
        await asyncio.sleep(0)
        broker.up = True
        forwarder.connected()

        assert await broker.take(2) == [(Stream.LEDGER, 1), (Stream.LEDGER, 2)]


async def test_a_disk_that_fails_for_a_while_ends_nothing() -> None:
    """An outbox that cannot be read now is read a little later."""
    store, broker = FakeStore(failures=2), Broker()
    store.rows[Stream.LEDGER] = [1]

    async with running(store, broker, FakeClock()):
        assert await broker.take(1) == [(Stream.LEDGER, 1)]


async def test_new_batches_go_before_the_backlog() -> None:
    """With a long backlog a batch that is made now is the next one out."""
    store, broker = FakeStore(), Broker()
    store.rows[Stream.TREND] = list(range(1, 501))
    async with running(store, broker, FakeClock()) as forwarder:
        first = await broker.take(8)
        store.rows[Stream.TREND].append(501)
        forwarder.wake()
        then = [await broker.received.get()]
        await forwarder.acknowledged(Stream.TREND, Acknowledgement("e1", ((1, 8), (501, 501))))
        rest = await broker.take(8)

    assert [seq for _, seq in first] == list(range(1, 9))
    assert then == [(Stream.TREND, 501)]
    assert rest == [(Stream.TREND, seq) for seq in range(9, 17)]


async def test_a_host_that_is_away_is_asked_again_ever_more_rarely() -> None:
    """After the timeout, then after twice of it; a broker is not filled with repetitions for a whole night."""
    store, broker, clock = FakeStore(), Broker(), FakeClock()
    store.rows[Stream.LEDGER] = [1]
    async with running(store, broker, clock) as forwarder:
        await broker.take(1)
        times = [0]
        for second in range(0, 1000, 10):
            while not broker.received.empty():
                broker.received.get_nowait()
                times.append(second)
            clock.advance(10)
            turns = forwarder.turns
            async with asyncio.timeout(5):
                while forwarder.turns < turns + 2:
                    await asyncio.sleep(0)

    gaps = [later - sooner for sooner, later in itertools.pairwise(times)]
    assert gaps == sorted(gaps)
    assert len(gaps) == 5
    assert gaps[-1] > 400


async def test_what_the_broker_refuses_is_kept_told_and_offered_again_later() -> None:
    """No subscriber, no right, no room: each is said for what it is, and the batch waits."""
    store, broker, clock = FakeStore(), Broker(), FakeClock()
    store.rows[Stream.LEDGER] = [1]
    broker.refusal = "No matching subscribers"
    async with running(store, broker, clock) as forwarder:
        async with asyncio.timeout(5):
            await broker.refused.get()
            while not forwarder.refused:
                await asyncio.sleep(0)
        broker.refusal = ""
        clock.advance(100)
        assert await broker.take(1) == [(Stream.LEDGER, 1)]

    assert forwarder.refused == {"No matching subscribers": 1}
    assert store.rows[Stream.LEDGER] == [1]


async def test_an_upload_limit_holds_the_backlog_and_not_what_is_new() -> None:
    """A slow uplink carries what happens now; the past gets what is left."""
    store, broker, clock = FakeStore(), Broker(), FakeClock()
    store.rows[Stream.TREND] = list(range(100, 200))
    async with running(store, broker, clock, max_upload=10) as forwarder:
        assert forwarder._upload is not None
        async with asyncio.timeout(5):
            while not forwarder.sent or forwarder._upload.level > 0 or forwarder._in_flight:
                await asyncio.sleep(0)
        await broker.take(broker.received.qsize())
        turns = forwarder.turns
        store.rows[Stream.TREND].append(200)
        forwarder.wake()
        assert await broker.take(1) == [(Stream.TREND, 200)]
        async with asyncio.timeout(5):
            while forwarder.turns < turns + 4:
                await asyncio.sleep(0)
        held = broker.received.empty()
        clock.advance(3)
        await broker.take(1)

    assert held


async def test_an_outbox_that_is_an_older_copy_is_found_out() -> None:
    """An acknowledgement of numbers that were never given deletes nothing, and a new epoch begins."""
    store, broker = FakeStore(), Broker()
    store.rows[Stream.LEDGER] = [5, 6]
    async with running(store, broker, FakeClock()) as forwarder:
        await broker.take(2)
        await forwarder.acknowledged(Stream.LEDGER, Acknowledgement("e1", ((1, 90),)))
        assert await broker.take(2) == [(Stream.LEDGER, 5), (Stream.LEDGER, 6)]

    assert store.epoch == "renewed"
    assert store.rows[Stream.LEDGER] == [5, 6]
