"""MQTT for asyncio: a client that stays connected.

Every connection gets a paho client of its own, so nothing of an old connection can reach a new one: a batch is sent
again by the outbox, which knows what is still wanted, and never by paho.
"""

from __future__ import annotations

import asyncio
import itertools
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection

import structlog

from edge.backoff import Backoff
from edge.errors import ConfigurationError, TransientError
from edge.mqtt.link import Link, new_paho
from edge.mqtt.message import Message, TakenOverError
from edge.mqtt.options import MqttOptions, broker
from edge.mqtt.takeover import TakeoverWatch

STEADY_S = 10.0
"""A connection that has lasted so long is a good one; two clients with one id never get there and slow down."""
MAX_WAITING, MAX_WAITING_BYTES = 2048, 64 * 1024 * 1024
"""Messages that wait to be taken. More stay unacknowledged, and a new connection fetches them when these are done."""

log = structlog.get_logger(__name__)


async def _nothing() -> None:
    """Do nothing on connecting."""


class MqttClient:
    """A client that connects, and connects again, for as long as `run` runs.

    Args:
        options: brokers, tried in turn, and credentials.
        client_id: names the session at the broker; two clients with one id throw each other out.
        clean: False for a session that the broker keeps while we are away.
        will: published by the broker when we vanish, and by ourselves when we end in order.
        on_connect: awaited after each connect, when subscriptions stand; it may publish.
        backoff: pauses between attempts; they begin anew after a connection that lasted.

    Attributes:
        connects, twins: how often it has connected, and how often another client with its id threw it out.

    Raises:
        ConfigurationError: the authority's file holds no certificate.
    """

    def __init__(
        self,
        options: MqttOptions,
        client_id: str,
        *,
        clean: bool,
        will: Message | None = None,
        on_connect: Callable[[], Awaitable[None]] = _nothing,
        backoff: Backoff | None = None,
    ) -> None:
        self._options = options
        self._client_id = client_id
        self._clean = clean
        self._will = will
        self._on_connect = on_connect
        self._backoff = backoff or Backoff()
        self._tls = _tls_context(options)
        self._filters: dict[str, int] = {}
        self._received: asyncio.Queue[Message] = asyncio.Queue(MAX_WAITING)
        self._received_bytes = 0
        self._watch = TakeoverWatch()
        self._generation = 0
        self._link: Link | None = None
        self._lost = False
        self._overflowed = False
        self.connects = self.twins = 0

    @property
    def window(self) -> int:
        """How many messages may be in flight: no more than the broker takes at once."""
        return min(self._options.window, self._link.receive_maximum if self._link else self._options.window)

    @property
    def connected(self) -> bool:
        """Whether publishing has a chance now."""
        return self._link is not None

    def subscribe(self, topic_filter: str, qos: int = 1) -> None:
        """Subscribe at each connect from now on; call it before `run`.

        Args:
            topic_filter: what is wanted.
            qos: 0 for what is retained and said again and again; it costs a replicated broker far less.
        """
        self._filters[topic_filter] = qos

    async def change_subscriptions(self, wanted: Collection[str], unwanted: Collection[str]) -> None:
        """Subscribe and unsubscribe, now and at each connect from now on.

        Raises:
            TransientError: not now; it is done at the next connect.
        """
        for topic_filter in unwanted:
            self._filters.pop(topic_filter, None)
        self._filters |= dict.fromkeys(wanted, 1)
        if self._link is not None:
            await self._link.subscribe(dict.fromkeys(wanted, 1))
            await self._link.unsubscribe(unwanted)

    async def run(self) -> None:
        """Stay connected until cancelled; then say the last word (the will) and disconnect in order."""
        for url in itertools.cycle(self._options.url):
            try:
                await self._serve(url)
            except TransientError as error:
                if not self._lost:
                    log.warning("no broker", url=url, reason=str(error))
                self._lost = True
            await asyncio.sleep(max(self._backoff.next(), self._pause_for_twin()))

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish and wait for the broker's PUBACK, which is a receipt and no proof of storage.

        Raises:
            TransientError: not connected, or the connection ended first: whether it arrived is not known.
        """
        if self._link is None:
            raise TransientError("not connected to a broker")
        await self._link.publish(topic, payload, retain=retain)

    def _pause_for_twin(self) -> float:
        pause = self._watch.pause()
        if pause:
            self.twins += 1
            log.error(
                "connected, and cut off again and again: is another client using this id?",
                client_id=self._client_id,
                pause_s=pause,
            )
        return pause

    async def messages(self) -> AsyncIterator[Message]:
        """Yield messages as they come; each is to be acknowledged."""
        while True:
            if self._overflowed and self._received.empty() and self._link is not None:
                self._link.end("messages came faster than they were dealt with")
            message = await self._received.get()
            self._received_bytes -= len(message.payload)
            yield message

    def take(self, limit: int) -> list[Message]:
        """Return messages that already wait, at most `limit` of them."""
        taken = [self._received.get_nowait() for _ in range(min(limit, self._received.qsize()))]
        self._received_bytes -= sum(len(message.payload) for message in taken)
        return taken

    def ack(self, message: Message) -> None:
        """Tell the broker that a message is dealt with; one of an ended connection comes again and is told then."""
        if self._link is not None and message.generation == self._generation and message.mid:
            self._link.ack(message.mid)

    async def _serve(self, url: str) -> None:
        """Connect once and stay until the connection is lost, which raises TransientError."""
        self._generation += 1
        # What was not acknowledged on the last connection comes again on this one.
        self.take(self._received.qsize())
        self._overflowed = False
        client = new_paho(self._options, url, self._client_id, self._tls, clean=self._clean, will=self._will)
        async with Link(client, self._generation, self._receive, self._will) as link:
            try:
                await link.connected(url)
            except TransientError:
                self._watch.unreachable()
                raise
            loop = asyncio.get_running_loop()
            began, steady = loop.time(), loop.call_later(STEADY_S, self._backoff.reset)
            # A kept session delivers before we have subscribed, so acknowledging must work from here on.
            self._link = link
            self.connects += 1
            try:
                await link.subscribe(self._filters)
                log.info("connected to the broker", url=url, client_id=self._client_id)
                self._lost = False
                await self._on_connect()
                await link.lost()
            except TransientError as error:
                self._watch.ended(url, began, loop.time(), certain=isinstance(error, TakenOverError))
                raise
            finally:
                steady.cancel()
                self._link = None

    def _receive(self, message: Message) -> None:
        if message.generation != self._generation:
            return
        if self._received.full() or self._received_bytes > MAX_WAITING_BYTES:
            self._overflowed = True
        else:
            self._received_bytes += len(message.payload)
            self._received.put_nowait(message)


def _tls_context(options: MqttOptions) -> ssl.SSLContext | None:
    if not any(broker(url)[3] for url in options.url):
        return None
    try:
        context = ssl.create_default_context(cafile=options.ca)
    except (ssl.SSLError, OSError) as error:
        raise ConfigurationError(f"mqtt.ca: {options.ca} holds no certificate: {error}") from error
    if options.certificate is not None:
        try:
            context.load_cert_chain(options.certificate, options.key)
        except (ssl.SSLError, OSError) as error:
            raise ConfigurationError(
                f"mqtt.certificate: {options.certificate} and {options.key} are no pair: {error}"
            ) from error
    return context
