"""A worker among several: subscribes to the nodes that are its share, as it hears of them by their status."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Generic, Protocol, TypeVar

import structlog

from edge.errors import TransientError
from edge.ingest.partition import share
from edge.messages import topics

log = structlog.get_logger(__name__)

RETRY_S = 1.0
MAX_NODES = 10_000


class Status(Protocol):
    """The part of a message that is looked at."""

    @property
    def topic(self) -> str:
        """Where it was published."""
        ...

    @property
    def payload(self) -> bytes:
        """What it carries."""
        ...


MessageT = TypeVar("MessageT", bound=Status)


class Client(Protocol[MessageT]):
    """The part of an MQTT client that sharing needs."""

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
        """Publish."""
        ...

    async def change_subscriptions(self, wanted: Collection[str], unwanted: Collection[str]) -> None:
        """Subscribe and unsubscribe."""
        ...


class SharedBroker(Generic[MessageT]):
    """A broker of which a worker sees its share; somebody must run `run` meanwhile.

    Args:
        client: subscribed to `topics.status_filter`.
        site: of the nodes.
        worker, workers: this one's number, from 1, and how many there are.

    Attributes:
        nodes: that are this worker's now.
    """

    def __init__(self, client: Client[MessageT], site: str, worker: int, workers: int) -> None:
        self._client = client
        self._site = site
        self._worker, self._workers = worker, workers
        self._known: set[str] = set()
        self._changed = asyncio.Event()
        self.nodes: set[str] = set()

    async def run(self) -> None:
        """Change subscriptions as nodes come and go, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            self.nodes = share(self._known, self._worker, self._workers)
            wanted = [topics.node_filter(self._site, node) for node in sorted(self.nodes)]
            others = [topics.node_filter(self._site, node) for node in sorted(self._known - self.nodes)]
            try:
                await self._client.change_subscriptions(wanted, others)
            except TransientError as error:
                log.warning("subscriptions cannot be changed now", reason=str(error))
                await asyncio.sleep(RETRY_S)
                self._changed.set()
            else:
                log.info("nodes of this worker", nodes=len(self.nodes), known=len(self._known))

    async def messages(self) -> AsyncIterator[MessageT]:
        """Yield batches as they come."""
        async for message in self._client.messages():
            if not self._note(message):
                yield message

    def take(self, limit: int) -> Sequence[MessageT]:
        """Return batches that wait already."""
        return [message for message in self._client.take(limit) if not self._note(message)]

    def ack(self, message: MessageT) -> None:
        """Give a message back to the broker as dealt with."""
        self._client.ack(message)

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish."""
        await self._client.publish(topic, payload, retain=retain)

    def _note(self, message: MessageT) -> bool:
        """Hear of a node; return whether the message was a status, which is dealt with then."""
        node = topics.parse_status(message.topic)
        if node is None:
            return False
        # A node that is gone for good is forgotten by an empty retained status.
        if message.payload and len(self._known) < MAX_NODES:
            changed = node.node not in self._known
            self._known.add(node.node)
        else:
            changed = node.node in self._known
            self._known.discard(node.node)
        if changed:
            self._changed.set()
        self._client.ack(message)
        return True
