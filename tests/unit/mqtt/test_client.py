"""The client against a real mosquitto: what is delivered, what is delivered again, and how it ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from edge.backoff import Backoff
from edge.errors import ConfigurationError, TransientError
from edge.mqtt import client as mqtt_client
from edge.mqtt import link as mqtt_link
from edge.mqtt.client import MqttClient
from edge.mqtt.message import Message
from edge.mqtt.options import MqttOptions
from tests.servers import Server, mosquitto_server

DEADLINE_S = 20.0
TOPIC = "edge/v1/aikou/n1/data/ledger"


async def nothing() -> None:
    """Do nothing."""


class Connects:
    """Counts connects and lets a test wait for the next one."""

    def __init__(self) -> None:
        self.count = 0
        self._changed = asyncio.Condition()

    async def __call__(self) -> None:
        """Count one more."""
        async with self._changed:
            self.count += 1
            self._changed.notify_all()

    async def reached(self, count: int) -> None:
        """Wait for the connect of this number."""
        async with asyncio.timeout(DEADLINE_S), self._changed:
            await self._changed.wait_for(lambda: self.count >= count)


def url(server: Server) -> str:
    """Return the url of a broker."""
    return f"mqtt://127.0.0.1:{server.port}"


def new_client(
    *urls: str,
    name: str = "a",
    clean: bool = True,
    will: Message | None = None,
    on_connect: Callable[[], Awaitable[None]] = nothing,
) -> MqttClient:
    """Return a client that is quick to come back."""
    options = MqttOptions(url=urls)
    backoff = Backoff(base=0.02, cap=0.1)
    return MqttClient(options, name, clean=clean, will=will, on_connect=on_connect, backoff=backoff)


@asynccontextmanager
async def running(client: MqttClient) -> AsyncIterator[MqttClient]:
    """Run a client for the length of a block."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(client.run(), name="mqtt")
        try:
            yield client
        finally:
            task.cancel()


async def publish(client: MqttClient, topic: str, payload: bytes, *, retain: bool = False) -> None:
    """Publish until it succeeds, as the outbox does."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            try:
                await client.publish(topic, payload, retain=retain)
            except TransientError:
                await asyncio.sleep(0)
            else:
                return


async def receive(client: MqttClient, count: int) -> list[Message]:
    """Return the next messages."""
    received: list[Message] = []
    async with asyncio.timeout(DEADLINE_S):
        async for message in client.messages():
            received.append(message)
            if len(received) == count:
                break
    return received


async def test_delivers_and_acknowledges(mosquitto: Server) -> None:
    """A published payload arrives as it is, and one that is acknowledged does not come again."""
    connects = Connects()
    host = new_client(url(mosquitto), name="host", clean=False, on_connect=connects)
    host.subscribe("edge/v1/aikou/+/data/+")
    async with running(new_client(url(mosquitto), name="node")) as node:
        async with running(host):
            await connects.reached(1)
            await publish(node, TOPIC, bytes(range(256)))
            (message,) = await receive(host, 1)
            host.ack(message)
        async with running(host):
            await connects.reached(2)
            await publish(node, TOPIC, b"next")
            (following,) = await receive(host, 1)

    assert (message.topic, message.payload, message.retain) == (TOPIC, bytes(range(256)), False)
    assert following.payload == b"next"


async def test_unacknowledged_comes_again_to_a_kept_session(mosquitto: Server) -> None:
    """A host that ends before it acknowledges gets the message again, in its next life too, and what came meanwhile."""
    connects = Connects()
    async with running(new_client(url(mosquitto), name="node")) as node:
        for life in range(2):
            host = new_client(url(mosquitto), name="host", clean=False, on_connect=connects)
            host.subscribe("edge/#")
            async with running(host):
                await connects.reached(life + 1)
                if life == 0:
                    await publish(node, TOPIC, b"1")
                received = await receive(host, life + 1)
            await publish(node, TOPIC, b"2")

    assert [message.payload for message in received] == [b"1", b"2"]


async def test_a_stale_acknowledgement_is_dropped(mosquitto: Server) -> None:
    """The number of an old connection's message acknowledges nothing on the new one."""
    connects = Connects()
    host = new_client(url(mosquitto), name="host", clean=False, on_connect=connects)
    host.subscribe("edge/#")
    async with running(new_client(url(mosquitto), name="node")) as node:
        async with running(host):
            await connects.reached(1)
            await publish(node, TOPIC, b"1")
            (stale,) = await receive(host, 1)
        async with running(host):
            (fresh,) = await receive(host, 1)
            host.ack(stale)
        async with running(host):
            (again,) = await receive(host, 1)

    assert (stale.mid, fresh.mid) == (again.mid, again.mid)
    assert (fresh.payload, again.payload) == (b"1", b"1")


