"""The ingest worker: message → batch → historian → acknowledgement. It believes nothing and loses nothing."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Generic, Protocol, TypeVar

import structlog

from edge.backoff import Backoff
from edge.clock import Clock
from edge.errors import RejectedError, TransientError
from edge.ingest.acknowledgements import AcknowledgementLedger
from edge.ingest.batches import Batch, group, open_batch
from edge.ingest.committer import Cemetery, Committer, Writer
from edge.ingest.counters import Cause, Counters
from edge.ingest.options import IngestOptions
from edge.messages.batch import UnknownVersionError
from edge.token_bucket import TokenBucket

BURST = 32
"""Messages dealt with together when more than one waits."""
MAX_NODES = 10_000
"""Topics whose rate is remembered."""
MAX_TOPIC = 200

log = structlog.get_logger(__name__)


class Incoming(Protocol):
    """The part of a message that ingest looks at."""

    @property
    def topic(self) -> str:
        """Where it was published."""
        ...

    @property
    def payload(self) -> bytes:
        """What it carries."""
        ...


MessageT = TypeVar("MessageT", bound=Incoming)


class Broker(Protocol[MessageT]):
    """The part of an MQTT client that ingest needs."""

    def messages(self) -> AsyncIterator[MessageT]:
        """Yield messages as they come."""
        ...

    def take(self, limit: int) -> Sequence[MessageT]:
        """Return messages that wait already."""
        ...

    def ack(self, message: MessageT) -> None:
        """Give a message back to the broker as dealt with."""
        ...

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish; raises TransientError when there is no connection."""
        ...


class IngestWorker(Generic[MessageT]):
    """Commits what comes to the historian or the dead letters, and acknowledges it only then.

    Args:
        site: batches of any other site are refused.
        historian: open.
        broker: subscribed to the data topics of the site.
        dead_letters: open.
        clock: dates the dead letters.
        options: limits.
        backoff: pauses while the historian is away.
        sleep: waits for them.
        stored: is told whenever something was committed.

    Attributes:
        counters: what has been done.
    """

    def __init__(
        self,
        site: str,
        historian: Writer,
        broker: Broker[MessageT],
        dead_letters: Cemetery,
        clock: Clock,
        *,
        options: IngestOptions | None = None,
        backoff: Backoff | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        stored: Callable[[], None] = lambda: None,
    ) -> None:
        self._site = site
        self._stored = stored
        self._broker = broker
        self._clock = clock
        self._options = options or IngestOptions()
        self._rates = OrderedDict[str, TokenBucket]()
        self._ledger = AcknowledgementLedger()
        self._telling = asyncio.Lock()
        self._unknown: set[str] = set()
        self.counters = Counters()
        self._committer = Committer(
            historian, dead_letters, clock, self.counters, backoff or Backoff(), sleep
        )

    @property
    def is_stuck(self) -> bool:
        """Whether the historian does not take what comes."""
        return self._committer.is_stuck

    @property
    def missing(self) -> int:
        """How many batches are missing between those that came."""
        return self._ledger.missing()

    async def run(self) -> None:
        """Work until cancelled; what is in hand then is not acknowledged and comes again."""
        async with asyncio.TaskGroup() as group:
            for number in range(self._options.writers):
                group.create_task(self._work(), name=f"ingest-{number + 1}")

    async def _work(self) -> None:
        async for message in self._broker.messages():
            await self._deal_with([message, *self._broker.take(BURST - 1)])

    async def _deal_with(self, burst: Sequence[MessageT]) -> None:
        self.counters.turns += 1
        self.counters.in_hand += len(burst)
        try:
            await self._store(burst)
        finally:
            self.counters.in_hand -= len(burst)

    async def _store(self, burst: Sequence[MessageT]) -> None:
        for together in group([batch for message in burst for batch in await self._opened(message)]):
            await self._committer.commit(together)
            self._stored()
            for batch in together:
                self._ledger.add(batch.ack_topic, batch.header.epoch, batch.header.seq)
        # The nodes first: a batch that is given back to the broker without their knowing is sent again for nothing.
        await self._tell_nodes()
        for message in burst:
            self._broker.ack(message)

    async def _opened(self, message: MessageT) -> list[Batch]:
        """Return the batch of a message, or nothing once the message is dealt with."""
        counters = self.counters
        counters.batches += 1
        counters.bytes += len(message.payload)
        try:
            if len(message.payload) > self._options.max_batch:
                raise RejectedError(f"a message of {len(message.payload)} bytes is over the limit")
            if self._is_too_fast(message):
                counters.deferred += 1
                return []
            batch = open_batch(self._site, message.topic, message.payload)
        except UnknownVersionError as error:
            counters.unknown += 1
            if message.topic not in self._unknown and len(self._unknown) < MAX_NODES:
                self._unknown.add(message.topic)
                log.error(
                    "a newer node: update this host; its batches wait there",
                    topic=message.topic,
                    reason=str(error),
                )
            return []
        except RejectedError as error:
            log.warning("batch refused", topic=message.topic[:MAX_TOPIC], reason=str(error))
            await self._committer.bury(message.topic, str(error), message.payload, Cause.MESSAGE)
            return []
        if self._ledger.covers(batch.ack_topic, batch.header.epoch, batch.header.seq):
            counters.duplicates += 1
            self._ledger.add(batch.ack_topic, batch.header.epoch, batch.header.seq)
            return []
        return [batch]

    def _is_too_fast(self, message: MessageT) -> bool:
        rates, limit = self._rates, self._options.max_rate
        bucket = rates.pop(message.topic, None) or TokenBucket(limit, limit)
        rates[message.topic] = bucket
        if len(rates) > MAX_NODES:
            rates.popitem(last=False)
        now = self._clock.monotonic()
        if not bucket.ready(now):
            return True
        bucket.take(len(message.payload), now)
        return False

    async def _tell_nodes(self) -> None:
        # One at a time: an older acknowledgement must not overtake a newer one.
        async with self._telling:
            for topic, epoch, payload in self._ledger.take_untold():
                try:
                    await self._broker.publish(topic, payload, retain=True)
                except TransientError:
                    # The connection is gone: the batches come again, and their acknowledgement with them.
                    self._ledger.untell(topic, epoch)
