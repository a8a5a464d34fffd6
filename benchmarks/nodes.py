"""What a fleet of nodes costs: CPU per tag of broker, ingest workers and database, from 3 nodes to 24.

Run as `python -m benchmarks.nodes [mosquitto|nats]`; needs mosquitto (or three nats-servers that are one) and influxd. The nodes,
500 tags a second each, are this process and pinned to the last core; everything else to the first.
"""

from __future__ import annotations

import asyncio
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import structlog

from benchmarks.processes import cpu_s
from tests.servers import influxd_server
from tests.system.fleet.brokers import brokers
from tests.system.fleet.node import LoadNode
from tests.system.fleet.workers import worker

SIZES, TAGS, WORKERS = (3, 12, 24), 500, 3
ROUNDS, ROUND_S, WARM_UP_S = 5, 4.0, 5.0
STORED_DEADLINE_S = 60.0
PARTS = ("broker", "workers", "database", "nodes")


async def measure(kind: str, size: int, folder: Path) -> Sequence[Mapping[str, float]]:
    """Run a fleet; return the µs of CPU a tag of each part, a round each."""
    cores = sorted(os.sched_getaffinity(0))
    async with AsyncExitStack() as stack:
        os.sched_setaffinity(0, {cores[0]})
        stack.callback(os.sched_setaffinity, 0, cores)
        servers, database = brokers(kind, folder), influxd_server(folder)
        for server in (*servers, database):
            stack.push_async_callback(asyncio.to_thread, server.stop)
        await asyncio.gather(*(asyncio.to_thread(server.start) for server in (*servers, database)))
        urls = [f"mqtt://127.0.0.1:{server.port}" for server in servers]
        workers = [
            worker(number, WORKERS, folder, urls, database, "bench") for number in range(1, WORKERS + 1)
        ]
        for process in workers:
            stack.push_async_callback(process.kill)
            await process.start()
        os.sched_setaffinity(0, {cores[-1]})

        nodes = [
            LoadNode(f"n{number}", folder, urls[number % len(urls) :] + urls[: number % len(urls)], TAGS)
            for number in range(size)
        ]
        running = [asyncio.create_task(node.run(), name=node.name) for node in nodes]
        stack.push_async_callback(_end, running)
        await asyncio.sleep(WARM_UP_S)
        pids = {
            "broker": [server.pid for server in servers],
            "workers": [process.pid for process in workers],
            "database": [database.pid],
            "nodes": [os.getpid()],
        }
        rounds = []
        for _ in range(ROUNDS):
            before, made = _cpu(pids), sum(node.values for node in nodes)
            await asyncio.sleep(ROUND_S)
            tags = sum(node.values for node in nodes) - made
            rounds.append({part: 1e6 * (after - before[part]) / tags for part, after in _cpu(pids).items()})
        await _stored(nodes)
    return rounds


def _cpu(pids: Mapping[str, Sequence[int]]) -> dict[str, float]:
    return {part: sum(map(cpu_s, each)) for part, each in pids.items()}


async def _stored(nodes: Sequence[LoadNode]) -> None:
    """Wait until everything is acknowledged: a fleet that falls behind has no figure."""
    for node in nodes:
        node.stop_producing()
    deadline = time.monotonic() + STORED_DEADLINE_S
    while any([await node.waiting() for node in nodes]):
        assert time.monotonic() < deadline, "the fleet falls behind"
        await asyncio.sleep(0.1)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def main(words: Sequence[str]) -> None:
    """Measure each size and print a line a part."""
    (kind,) = words or ("mosquitto",)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    cores = sorted(os.sched_getaffinity(0))
    print(
        f"nodes: pinned to core {cores[-1]}; {kind}, {WORKERS} ingest workers and InfluxDB to core {cores[0]};"
        f" µs of CPU a tag, min / median / max of {ROUNDS}"
    )
    for size in SIZES:
        with tempfile.TemporaryDirectory() as name:
            rounds = asyncio.run(measure(kind, size, Path(name)))
        texts = []
        for part in PARTS:
            values = [each[part] for each in rounds]
            texts.append(f"{part} {min(values):.1f} / {statistics.median(values):.1f} / {max(values):.1f}")
        print(f"{size:2} nodes, {size * TAGS:,} tags/s: {'; '.join(texts)}")


if __name__ == "__main__":
    main(sys.argv[1:])
