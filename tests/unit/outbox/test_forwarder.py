"""Forwarding: each batch once per connection, again when no acknowledgement comes, deleted only by one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from edge.errors import TransientError
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

    async def waiting(self, stream: Stream, after: int, limit: int) -> list[Row]:
        """Return rows whose payload is their number, or fail as a bad disk does."""
        if self.failures:
            self.failures -= 1
            raise TransientError("disk I/O error")
        return [Row(seq, str(seq).encode()) for seq in self.rows[stream] if seq > after][:limit]

    async def acknowledge(self, stream: Stream, ranges: Sequence[tuple[int, int]]) -> int:
        """Delete rows."""
        covered = Acknowledgement(self.epoch, merge(ranges))
        self.rows[stream] = [seq for seq in self.rows[stream] if seq not in covered]
        return 0


class Broker:
    """Takes what is published while it is up."""

    def __init__(self) -> None:
        self.up = True
        self.received: asyncio.Queue[tuple[Stream, int]] = asyncio.Queue()

    async def publish(self, stream: Stream, payload: bytes) -> None:
        """Take a batch, or fail as a cut connection does."""
        if not self.up:
            raise TransientError("cut")
        await self.received.put((stream, int(payload)))

    async def take(self, number: int) -> list[tuple[Stream, int]]:
        """Return the next batches that arrive."""
        async with asyncio.timeout(5):
            return sorted([await self.received.get() for _ in range(number)])


@asynccontextmanager
async def running(store: FakeStore, broker: Broker, clock: FakeClock) -> AsyncIterator[Forwarder]:
    """Run a forwarder."""
    forwarder = Forwarder(store, broker.publish, window=3, ack_timeout=30, clock=clock)
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
