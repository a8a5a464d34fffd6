"""From Frame to PUBACK: what the node's stages cost per tag, beside a bare loop that only formats, zips, commits and publishes.

Run as `python -m benchmarks.pipeline [TAGS_PER_S ...]`; needs mosquitto. The node's process is pinned to the first core,
broker and this one to the last. All values change in each scan; quality and change detection are on.
"""

from __future__ import annotations

import asyncio
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.clock import SystemClock
from edge.messages import topics
from edge.messages.schema import Stream
from edge.model.calendar import Calendar
from edge.model.frame import Frame, Quality
from edge.model.plant import Device, Plant
from edge.model.tag import Tag
from edge.mqtt.client import MqttClient
from edge.mqtt.options import MqttOptions
from edge.outbox.collector import Collector
from edge.outbox.forwarder import Forwarder
from edge.outbox.options import OutboxOptions
from edge.outbox.worker import OutboxThread
from edge.processing.pipeline import Pipeline
from tests.servers import mosquitto_server

ROUNDS, ROUND_S = 5, 4.0
DEVICE_TAGS, SCAN_S = 1000, 1.0
IMAGES = 16


class Load:
    """Frames of devices that are scanned once a second, evenly spread, with values that all change."""

    def __init__(self, tags_per_s: int) -> None:
        rng = random.Random(1)
        self.devices = max(tags_per_s // DEVICE_TAGS, 1)
        names = tuple(f"value_{at}" for at in range(min(tags_per_s, DEVICE_TAGS)))
        self.tags = [names for _ in range(self.devices)]
        self._images = [[round(rng.uniform(0, 100), 3) for _ in names] for _ in range(IMAGES)]
        self._good = [int(Quality.GOOD)] * len(names)
        self.plant = Plant(
            "e",
            "s",
            "l",
            _calendar(),
            tuple(Device(f"d{at}", _tags(names), SCAN_S) for at in range(self.devices)),
        )

    def frame(self, turn: int, now: int) -> Frame:
        """Return the next frame."""
        device, image = turn % self.devices, (turn // self.devices) % IMAGES
        return Frame(f"d{device}", self.tags[device], self._images[image], self._good, now)


async def measure(tags_per_s: int, folder: Path, port: int) -> list[float]:
    """Run the stages at a rate; return the share of a core of each round."""
    load, clock = Load(tags_per_s), SystemClock()
    options = MqttOptions(url=(f"mqtt://127.0.0.1:{port}",), window=64)
    async with OutboxThread(folder / "outbox.db", "n", OutboxOptions(min_free="1MB")) as outbox:
        published = 0
        pipeline = Pipeline(load.plant, {})
        node = topics.NodeTopics("s", "n")

        async def connected() -> None:
            forwarder.connected()

        async def publish(stream: Stream, payload: bytes) -> None:
            await mqtt.publish(node.data(stream), payload)
            nonlocal published
            published += len(payload)

        async def acknowledge() -> None:
            # In the host's place: what has its PUBACK is stored.
            while True:
                await asyncio.sleep(1.0)
                for stream in Stream:
                    await outbox.acknowledge(stream, [(0, outbox.newest(stream) - 8)])

        mqtt = MqttClient(options, "bench", clean=True, on_connect=connected)
        forwarder = Forwarder(outbox, publish, lambda: mqtt.window, 600.0, clock)
        collector = Collector(outbox, pipeline.changes, forwarder.wake, clock)
        shares: list[float] = []
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(each)
                for each in (mqtt.run(), forwarder.run(), collector.run(), acknowledge())
            ]
            while not mqtt.connected:
                await asyncio.sleep(0.05)
            turn = await _scan(load, pipeline, collector, clock, 0, 2.0)
            for _ in range(ROUNDS):
                cpu, begun = time.process_time(), time.perf_counter()
                turn = await _scan(load, pipeline, collector, clock, turn, ROUND_S)
                shares.append((time.process_time() - cpu) / (time.perf_counter() - begun))
            await collector.flush()
            made = sum(tally.acquired for tally in (await outbox.tallies()).values())
            assert made >= turn * len(load.tags[0]), f"{made} points of {turn} frames: not all has changed"
            assert published > made, "not everything has its PUBACK"
            for task in tasks:
                task.cancel()
    return shares


async def _scan(
    load: Load, pipeline: Pipeline, collector: Collector, clock: SystemClock, turn: int, seconds: float
) -> int:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for at in range(int(seconds * load.devices / SCAN_S)):
        await asyncio.sleep(max(begun + at * SCAN_S / load.devices - loop.time(), 0))
        await collector.add(pipeline.process(load.frame(turn, clock.now())))
        turn += 1
    late = loop.time() - begun - seconds
    assert late < 0.1 * seconds, f"cannot keep up: {late:.1f} s late"
    return turn


def _tags(names: tuple[str, ...]) -> tuple[Tag, ...]:
    return tuple(Tag(name) for name in names)


def _calendar() -> Calendar:
    return Calendar(ZoneInfo("Asia/Shanghai"))


def main(words: Sequence[str]) -> None:
    """Measure each rate and print a line; pins the process, and unpins it at the end."""
    cores = sorted(os.sched_getaffinity(0))
    rates = [int(word.replace(",", "")) for word in words] or [10_000, 100_000]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.sched_setaffinity(0, {cores[-1]})
        broker = mosquitto_server(folder)
        broker.start()
        os.sched_setaffinity(0, {cores[0]})
        print(f"the node's stages pinned to core {cores[0]}, the broker to core {cores[-1]}")
        try:
            for rate in rates:
                (folder / str(rate)).mkdir()
                shares = asyncio.run(measure(rate, folder / str(rate), broker.port))
                memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                print(
                    f"{rate:,} tags/s: {min(shares):.3f} / {statistics.median(shares):.3f} / {max(shares):.3f} of a core"
                    f" (min / median / max of {ROUNDS}), {1e6 * statistics.median(shares) / rate:.2f} µs a tag, {memory:.0f} MB"
                )
        finally:
            broker.stop()
            os.sched_setaffinity(0, cores)


if __name__ == "__main__":
    main(sys.argv[1:])
