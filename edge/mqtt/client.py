"""MQTT 3.1.1 for asyncio, QoS 1 throughout; the only file that knows paho.

Every connection gets a paho client of its own, so nothing of an old connection can reach a new one: a batch is sent
again by the outbox, which knows what is still wanted, and never by paho.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import paho.mqtt.client as paho
import structlog
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge.backoff import Backoff
from edge.errors import ConfigurationError, TransientError
from edge.mqtt.options import MqttOptions, broker

CONNECT_TIMEOUT_S = 5.0
PUBACK_TIMEOUT_S = 30.0
CLOSE_TIMEOUT_S = 2.0
KEEPALIVE_S = 20
STEADY_S = 10.0
"""A connection that has lasted so long is a good one; two clients with one id never get there and slow down."""
MAX_WAITING = 2048
"""Messages that wait to be taken. More stay unacknowledged, and a new connection fetches them when these are done."""
_QOS = 1

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """A message, or the will.

    Attributes:
        generation: the connection that brought it; its acknowledgement is good on that one only.
        mid: the number by which it is acknowledged.
    """

    topic: str
    payload: bytes
    retain: bool = False
    generation: int = 0
    mid: int = 0


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
        self._filters: dict[str, None] = {}
        self._received: asyncio.Queue[Message] = asyncio.Queue(MAX_WAITING)
        self._generation = 0
        self._link: _Link | None = None
        self._lost = False
        self._overflowed = False

    @property
    def connected(self) -> bool:
        """Whether publishing has a chance now."""
        return self._link is not None

    def subscribe(self, topic_filter: str) -> None:
        """Subscribe at each connect from now on; call it before `run`."""
        self._filters[topic_filter] = None

    async def run(self) -> None:
        """Stay connected until cancelled; then say the last word (the will) and disconnect in order."""
        for url in itertools.cycle(self._options.url):
            try:
                await self._serve(url)
            except TransientError as error:
                if not self._lost:
                    log.warning("no broker", url=url, reason=str(error))
                self._lost = True
            await asyncio.sleep(self._backoff.next())

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish and wait for the broker's PUBACK, which is a receipt and no proof of storage.

        Raises:
            TransientError: not connected, or the connection ended first: whether it arrived is not known.
        """
        if self._link is None:
            raise TransientError("not connected to a broker")
        await self._link.publish(topic, payload, retain=retain)

    async def messages(self) -> AsyncIterator[Message]:
        """Yield messages as they come; each is to be acknowledged."""
        while True:
            if self._overflowed and self._received.empty() and self._link is not None:
                self._link.end("messages came faster than they were dealt with")
            yield await self._received.get()

    def take(self, limit: int) -> list[Message]:
        """Return messages that already wait, at most `limit` of them."""
        return [self._received.get_nowait() for _ in range(min(limit, self._received.qsize()))]

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
        client = self._paho_client(url)
        async with _Link(client, self._generation, self._receive, self._will) as link:
            await link.connected(url)
            steady = asyncio.get_running_loop().call_later(STEADY_S, self._backoff.reset)
            # A kept session delivers before we have subscribed, so acknowledging must work from here on.
            self._link = link
            try:
                await link.subscribe(self._filters)
                log.info("connected to the broker", url=url, client_id=self._client_id)
                self._lost = False
                await self._on_connect()
                await link.lost()
            finally:
                steady.cancel()
                self._link = None

    def _receive(self, message: Message) -> None:
        if message.generation != self._generation:
            return
        if self._received.full():
            self._overflowed = True
        else:
            self._received.put_nowait(message)

    def _paho_client(self, url: str) -> paho.Client:
        host, port, user, secure = broker(url)
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            self._client_id,
            clean_session=self._clean,
            protocol=paho.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_inflight_messages_set(self._options.window)
        if user is not None:
            password = self._options.password
            client.username_pw_set(user, password.get_secret_value() if password else None)
        if secure and self._tls is not None:
            client.tls_set_context(self._tls)
        if self._will is not None:
            client.will_set(self._will.topic, self._will.payload, _QOS, self._will.retain)
        client.connect_async(host, port, KEEPALIVE_S)
        return client