async def test_broker_killed_in_the_middle_loses_nothing(mosquitto: Server) -> None:
    """Whatever was not confirmed is known to be unconfirmed, and after the restart everything gets through."""
    numbers = range(200)
    connects = Connects()
    host = new_client(url(mosquitto), name="host", on_connect=connects)
    host.subscribe("edge/#")
    arrived: set[int] = set()
    half = asyncio.Event()

    async def collect() -> None:
        async for message in host.messages():
            arrived.add(int(message.payload))
            host.ack(message)
            if len(arrived) >= len(numbers) // 2:
                half.set()
            if arrived == set(numbers):
                return

    async def send(node: MqttClient) -> None:
        # A PUBACK of a broker that is killed proves nothing, so what has not arrived is sent again.
        while arrived != set(numbers):
            for number in numbers:
                if number not in arrived:
                    await publish(node, TOPIC, b"%d" % number)

    async with running(host), running(new_client(url(mosquitto), name="node")) as node:
        await connects.reached(1)
        async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
            group.create_task(collect())
            group.create_task(send(node))
            await half.wait()
            await asyncio.to_thread(mosquitto.kill)
            await asyncio.to_thread(mosquitto.start)

    assert arrived == set(numbers)
    assert connects.count == 2


async def test_publish_without_a_broker_is_transient(mosquitto: Server) -> None:
    """While there is no connection nothing is published, and nothing is kept to be published later."""
    connects = Connects()
    mosquitto.stop()
    client = new_client(url(mosquitto), on_connect=connects)
    client.subscribe("edge/#")
    async with running(client):
        with pytest.raises(TransientError):
            await client.publish(TOPIC, b"too early")
        mosquitto.start()
        await connects.reached(1)
        await client.publish(TOPIC, b"now")
        (message,) = await receive(client, 1)

    assert message.payload == b"now"


async def test_publish_fails_when_the_connection_is_cut(mosquitto: Server) -> None:
    """A publisher that waits for its PUBACK hears of the end of the connection."""
    connects = Connects()
    client = new_client(url(mosquitto), on_connect=connects)
    async with running(client):
        await connects.reached(1)
        async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
            publishing = group.create_task(_publish_until_error(client))
            await asyncio.to_thread(mosquitto.kill)

    assert isinstance(publishing.result(), TransientError)


async def _publish_until_error(client: MqttClient) -> TransientError:
    while True:
        try:
            await client.publish(TOPIC, b"x")
        except TransientError as error:
            return error


async def test_retained_acknowledgement_is_there_at_connect(mosquitto: Server) -> None:
    """A node that connects later hears what was said before."""
    node = new_client(url(mosquitto), name="node")
    node.subscribe("edge/v1/aikou/n1/ack/+")
    async with running(new_client(url(mosquitto), name="host")) as host:
        await publish(host, "edge/v1/aikou/n1/ack/ledger", b"{}", retain=True)
        async with running(node):
            (message,) = await receive(node, 1)

    assert (message.payload, message.retain) == (b"{}", True)


async def test_will_is_seen_when_the_node_vanishes(mosquitto: Server) -> None:
    """The broker speaks for a node whose connection breaks off, and the node speaks again when it is back."""
    connects = Connects()
    node: MqttClient

    async def say_online() -> None:
        await node.publish("status", b"online", retain=True)

    will = Message("status", b"offline", retain=True)
    node = new_client(url(mosquitto), name="node", will=will, on_connect=say_online)
    watcher = new_client(url(mosquitto), name="watcher", on_connect=connects)
    watcher.subscribe("status")
    async with running(watcher):
        await connects.reached(1)
        async with running(node):
            heard = await receive(watcher, 1)
            # A second client of the same name throws the first one out, which is no orderly end.
            async with running(new_client(url(mosquitto), name="node")):
                heard += await receive(watcher, 1)

    assert [message.payload for message in heard] == [b"online", b"offline"]


