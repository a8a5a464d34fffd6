"""One connection to a broker, QoS 1 throughout; the only file that knows paho.

paho calls back from its own thread; a `Link` brings every call into the event loop, and publishes from there only.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext, suppress
from functools import partial
from typing import Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from edge.errors import PublishRefusedError, TransientError
from edge.mqtt.message import Message, NobodyListensError, TakenOverError
from edge.mqtt.options import MqttOptions, broker

CONNECT_TIMEOUT_S = 5.0
SUBSCRIBE_TIMEOUT_S = 30.0
"""A replicated broker makes a consumer for each subscription; those of a kept session deliver meanwhile."""
PUBACK_TIMEOUT_S = 30.0
CLOSE_TIMEOUT_S = 2.0
KEEPALIVE_S = 20
SESSION_EXPIRY_S = 14 * 24 * 3600
"""How long a broker keeps a session of MQTT 5 for a client that is away; for 3.1.1 it is a setting of the broker."""
_QOS = 1
_NO_SUBSCRIBERS, _TAKEN_OVER = 0x10, 0x8E
_DEFAULT_RECEIVE_MAXIMUM = 65_535


class Link:
    """One paho client: one attempt to connect, and the connection if it comes about.

    Attributes:
        receive_maximum: how many messages the broker takes before it has acknowledged one of them.
    """

    def __init__(
        self, client: paho.Client, generation: int, receive: Callable[[Message], None], will: Message | None
    ) -> None:
        self._client = client
        self._generation = generation
        self._receive = receive
        self._will = will
        self._loop = asyncio.get_running_loop()
        self.receive_maximum = _DEFAULT_RECEIVE_MAXIMUM
        self._answers: dict[tuple[str, int], asyncio.Future[None]] = {}
        self._reason = ""
        self._taken_over = False
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
        client.on_unsubscribe = self._on_unsubscribe
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
            self._let_go()

    def _let_go(self) -> None:
        """Break the circle of client and callbacks: paho closes its sockets when the last reference goes."""
        client = self._client
        client.on_connect = client.on_connect_fail = client.on_disconnect = client.on_publish = None
        client.on_subscribe = client.on_unsubscribe = client.on_message = client.on_socket_open = None

    async def connected(self, url: str) -> None:
        """Wait for the broker's yes."""
        answer = self._expect("connect", 0)
        self._client.loop_start()
        await self._wait(answer, CONNECT_TIMEOUT_S, f"{url} does not answer")

    async def subscribe(self, filters: Mapping[str, int]) -> None:
        """Subscribe and wait for the broker's yes."""
        if filters:
            five = self._client.protocol == paho.MQTTv5
            wanted = [
                (topic_filter, SubscribeOptions(qos) if five else qos)
                for topic_filter, qos in filters.items()
            ]
            _, mid = self._client.subscribe(wanted)  # type: ignore[arg-type]  # a list of either kind
            if mid is None:
                raise TransientError("the connection was lost before the subscriptions")
            answer = self._expect("subscribe", mid)
            await self._wait(answer, SUBSCRIBE_TIMEOUT_S, "the broker does not answer to subscriptions")

    async def unsubscribe(self, filters: Collection[str]) -> None:
        """End subscriptions and wait for the broker's yes."""
        if filters:
            _, mid = self._client.unsubscribe(list(filters))
            if mid is None:
                raise TransientError("the connection was lost before the subscriptions ended")
            answer = self._expect("unsubscribe", mid)
            await self._wait(
                answer, SUBSCRIBE_TIMEOUT_S, "the broker does not answer to the end of subscriptions"
            )

    async def publish(self, topic: str, payload: bytes, *, retain: bool) -> None:
        """Publish and wait for the PUBACK."""
        if self._over.is_set():
            raise TransientError(self._reason)
        sent = self._client.publish(topic, payload, _QOS, retain)
        if sent.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise TransientError(f"not sent to the broker: {paho.error_string(sent.rc)}")
        with suppress(NobodyListensError) if retain else nullcontext():
            await self._wait(self._expect("publish", sent.mid), PUBACK_TIMEOUT_S, "no PUBACK from the broker")

    async def lost(self) -> None:
        """Wait for the end of the connection, which raises TransientError."""
        await self._over.wait()
        if self._taken_over:
            raise TakenOverError(self._reason)
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

    def _answer(
        self, what: str, mid: int, refusal: str = "", kind: type[TransientError] = TransientError
    ) -> None:
        answer = self._answers.pop((what, mid), None)
        if answer is None or answer.done():
            return
        if refusal:
            answer.set_exception(kind(refusal))
        else:
            answer.set_result(None)

    def _thread_ended(self, reason: str, *, taken_over: bool = False) -> None:
        self._taken_over = taken_over
        self._ended.set()
        self.end(reason)

    def _call(self, function: Callable[..., None], *args: object) -> None:
        """Call in the event loop; one that is closed by now needs no news."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function, *args)

    def _on_connect(
        self,
        _client: paho.Client,
        _data: object,
        _flags: object,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        self.receive_maximum = getattr(properties, "ReceiveMaximum", _DEFAULT_RECEIVE_MAXIMUM)
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
        taken_over = reason.value == _TAKEN_OVER
        self._call(partial(self._thread_ended, f"the connection was lost: {reason}", taken_over=taken_over))

    def _on_publish(
        self, _client: paho.Client, _data: object, mid: int, reason: ReasonCode, _properties: Properties
    ) -> None:
        # "No matching subscribers" counts as success for MQTT; for us it is a message that nobody will store.
        refused = reason.is_failure or reason.value == _NO_SUBSCRIBERS
        refusal = f"{reason} (0x{reason.value:02X})" if refused else ""
        kind = PublishRefusedError if reason.is_failure else NobodyListensError
        self._call(self._answer, "publish", mid, refusal, kind)

    def _on_subscribe(
        self, _client: paho.Client, _data: object, mid: int, reasons: list[ReasonCode], _properties: object
    ) -> None:
        refused = any(reason.is_failure for reason in reasons)
        self._call(self._answer, "subscribe", mid, "the broker refuses our subscriptions" if refused else "")

    def _on_unsubscribe(
        self, _client: paho.Client, _data: object, mid: int, _reasons: object, _properties: object
    ) -> None:
        self._call(self._answer, "unsubscribe", mid)

    def _on_message(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        received = Message(
            message.topic, bytes(message.payload), message.retain, self._generation, message.mid
        )
        self._call(self._receive, received)


def _shut(opened: object) -> None:
    if isinstance(opened, socket.socket):
        with suppress(OSError):
            opened.shutdown(socket.SHUT_RDWR)


def new_paho(
    options: MqttOptions,
    url: str,
    client_id: str,
    tls: ssl.SSLContext | None,
    *,
    clean: bool,
    will: Message | None,
) -> paho.Client:
    """Return a client that is about to connect."""
    host, port, user, secure = broker(url)
    five = options.version == "5"
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id,
        clean_session=None if five else clean,
        protocol=paho.MQTTv5 if five else paho.MQTTv311,
        reconnect_on_failure=False,
        manual_ack=True,
    )
    client.connect_timeout = CONNECT_TIMEOUT_S
    client.max_inflight_messages_set(options.window)
    if user is not None:
        client.username_pw_set(user, options.password.get_secret_value() if options.password else None)
    if secure and tls is not None:
        client.tls_set_context(tls)
    if will is not None:
        client.will_set(will.topic, will.payload, _QOS, will.retain)
    if five:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = 0 if clean else SESSION_EXPIRY_S
        client.connect_async(host, port, KEEPALIVE_S, clean_start=clean, properties=properties)
    else:
        client.connect_async(host, port, KEEPALIVE_S)
    return client