class _Link:
    """One paho client: one attempt to connect, and the connection if it comes about.

    paho calls back from its own thread; `_Link` brings every call into the event loop.
    """

    def __init__(
        self, client: paho.Client, generation: int, receive: Callable[[Message], None], will: Message | None
    ) -> None:
        self._client = client
        self._generation = generation
        self._receive = receive
        self._will = will
        self._loop = asyncio.get_running_loop()
        self._answers: dict[tuple[str, int], asyncio.Future[None]] = {}
        self._reason = ""
        self._over = asyncio.Event()
        self._ended = asyncio.Event()
        """Over for us; and ended for paho, whose thread is on its last lines."""

    async def __aenter__(self) -> Self:
        client = self._client
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_socket_open = self._on_socket_open
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._say_last_word()
        self._client.disconnect()
        if not await self._thread_ends():
            self._cut()
            await self._thread_ends()
        self.end("closed")
        # A thread that still looks up a name or waits for TCP is left behind: it ends at its own time-out.
        if self._ended.is_set():
            self._client.loop_stop()

    async def connected(self, url: str) -> None:
        """Wait for the broker's yes."""
        answer = self._expect("connect", 0)
        self._client.loop_start()
        await self._wait(answer, CONNECT_TIMEOUT_S, f"{url} does not answer")

    async def subscribe(self, filters: Collection[str]) -> None:
        """Subscribe and wait for the broker's yes."""
        if filters:
            _, mid = self._client.subscribe([(topic_filter, _QOS) for topic_filter in filters])
            if mid is None:
                raise TransientError("the connection was lost before the subscriptions")
            answer = self._expect("subscribe", mid)
            await self._wait(answer, CONNECT_TIMEOUT_S, "the broker does not answer to subscriptions")

    async def publish(self, topic: str, payload: bytes, *, retain: bool) -> None:
        """Publish and wait for the PUBACK."""
        if self._over.is_set():
            raise TransientError(self._reason)
        sent = self._client.publish(topic, payload, _QOS, retain)
        if sent.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise TransientError(f"not sent to the broker: {paho.error_string(sent.rc)}")
        await self._wait(self._expect("publish", sent.mid), PUBACK_TIMEOUT_S, "no PUBACK from the broker")

    async def lost(self) -> None:
        """Wait for the end of the connection, which raises TransientError."""
        await self._over.wait()
        raise TransientError(self._reason)

    def ack(self, mid: int) -> None:
        """Send a PUBACK."""
        self._client.ack(mid, _QOS)

    def end(self, reason: str) -> None:
        """Let go of the connection; what has been said on it still goes out."""
        self._reason = self._reason or reason
        self._over.set()
        for what, mid in list(self._answers):
            self._answer(what, mid, self._reason)

    async def _say_last_word(self) -> None:
        """Publish the will ourselves, since a broker drops it when a client disconnects in order."""
        if self._will is not None and self._client.is_connected():
            with suppress(TransientError, TimeoutError):
                async with asyncio.timeout(CLOSE_TIMEOUT_S):
                    await self.publish(self._will.topic, self._will.payload, retain=self._will.retain)

    async def _wait(self, answer: asyncio.Future[None], seconds: float, complaint: str) -> None:
        try:
            async with asyncio.timeout(seconds):
                await answer
        except TimeoutError:
            # Without an answer a slot of the window would be taken for ever: a new connection starts afresh.
            self.end(complaint)
            self._cut()
            raise TransientError(complaint) from None

    async def _thread_ends(self) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self._ended.wait()
        return self._ended.is_set()

    def _cut(self) -> None:
        """Close the socket under paho, so that its thread ends even if the broker is mute."""
        _shut(self._client.socket())

    def _expect(self, what: str, mid: int) -> asyncio.Future[None]:
        answer: asyncio.Future[None] = self._loop.create_future()
        self._answers[what, mid] = answer
        if self._over.is_set():
            self.end(self._reason)
        return answer

    def _answer(self, what: str, mid: int, refusal: str = "") -> None:
        answer = self._answers.pop((what, mid), None)
        if answer is None or answer.done():
            return
        if refusal:
            answer.set_exception(TransientError(refusal))
        else:
            answer.set_result(None)

    def _thread_ended(self, reason: str) -> None:
        self._ended.set()
        self.end(reason)

    def _call(self, function: Callable[..., None], *args: object) -> None:
        """Call in the event loop; one that is closed by now needs no news."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function, *args)

    def _on_connect(
        self, _client: paho.Client, _data: object, _flags: object, reason: ReasonCode, _properties: object
    ) -> None:
        refusal = f"the broker refuses us: {reason}" if reason.is_failure else ""
        self._call(self._answer, "connect", 0, refusal)

    def _on_socket_open(self, _client: paho.Client, _data: object, opened: object) -> None:
        # Too late: we have given up, and the next link may be using our client id already.
        if self._over.is_set():
            _shut(opened)

    def _on_connect_fail(self, client: paho.Client, _data: object) -> None:
        # paho calls from inside its `except`, and tells the error nowhere else.
        error = sys.exc_info()[1]
        client.disconnect()
        self._call(self._thread_ended, f"cannot connect: {error}")

    def _on_disconnect(
        self,
        _client: paho.Client,
        _data: object,
        _flags: object,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._call(self._thread_ended, f"the connection was lost: {reason}")

    def _on_publish(
        self, _client: paho.Client, _data: object, mid: int, _reason: ReasonCode, _properties: Properties
    ) -> None:
        self._call(self._answer, "publish", mid)

    def _on_subscribe(
        self, _client: paho.Client, _data: object, mid: int, reasons: list[ReasonCode], _properties: object
    ) -> None:
        refused = any(reason.is_failure for reason in reasons)
        self._call(self._answer, "subscribe", mid, "the broker refuses our subscriptions" if refused else "")

    def _on_message(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        received = Message(
            message.topic, bytes(message.payload), message.retain, self._generation, message.mid
        )
        self._call(self._receive, received)


def _shut(opened: object) -> None:
    if isinstance(opened, socket.socket):
        with suppress(OSError):
            opened.shutdown(socket.SHUT_RDWR)


def _tls_context(options: MqttOptions) -> ssl.SSLContext | None:
    if not any(broker(url)[3] for url in options.url):
        return None
    try:
        return ssl.create_default_context(cafile=options.ca)
    except (ssl.SSLError, OSError) as error:
        raise ConfigurationError(f"mqtt.ca: {options.ca} holds no certificate: {error}") from error
