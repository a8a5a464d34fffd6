"""Subscribing to OPC UA: our driver up to the Frame, and asyncua's own subscription with a handler that does nothing.

Run as `python -m benchmarks.opcua`; takes about a minute. Each contestant in turn watches 5,000 items of one server, each
of which changes once a second; what is compared is the CPU time of this process for a change.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from asyncua import ua
from asyncua.client.client import Client
from asyncua.common.node import Node
from asyncua.ua.attribute_ids import AttributeIds
from rich.console import Console
from rich.table import Table

from benchmarks.opcua_server import NAMESPACE
from benchmarks.processes import start
from edge.clock import SystemClock
from edge.drivers.opcua.address import NodeAddress, OpcuaTag, Policy, Security, Server
from edge.drivers.opcua.driver import OpcuaDriver
from edge.drivers.opcua.pki import Pki
from edge.model.frame import Frame
from edge.model.tag import Tag

ITEMS = 5000
ROUNDS = 5
SETTLE_S, MEASURE_S = 2.0, 4.0
LIMIT_US, LIMIT_SHARE = 2.0, 15.0
"""What is promised: of our own CPU for a change beyond the do-nothing handler, and of a core at 5,000 changes/s."""
OURS, HANDLER, CALLBACK = "chili-edge", "asyncua, do-nothing handler", "asyncua, bare callback"

Count = Callable[[], int]
Contestant = Callable[[str], AbstractAsyncContextManager[Count]]
"""Watches the items of a server and counts the changes that came."""


def main() -> None:
    """Measure and print one table."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    print(f"server pinned to core {cores[0]}, all clients to core {cores[-1]}")
    cost, speed = asyncio.run(_measure(cores[0]))
    table = Table(f"{ITEMS:,} items that change once a second", *_CONTESTANTS)
    table.add_row("changes/s that came", *(_spread(speed[name]) for name in _CONTESTANTS))
    table.add_row("µs of CPU a change", *(_spread(cost[name]) for name in _CONTESTANTS))
    share = {name: [us * ITEMS / 1e4 for us in cost[name]] for name in _CONTESTANTS}
    table.add_row(f"% of a core at {ITEMS:,}/s", *(_spread(share[name]) for name in _CONTESTANTS))
    table.add_row(
        "changes/s that fill a core", *(_spread([1e6 / us for us in cost[name]]) for name in _CONTESTANTS)
    )
    Console(width=150).print(table)
    own = [mine - other for mine, other in zip(cost[OURS], cost[HANDLER], strict=True)]
    bare = [mine - other for mine, other in zip(cost[OURS], cost[CALLBACK], strict=True)]
    print(f"ours beyond the do-nothing handler: {_spread(own)} µs a change (promised: {LIMIT_US:g} at most)")
    print(f"ours beyond a bare callback: {_spread(bare)} µs a change")
    print(f"{ITEMS:,} items at 1 s: {_spread(share[OURS])} % of a core (promised: below {LIMIT_SHARE:g})")
    print(f"{ROUNDS} interleaved rounds; min / median / max, differences of the pairs of one round")


async def _measure(core: int) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    cost: dict[str, list[float]] = {name: [] for name in _CONTESTANTS}
    speed: dict[str, list[float]] = {name: [] for name in _CONTESTANTS}
    async with start("benchmarks.opcua_server", str(ITEMS), core=core) as server:
        url = f"opc.tcp://127.0.0.1:{server.ports[0]}/"
        for _ in range(ROUNDS):
            for name, contestant in _CONTESTANTS.items():
                async with contestant(url) as count:
                    await asyncio.sleep(SETTLE_S)
                    before, cpu, begin = count(), _cpu_s(), time.perf_counter()
                    await asyncio.sleep(MEASURE_S)
                    changes = count() - before
                    if not changes:
                        raise SystemExit(
                            f"{name}: no change came within {SETTLE_S + MEASURE_S:g} s: is the machine busy?"
                        )
                    cost[name].append(1e6 * (_cpu_s() - cpu) / changes)
                    speed[name].append(changes / (time.perf_counter() - begin))
    return cost, speed


@asynccontextmanager
async def _ours(url: str) -> AsyncIterator[Count]:
    """Run the driver as the node does."""
    tags = tuple(
        OpcuaTag(Tag(f"t{number}"), NodeAddress(NAMESPACE, f"s=t{number}"), 1.0) for number in range(ITEMS)
    )
    changes = 0

    async def emit(frame: Frame) -> None:
        nonlocal changes
        changes += len(frame.values) if frame.times is not None else 0

    with tempfile.TemporaryDirectory() as folder:
        pki = Pki(Path(folder), "benchmark")
        driver = OpcuaDriver(Server("benchmark", url, tags, Security(Policy.NONE)), SystemClock(), pki)
        task = asyncio.create_task(driver.run(emit))
        try:
            yield lambda: changes
        finally:
            task.cancel()
            await asyncio.wait([task])


class _Nothing:
    """A handler as asyncua wants it, that only counts."""

    def __init__(self) -> None:
        self.changes = 0

    def datachange_notification(self, node: Node, val: object, data: object) -> None:  # noqa: ARG002 - asyncua's signature
        self.changes += 1


@asynccontextmanager
async def _handler(url: str) -> AsyncIterator[Count]:
    """Subscribe as asyncua's examples do."""
    async with Client(url) as client:
        index = await client.get_namespace_index(NAMESPACE)
        handler = _Nothing()
        subscription = await client.create_subscription(500, handler)
        nodes = [client.get_node(f"ns={index};s=t{number}") for number in range(ITEMS)]
        for first in range(0, ITEMS, 1000):
            await subscription.subscribe_data_change(
                nodes[first : first + 1000], sampling_interval=ua.Duration(1000)
            )
        yield lambda: handler.changes


@asynccontextmanager
async def _callback(url: str) -> AsyncIterator[Count]:
    """Take publish answers as they are decoded, without asyncua's subscription on top."""
    changes = 0

    def take(result: ua.PublishResult) -> None:
        nonlocal changes
        for notification in result.NotificationMessage.NotificationData or ():
            if isinstance(notification, ua.DataChangeNotification):
                changes += len(notification.MonitoredItems)

    async with Client(url) as client:
        index = await client.get_namespace_index(NAMESPACE)
        services = client.uaclient.session
        created = await services.create_subscription(
            ua.CreateSubscriptionParameters(
                RequestedPublishingInterval=500.0, RequestedLifetimeCount=100, RequestedMaxKeepAliveCount=10
            ),
            take,
        )
        for first in range(0, ITEMS, 1000):
            items = [_item(index, number) for number in range(first, first + 1000)]
            await services.create_monitored_items(
                ua.CreateMonitoredItemsParameters(created.SubscriptionId, ua.TimestampsToReturn.Both, items)
            )
        yield lambda: changes


def _item(index: int, number: int) -> ua.MonitoredItemCreateRequest:
    node = ua.NodeId(ua.String(f"t{number}"), ua.Int16(index))
    return ua.MonitoredItemCreateRequest(
        ua.ReadValueId(node, AttributeIds.Value),
        ua.MonitoringMode.Reporting,
        ua.MonitoringParameters(ua.UInt32(number), 1000.0, None, 10),
    )


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


_CONTESTANTS: dict[str, Contestant] = {OURS: _ours, HANDLER: _handler, CALLBACK: _callback}


def _spread(values: Sequence[float]) -> str:
    spread = (min(values), statistics.median(values), max(values))
    return " / ".join(f"{value:,.{0 if value >= 1000 else 2}f}" for value in spread)


if __name__ == "__main__":
    main()
