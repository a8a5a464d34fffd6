"""A node without PLCs: outbox, forwarder and MQTT client of the product, and tags that all change."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from edge.backoff import Backoff
from edge.clock import SystemClock
from edge.errors import RejectedError, TransientError
from edge.messages import acknowledgement, topics
from edge.messages.schema import Stream
from edge.mqtt.client import MqttClient
from edge.mqtt.message import Message
from edge.mqtt.options import MqttOptions
from edge.outbox.collector import Collector
from edge.outbox.forwarder import Forwarder
from edge.outbox.options import OutboxOptions
from edge.outbox.worker import OutboxThread

SITE = "s"
PERIOD_S = 0.25


class LoadNode:
    """Makes `tags` values a second, and pieces that are counted.

    Attributes:
        made: pieces.
        values: tag values.
        longest_pause: s between two acknowledgements while something waited.
    """

    def __init__(self, name: str, folder: Path, urls: Sequence[str], tags: int) -> None:
        self.name = name
        self.made = self.values = 0
        self.longest_pause = 0.0
        self._folder = folder
        self._tags = tags
        self._clock = SystemClock()
        self._rng = random.Random(name)
        self._topics = topics.NodeTopics(SITE, name)
        self._producing = True
        self._options = MqttOptions(url=tuple(urls), ack_timeout_s=3)
        self._mqtt = MqttClient(
            self._options,
            f"chili-edge-{SITE}-{name}",
            clean=True,
            will=Message(self._topics.status, topics.status(online=False, since="", version=""), retain=True),
            on_connect=self._connected,
            backoff=Backoff(0.1, 2.0),
        )
        for stream in Stream:
            self._mqtt.subscribe(self._topics.ack(stream), qos=0)

    async def run(self) -> None:
        """Work until cancelled."""
        async with AsyncExitStack() as stack:
            options = OutboxOptions(min_free="1MB")
            self._outbox = await stack.enter_async_context(
                OutboxThread(self._folder / f"{self.name}.db", self.name, options)
            )
            self._forwarder = Forwarder(
                self._outbox,
                self._publish,
                lambda: self._mqtt.window,
                self._options.ack_timeout_s,
                self._clock,
            )
            collector = Collector(self._outbox, dict, self._forwarder.wake, self._clock)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._mqtt.run())
                group.create_task(self._forwarder.run())
                group.create_task(self._receive())
                await self._produce(collector)

    def stop_producing(self) -> None:
        """Make no more."""
        self._producing = False

    async def waiting(self) -> int:
        """Return how many points wait; the account must balance."""
        tallies = (await self._outbox.tallies()).values()
        assert not any(tally.unaccounted or tally.dropped for tally in tallies), tallies
        return sum(tally.waiting for tally in tallies)

    async def _produce(self, collector: Collector) -> None:
        loop = asyncio.get_running_loop()
        each, due, first = max(round(self._tags * PERIOD_S), 1), loop.time(), 0
        while True:
            due += PERIOD_S
            await asyncio.sleep(max(due - loop.time(), 0))
            if not self._producing:
                continue
            now, pieces = self._clock.now(), self._rng.randrange(1, 9)
            trend = [
                f"tag,device={self.name},line=l,site={SITE},tag=t{(first + at) % self._tags}"
                f" v={self._rng.random():.6f},q=192i {now + at}"
                for at in range(each)
            ]
            first += each
            self.made += pieces
            self.values += each
            count = f"count,counter=good,device={self.name},line=l,site={SITE} n={pieces}i,total={self.made}i {now}"
            await collector.add({Stream.TREND: trend, Stream.LEDGER: [count]})
            await collector.flush()

    async def _connected(self) -> None:
        status = topics.status(online=True, since="", version="")
        await self._mqtt.publish(self._topics.status, status, retain=True)
        self._forwarder.connected()

    async def _publish(self, stream: Stream, payload: bytes) -> None:
        await self._mqtt.publish(self._topics.data(stream), payload)

    async def _receive(self) -> None:
        streams = {self._topics.ack(stream): stream for stream in Stream}
        last = self._clock.monotonic()
        async for message in self._mqtt.messages():
            now = self._clock.monotonic()
            self.longest_pause, last = max(self.longest_pause, now - last), now
            try:
                await self._forwarder.acknowledged(
                    streams[message.topic], acknowledgement.decode(message.payload)
                )
            except (RejectedError, TransientError):
                continue
            self._mqtt.ack(message)
