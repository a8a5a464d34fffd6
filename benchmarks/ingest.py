"""What ingest adds to a database's own work, and how long a value takes to be queryable.

Run as `python -m benchmarks.ingest`; needs mosquitto and influxd. This process is pinned to the last core, the servers to
the first. The same batches go into InfluxDB by a bare loop that posts their lines, and by the ingest worker that unpacks,
checks, writes and acknowledges them.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import urllib3

from edge.clock import SystemClock
from edge.historian.influxdb import InfluxHistorian
from edge.historian.options import InfluxOptions
from edge.ingest.dead_letters import DeadLetters
from edge.ingest.options import IngestOptions
from edge.ingest.worker import IngestWorker
from edge.messages import batch, topics
from edge.messages.schema import Stream
from edge.mqtt.client import MqttClient
from edge.mqtt.message import Message
from edge.mqtt.options import MqttOptions
from tests.servers import Server, influxd_server, mosquitto_server
from tests.system.fleet.node import SITE, LoadNode

ROUNDS, BATCHES, LINES = 5, 100, 5000
LATENCY_S = 12.0
RATES = (1_000, 10_000)
_TOPIC = topics.NodeTopics(SITE, "n").data(Stream.TREND)


@dataclass
class Deliveries:
    """Batches that are there already, in a broker's place."""

    waiting: list[Message]

    async def messages(self) -> AsyncIterator[Message]:
        """Yield what waits."""
        while self.waiting:
            yield self.waiting.pop()
        await asyncio.Event().wait()

    def take(self, limit: int) -> Sequence[Message]:
        """Return what waits."""
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return taken

    def ack(self, message: Message) -> None:
        """Do nothing."""

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Do nothing."""


def batches(seed: int) -> list[list[str]]:
    """Return batches of values that all differ."""
    rng, begin = random.Random(seed), 1_790_000_000_000_000_000 + seed * 10**12
    return [
        [
            f"tag,device=d{at % 20},line=l,site={SITE},tag=value_{at % 500} v={rng.random():.6f},q=192i"
            f" {begin + number * 10**9 + at}"
            for at in range(LINES)
        ]
        for number in range(BATCHES)
    ]


def post_bare(port: int, parts: Sequence[list[str]]) -> float:
    """Post the lines, one batch a request; return points per second."""
    bodies = ["\n".join(lines).encode() for lines in parts]
    with urllib3.PoolManager() as http:
        begun = time.perf_counter()
        for body in bodies:
            status = http.request(
                "POST", f"http://127.0.0.1:{port}/write?db=bench&precision=ns", body=body
            ).status
            assert status == 204
        return BATCHES * LINES / (time.perf_counter() - begun)


async def ingest(port: int, parts: Sequence[list[str]], folder: Path) -> float:
    """Let the worker take the same batches; return points per second."""
    headers = (batch.Header("n", "e", seq, LINES, 0, 0) for seq in range(1, BATCHES + 1))
    messages = [
        Message(_TOPIC, batch.encode(header, lines)) for header, lines in zip(headers, parts, strict=True)
    ]
    options = InfluxOptions(kind="influxdb", url=f"http://127.0.0.1:{port}", database="bench")
    with DeadLetters(folder / "dead.db") as letters:
        async with InfluxHistorian(options) as historian:
            worker = IngestWorker(
                SITE, historian, Deliveries(messages), letters, SystemClock(), options=IngestOptions()
            )
            task, begun = asyncio.create_task(worker.run()), time.perf_counter()
            while worker.counters.points < BATCHES * LINES:
                await asyncio.sleep(0.002)
            took = time.perf_counter() - begun
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    return BATCHES * LINES / took


async def latency(rate: int, broker: int, database: int, folder: Path) -> list[float]:
    """Return the s from each batch's last value to the end of its write, of a node and a worker on one core."""
    url = f"mqtt://127.0.0.1:{broker}"
    node = LoadNode(f"lat{rate}", folder, [url], rate)
    mqtt = MqttClient(MqttOptions(url=(url,)), f"host{rate}", clean=False)
    mqtt.subscribe(topics.node_filter(SITE, node.name))
    options = InfluxOptions(kind="influxdb", url=f"http://127.0.0.1:{database}", database="bench")
    with DeadLetters(folder / f"dead{rate}.db") as letters:
        async with InfluxHistorian(options) as historian, asyncio.TaskGroup() as group:
            worker = IngestWorker(SITE, historian, mqtt, letters, SystemClock())
            tasks = [group.create_task(each) for each in (mqtt.run(), worker.run(), node.run())]
            await asyncio.sleep(2.0)
            worker.counters.lags.clear()
            await asyncio.sleep(LATENCY_S)
            lags = list(worker.counters.lags)
            for task in tasks:
                task.cancel()
    return lags


def _start(server: Server, core: int, here: int) -> None:
    os.sched_setaffinity(0, {core})
    server.start()
    os.sched_setaffinity(0, {here})


def main() -> None:
    """Measure and print."""
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker, database = mosquitto_server(folder), influxd_server(folder)
        for server in (broker, database):
            _start(server, cores[0], cores[-1])
        print(f"servers pinned to core {cores[0]}, ingest and the bare loop to core {cores[-1]}")
        try:
            with urllib3.PoolManager() as http:
                http.request("POST", f"http://127.0.0.1:{database.port}/query?q=CREATE+DATABASE+bench")
            bare, ours = [], []
            for seed in range(ROUNDS):
                bare.append(post_bare(database.port, batches(2 * seed)))
                ours.append(asyncio.run(ingest(database.port, batches(2 * seed + 1), folder)))
            ratios = [one / other for one, other in zip(ours, bare, strict=True)]
            for title, values in (
                ("bare, points/s", bare),
                ("ingest, points/s", ours),
                ("ingest × bare", ratios),
            ):
                print(f"{title}: {min(values):,.2f} / {statistics.median(values):,.2f} / {max(values):,.2f}")
            for rate in RATES:
                lags = asyncio.run(latency(rate, broker.port, database.port, folder))
                p99 = statistics.quantiles(lags, n=100)[98]
                print(
                    f"{rate:,} tags/s: change to queryable p50 {statistics.median(lags):.3f} s, p99 {p99:.3f} s"
                )
        finally:
            broker.stop()
            database.stop()
            os.sched_setaffinity(0, cores)


if __name__ == "__main__":
    main()
