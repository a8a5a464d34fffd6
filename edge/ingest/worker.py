"""The ingest worker: message → batch → historian → acknowledgement. It believes nothing and loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import Generic, Protocol, TypeVar

import structlog

from edge.backoff import Backoff
from edge.clock import Clock
from edge.errors import RejectedError, TransientError
from edge.ingest.acknowledgements import AcknowledgementLedger
from edge.ingest.batches import Batch, group, open_batch
from edge.ingest.bisection import BadLine, isolate, sift

BURST = 32
"""Messages dealt with together when more than one waits."""

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


class Writer(Protocol):
    """The part of a historian that ingest needs."""

    async def write(self, lines: Sequence[str]) -> None:
        """Commit lines; see `historian/base.py`."""
        ...


class Cemetery(Protocol):
    """Where refused lines rest; blocks."""

    def add(self, time: int, topic: str, reason: str, payload: bytes) -> None:
        """Keep one."""
        ...


class IngestWorker(Generic[MessageT]):
    """Commits what comes to the historian or the dead letters, and acknowledges it only then.

    Args:
        site: batches of any other site are refused.
        historian: open.
        broker: subscribed to the data topics of the site.
        dead_letters: open.
        clock: dates the dead letters.
        backoff: pauses while the historian is away.
        sleep: waits for them.
    """

    def __init__(
        self,
        site: str,
        historian: Writer,
        broker: Broker[MessageT],
        dead_letters: Cemetery,
        clock: Clock,
        *,
        backoff: Backoff | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._site = site
        self._historian = historian
        self._broker = broker
        self._dead_letters = dead_letters
        self._clock = clock
        self._backoff = backoff or Backoff()
        self._sleep = sleep
        self._ledger = AcknowledgementLedger()
        self._stuck = False

    async def run(self) -> None:
        """Work until cancelled; what is in hand then is not acknowledged and comes again."""
        async for message in self._broker.messages():
            await self._deal_with([message, *self._broker.take(BURST - 1)])

    async def _deal_with(self, burst: Sequence[MessageT]) -> None:
        for together in group([batch for message in burst for batch in await self._opened(message)]):
            await self._commit(together)
            for batch in together:
                self._ledger.add(batch.ack_topic, batch.header.epoch, batch.header.seq)
        # The nodes first: a batch that is given back to the broker without their knowing is sent again for nothing.
        await self._tell_nodes()
        for message in burst:
            self._broker.ack(message)

    async def _opened(self, message: MessageT) -> list[Batch]:
        """Return the batch of a message, or nothing once the message rests in the dead letters."""
        try:
            return [open_batch(self._site, message.topic, message.payload)]
        except RejectedError as error:
            log.warning("batch refused", topic=message.topic, reason=str(error))
            await self._bury(message.topic, str(error), message.payload)
            return []

    async def _commit(self, batches: Sequence[Batch]) -> None:
        refusal = await self._write([line for batch in batches for line in batch.lines])
        if refusal is None:
            return
        if len(batches) == 1:
            await self._rescue(batches[0])
            return
        for batch in batches:
            await self._commit([batch])

    async def _rescue(self, batch: Batch) -> None:
        """Commit the good lines of a refused batch and bury the bad ones."""
        good, bad = sift(batch.lines)
        refusal = await self._write(good)
        if refusal is not None:
            bad += await self._search(good, refusal)
        for line, reason in bad:
            await self._bury(batch.topic, reason, line.encode())
        if bad:
            log.warning(
                "lines refused", topic=batch.topic, seq=batch.header.seq, lines=len(bad), reason=bad[0].reason
            )

    async def _search(self, lines: Sequence[str], refusal: str) -> list[BadLine]:
        search = isolate(lines, refusal)
        try:
            half = next(search)
            while True:
                half = search.send(await self._write(half))
        except StopIteration as end:
            found: list[BadLine] = end.value
            return found

    async def _write(self, lines: Sequence[str]) -> str | None:
        """Write for as long as it takes; return why the historian will never accept, or None when it did."""
        if not lines:
            return None
        try:
            await self._insist(partial(self._historian.write, lines))
        except RejectedError as error:
            return str(error)
        return None

    async def _bury(self, topic: str, reason: str, payload: bytes) -> None:
        add = partial(self._dead_letters.add, self._clock.now(), topic, reason, payload)
        await self._insist(lambda: asyncio.to_thread(add))

    async def _insist(self, call: Callable[[], Awaitable[None]]) -> None:
        """Await a call, the same one again and again, until it is done or refused."""
        while True:
            try:
                await call()
            except TransientError as error:
                await self._pause(error)
            except RejectedError:
                self._unstuck()
                raise
            else:
                self._unstuck()
                return

    async def _pause(self, error: TransientError) -> None:
        pause = max(self._backoff.next(), error.retry_after or 0.0)
        if not self._stuck:
            log.warning("cannot commit; batches wait", reason=str(error), pause_s=round(pause, 1))
        self._stuck = True
        await self._sleep(pause)

    def _unstuck(self) -> None:
        if self._stuck:
            log.info("committing again")
        self._stuck = False
        self._backoff.reset()

    async def _tell_nodes(self) -> None:
        async with asyncio.TaskGroup() as nodes:
            for topic, payload in self._ledger.take_untold():
                nodes.create_task(self._tell(topic, payload), name=f"acknowledge {topic}")

    async def _tell(self, topic: str, payload: bytes) -> None:
        try:
            await self._broker.publish(topic, payload, retain=True)
        except TransientError:
            # The connection is gone: the batches come again, and their acknowledgement with them.
            self._ledger.untell(topic)
