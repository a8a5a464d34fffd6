"""A fleet of nodes, one broker or three, three ingest workers: whatever is killed, nothing is lost and shares are even.

`make fleet SECONDS=180` is the long form: 24 nodes × 500 tags.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from edge.errors import TransientError
from edge.historian.base import Aggregate, Query
from edge.historian.influxdb import InfluxHistorian
from edge.historian.options import InfluxOptions
from tests.servers import Server
from tests.system.chaos.plant import Process
from tests.system.fleet.bare import BareProbe
from tests.system.fleet.brokers import brokers
from tests.system.fleet.node import LoadNode
from tests.system.fleet.workers import worker
from tests.system.programs import POLL_S

SECONDS = float(os.environ.get("FLEET_SECONDS", "12"))
LONG = SECONDS > 60
NODES, TAGS = (24, 500) if LONG else (6, 100)
KILL_EVERY_S = {"mosquitto": 10.0 if LONG else 4.0, "nats": 10.0}
WORKERS = 3
SETTLE_S = 90.0 if LONG else 45.0
MAX_PAUSE_S = 10.0 if LONG else SETTLE_S
"""Without a broker; the suite runs beside other tests, so only the long form means anything."""


@pytest.mark.timeout(SECONDS + 150)
@pytest.mark.parametrize("kind", ["mosquitto", "nats"])
async def test_a_fleet_loses_nothing(kind: str, influxd: Server, tmp_path: Path) -> None:
    """With mosquitto a worker is killed again and again, with nats a broker: made = stored for each node."""
    database = f"t{uuid.uuid4().hex}"
    async with AsyncExitStack() as stack:
        servers = brokers(kind, tmp_path)
        for server in servers:
            stack.push_async_callback(asyncio.to_thread, server.stop)
        await asyncio.gather(*(asyncio.to_thread(server.start) for server in servers))
        urls = [f"mqtt://127.0.0.1:{server.port}" for server in servers]
        workers = [
            worker(number, WORKERS, tmp_path, urls, influxd, database) for number in range(1, WORKERS + 1)
        ]
        for process in workers:
            stack.push_async_callback(process.kill)
            await process.start()
        nodes = [
            LoadNode(f"n{number}", tmp_path, urls[number % len(urls) :] + urls[: number % len(urls)], TAGS)
            for number in range(NODES)
        ]
        running = [asyncio.create_task(node.run(), name=node.name) for node in nodes]
        probe = BareProbe(urls)
        running.append(asyncio.create_task(probe.run(), name="bare"))
        stack.push_async_callback(_end, running)

        await _first_stored(influxd, database)
        for node in nodes:
            node.longest_pause = 0.0
        probe.begin()
        kills = await _disturb(kind, servers, workers)
        bare = probe.longest_pause
        for node in nodes:
            node.stop_producing()
        await _settle(nodes, running)
        made = {node.name: node.made for node in nodes}
        values = sum(node.values for node in nodes)
        pause = max(node.longest_pause for node in nodes)
        print(
            f"{kind}: {NODES} nodes, {values} values, {kills} kills, longest pause {pause:.1f} s, of bare paho {bare:.1f} s"
        )
        assert await _sums(influxd, database) == made
        assert await _values(influxd, database) == values
        shares = [_share(tmp_path / f"worker-{number}.log") for number in range(1, WORKERS + 1)]
        assert shares == [NODES // WORKERS] * WORKERS
        # What the broker's own elections cost is not ours; docs/broker-cluster.md says how long they take.
        assert pause < max(MAX_PAUSE_S, bare) or kind == "mosquitto"


async def _disturb(kind: str, servers: Sequence[Server], workers: Sequence[Process]) -> int:
    loop = asyncio.get_running_loop()
    end, kills = loop.time() + SECONDS, 0
    while loop.time() < end:
        await asyncio.sleep(KILL_EVERY_S[kind])
        if kind == "nats":
            victim = servers[kills % len(servers)]
            await asyncio.to_thread(victim.kill)
            await asyncio.sleep(1.0)
            await asyncio.to_thread(victim.start)
        else:
            await workers[kills % len(workers)].kill()
            await workers[kills % len(workers)].start()
        kills += 1
    return kills


async def _settle(nodes: Sequence[LoadNode], running: Sequence[asyncio.Task[None]]) -> None:
    async with asyncio.timeout(SETTLE_S):
        while any([await node.waiting() for node in nodes]):
            assert not any(task.done() for task in running)
            await asyncio.sleep(POLL_S)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def _historian(server: Server, database: str) -> InfluxHistorian:
    return InfluxHistorian(
        InfluxOptions(kind="influxdb", url=f"http://127.0.0.1:{server.port}", database=database)
    )


async def _first_stored(server: Server, database: str) -> None:
    async with asyncio.timeout(SETTLE_S), _historian(server, database) as historian:
        query = Query("count", "n", Aggregate.COUNT, 0, 2**62, group_by=("device",))
        while True:
            try:
                if len(await historian.query(query)) == NODES:
                    return
            except TransientError:
                pass
            await asyncio.sleep(POLL_S)


async def _sums(server: Server, database: str) -> dict[str, int]:
    async with _historian(server, database) as historian:
        rows = await historian.query(Query("count", "n", Aggregate.SUM, 0, 2**62, group_by=("device",)))
    return {row.tags["device"]: int(row.value) for row in rows}


async def _values(server: Server, database: str) -> int:
    async with _historian(server, database) as historian:
        (row,) = await historian.query(Query("tag", "v", Aggregate.COUNT, 0, 2**62))
    return int(row.value)


def _share(log: Path) -> int:
    """Return how many nodes a worker said last that it has."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if "nodes of this worker" in line]
    return int(lines[-1].rpartition("nodes=")[2].split()[0])
