"""The whole way of a batch: through a real broker into a real file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from edge.backoff import Backoff
from edge.clock import SystemClock
from edge.errors import TransientError
from edge.historian.base import Aggregate, Query
from edge.historian.embedded import EmbeddedHistorian
from edge.ingest.dead_letters import DeadLetters
from edge.ingest.worker import IngestWorker
from edge.messages import acknowledgement, topics
from edge.mqtt.client import MqttClient
from edge.mqtt.options import MqttOptions
from tests.servers import Server
from tests.unit.ingest.test_worker import ACK, DATA, DEADLINE_S, count, message


class Node:
    """A node in small: publishes every batch again until its acknowledgement covers it."""

    def __init__(self, url: str, payloads: dict[int, bytes]) -> None:
        self.open = dict(payloads)
        self._mqtt = MqttClient(
            MqttOptions(url=(url,)), "node", clean=True, backoff=Backoff(0.02, 0.1), on_connect=self._send
        )
        self._mqtt.subscribe(ACK)

    async def run(self) -> None:
        """Run until everything is acknowledged."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._mqtt.run()), group.create_task(self._resend())]
            async for said in self._mqtt.messages():
                known = acknowledgement.decode(said.payload)
                self.open = {seq: payload for seq, payload in self.open.items() if seq not in known}
                self._mqtt.ack(said)
                if not self.open:
                    break
            for task in tasks:
                task.cancel()

    async def _send(self) -> None:
        for payload in list(self.open.values()):
            await self._mqtt.publish(DATA, payload)

    async def _resend(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            try:
                await self._send()
            except TransientError:
                continue


@asynccontextmanager
async def host(url: str, folder: Path) -> AsyncIterator[EmbeddedHistorian]:
    """Run ingest with the embedded historian, as the host does."""
    mqtt = MqttClient(MqttOptions(url=(url,)), "host", clean=False, backoff=Backoff(0.02, 0.1))
    mqtt.subscribe(topics.data_filter("aikou"))
    with DeadLetters(folder / "dead.db") as letters:
        async with EmbeddedHistorian(folder / "historian.db") as historian, asyncio.TaskGroup() as group:
            worker = IngestWorker("aikou", historian, mqtt, letters, SystemClock())
            tasks = [group.create_task(mqtt.run()), group.create_task(worker.run())]
            yield historian
            for task in tasks:
                task.cancel()


async def test_through_a_broker_that_dies_into_a_file(mosquitto: Server, tmp_path: Path) -> None:
    """Broker killed, host restarted, one bad line in each tenth batch: every good line is stored once, all is told."""
    url = f"mqtt://127.0.0.1:{mosquitto.port}"
    batches = {
        seq: message(
            seq, *(count(1, seq * 100 + at) for at in range(20)), *(["bad"] * (seq % 10 == 0))
        ).payload
        for seq in range(1, 101)
    }
    node = Node(url, batches)
    async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
        sending = group.create_task(node.run())
        async with host(url, tmp_path):
            while len(node.open) > 80:
                await asyncio.sleep(0)
            await asyncio.to_thread(mosquitto.kill)
            await asyncio.to_thread(mosquitto.start)
        async with host(url, tmp_path) as historian:
            await sending
            (row,) = await historian.query(Query("count", "n", Aggregate.SUM, 0, 10**9))

    assert row.value == 100 * 20
    with DeadLetters(tmp_path / "dead.db") as letters:
        assert [letter.payload for letter in letters.list()] == [b"bad"]
