"""The built-in broker as paho sees it."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Iterator
from contextlib import contextmanager

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.unit.simulators.processes import simulator

_DEADLINE_S = 10.0


class _Party:
    """A paho client whose subscriptions and messages can be waited for."""

    def __init__(self, name: str, port: int) -> None:
        self.client = Client(
            CallbackAPIVersion.VERSION2, client_id=name, protocol=MQTTProtocolVersion.MQTTv311
        )
        self.inbox: queue.Queue[MQTTMessage] = queue.Queue()
        self.subscribed: queue.Queue[int] = queue.Queue()
        self.connected: queue.Queue[object] = queue.Queue()
        self.client.on_message = lambda *event: self.inbox.put(event[2])
        self.client.on_subscribe = lambda *event: self.subscribed.put(event[2])
        self.client.on_connect = lambda *event: self.connected.put(event[3])
        self._port = port

    @contextmanager
    def talking(self) -> Iterator[_Party]:
        self.client.connect("127.0.0.1", self._port)
        self.client.loop_start()
        try:
            assert self.connected.get(timeout=_DEADLINE_S) == 0
            yield self
        finally:
            self.client.disconnect()
            self.client.loop_stop()

    def listen(self, topic: str) -> None:
        self.client.subscribe(topic, qos=1)
        self.subscribed.get(timeout=_DEADLINE_S)

    def hear(self, topic: str) -> MQTTMessage:
        """Return the next message on a topic; amqtt sends a newcomer retained ones that only others asked for."""
        while (message := self.inbox.get(timeout=_DEADLINE_S)).topic != topic:
            pass
        return message


def _deliver_and_acknowledge(port: int) -> None:
    with _Party("listener", port).talking() as listener, _Party("speaker", port).talking() as speaker:
        listener.listen("edge/#")
        sent = [speaker.client.publish("edge/data", f"{n}".encode(), qos=1) for n in range(100)]
        for info in sent:
            info.wait_for_publish(_DEADLINE_S)
            assert info.is_published()
        heard = [listener.hear("edge/data") for _ in range(100)]
        assert [message.payload for message in heard] == [f"{n}".encode() for n in range(100)]
        assert {message.qos for message in heard} == {1}


def _keep_retained(port: int) -> None:
    with _Party("speaker", port).talking() as speaker:
        for payload in (b"old", b"new"):
            speaker.client.publish("edge/status", payload, qos=1, retain=True).wait_for_publish(_DEADLINE_S)
    with _Party("latecomer", port).talking() as late:
        late.listen("edge/status")
        message = late.hear("edge/status")
        assert (message.payload, message.retain) == (b"new", True)


def _announce_a_death(port: int) -> None:
    with _Party("mourner", port).talking() as listener:
        listener.listen("edge/will")
        dying = _Party("dying", port)
        dying.client.will_set("edge/will", b"gone", qos=1, retain=True)
        dying.client.connect("127.0.0.1", port)
        dying.client.loop_start()
        assert dying.connected.get(timeout=_DEADLINE_S) == 0
        dying.client.loop_stop()
        socket = dying.client.socket()
        assert socket is not None
        socket.close()
        assert listener.hear("edge/will").payload == b"gone"


async def test_it_does_what_the_demo_needs() -> None:
    """QoS 1 both ways, retained messages, and the will of a client that vanishes; it ends with its stdin."""
    async with simulator("broker") as broker:
        for check in (_deliver_and_acknowledge, _keep_retained, _announce_a_death):
            await asyncio.to_thread(check, broker.ports["mqtt"])
        assert await broker.end() == (0, "")