async def test_an_orderly_end_says_the_last_word(mosquitto: Server) -> None:
    """A node that ends in order publishes its will itself."""
    connects = Connects()
    watcher = new_client(url(mosquitto), name="watcher", on_connect=connects)
    watcher.subscribe("status")
    node_connects = Connects()
    node = new_client(
        url(mosquitto), name="node", will=Message("status", b"offline", retain=True), on_connect=node_connects
    )
    async with running(watcher):
        await connects.reached(1)
        async with running(node):
            await node_connects.reached(1)
        (message,) = await receive(watcher, 1)

    assert message.payload == b"offline"


async def test_tries_the_next_broker(mosquitto: Server, tmp_path: Path) -> None:
    """Of several urls the one that answers is used, and another one when it goes away."""
    second = mosquitto_server(tmp_path)
    second.start()
    connects = Connects()
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        dead = f"mqtt://127.0.0.1:{bound.getsockname()[1]}"
        client = new_client(dead, url(mosquitto), url(second), on_connect=connects)
        async with running(client):
            await connects.reached(1)
            await asyncio.to_thread(mosquitto.stop)
            await connects.reached(2)
            await client.publish(TOPIC, b"x")
    second.stop()


async def test_a_mute_broker_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that accepts and says nothing does not hold the client, and closing takes no longer than it may."""
    monkeypatch.setattr(mqtt_link, "CONNECT_TIMEOUT_S", 0.2)
    accepted = asyncio.Queue[None]()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.put_nowait(None)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with asyncio.timeout(DEADLINE_S), running(new_client(f"mqtt://127.0.0.1:{port}")):
            for _ in range(2):
                await accepted.get()


async def test_a_missing_puback_ends_the_connection(
    mosquitto: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broker that takes a message and never confirms it is left, and connected to anew."""
    monkeypatch.setattr(mqtt_link, "PUBACK_TIMEOUT_S", 0.0)
    connects = Connects()
    client = new_client(url(mosquitto), on_connect=connects)
    async with running(client):
        await connects.reached(1)
        with pytest.raises(TransientError, match="PUBACK"):
            await client.publish(TOPIC, b"x")
        await connects.reached(2)


async def test_too_many_waiting_messages_are_left_with_the_broker(
    mosquitto: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the queue has no room for is not acknowledged, and comes when there is room."""
    monkeypatch.setattr(mqtt_client, "MAX_WAITING", 5)
    connects = Connects()
    host = new_client(url(mosquitto), name="host", clean=False, on_connect=connects)
    host.subscribe("edge/#")
    payloads = {b"%d" % number for number in range(12)}
    arrived: set[bytes] = set()
    async with running(host), running(new_client(url(mosquitto), name="node")) as node:
        await connects.reached(1)
        for payload in sorted(payloads):
            await publish(node, TOPIC, payload)
        async with asyncio.timeout(DEADLINE_S):
            async for message in host.messages():
                arrived.add(message.payload)
                host.ack(message)
                if arrived == payloads:
                    break


async def test_a_refused_client_keeps_trying(tmp_path: Path) -> None:
    """A broker that wants a password refuses us without an end of the program."""
    server = mosquitto_server(tmp_path, "allow_anonymous false")
    server.start()
    async with asyncio.timeout(DEADLINE_S), running(new_client(url(server))) as client:
        while server.output().count("not authorised") < 2:
            await asyncio.sleep(0)
        assert not client.connected
    server.stop()


def test_a_ca_without_certificate_is_a_configuration_error(tmp_path: Path) -> None:
    """A wrong file is said at the start, not at each attempt to connect."""
    file = tmp_path / "ca.pem"
    file.write_text("no certificate")
    with pytest.raises(ConfigurationError, match=r"ca\.pem"):
        MqttClient(MqttOptions(url=("mqtts://127.0.0.1",), ca=file), "a", clean=True)
