"""Memory over half an hour of reconnects: an OPC UA driver whose connection breaks again and again.

Run as `python -m benchmarks.opcua_reconnects [MINUTES]` (30). A proxy in this process cuts every connection after a second,
in turn by closing it and by falling silent; what is printed is the resident memory, minute by minute.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.opcua_server import NAMESPACE
from benchmarks.processes import start
from edge.backoff import Backoff
from edge.clock import SystemClock
from edge.drivers.opcua.address import NodeAddress, OpcuaTag, Policy, Security, Server
from edge.drivers.opcua.driver import OpcuaDriver
from edge.drivers.opcua.pki import Pki
from edge.drivers.opcua.session import Patience
from edge.instrumentation import configure_logging
from edge.model.frame import Frame
from edge.model.tag import Tag

ITEMS = 200
CUT_S = 1.0
WARM_UP = 2
"""Minutes that do not count."""
LIMIT_MB = 3.0
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MEGABYTE = 1_000_000


def main(minutes: float) -> None:
    """Measure and print a line a minute; fail when memory grows."""
    configure_logging("CRITICAL")
    asyncio.run(_measure(minutes))


async def _measure(minutes: float) -> None:
    tags = tuple(
        OpcuaTag(Tag(f"t{number}"), NodeAddress(NAMESPACE, f"s=t{number}"), 1.0) for number in range(ITEMS)
    )
    async with start("benchmarks.opcua_server", str(ITEMS), core=min(os.sched_getaffinity(0))) as server:
        proxy = await asyncio.start_server(_Breaking(server.ports[0]).accept, "127.0.0.1", 0)
        url = f"opc.tcp://127.0.0.1:{proxy.sockets[0].getsockname()[1]}/"
        with tempfile.TemporaryDirectory() as folder:
            driver = OpcuaDriver(
                Server("benchmark", url, tags, Security(Policy.NONE), timeout=0.5),
                SystemClock(),
                Pki(Path(folder), "benchmark"),
                lambda: Backoff(0.02, 0.05, random.Random(1)),
                Patience(connect=2.0, watch=0.1, deaf=0.5, silent=0.5, farewell=0.1),
            )
            task = asyncio.create_task(driver.run(_ignore))
            try:
                await _watch(driver, task, minutes)
            finally:
                task.cancel()
                await asyncio.wait([task])
                proxy.close()


async def _watch(driver: OpcuaDriver, task: asyncio.Task[None], minutes: float) -> None:
    begin, first = time.monotonic(), 0.0
    for minute in range(1, max(2, round(minutes)) + 1):
        await asyncio.sleep(begin + 60 * minute * min(1.0, minutes / 2) - time.monotonic())
        assert not task.done(), f"the driver has ended: {task.exception()!r}"
        gc.collect()
        tasks = len(asyncio.all_tasks())
        memory = _resident_mb()
        print(
            f"minute {minute}: {driver.tally()['sessions']} sessions, {memory:.1f} MB, {tasks} tasks",
            flush=True,
        )
        if minute == WARM_UP:
            first = memory
    if minutes > WARM_UP:
        print(f"grown by {memory - first:+.1f} MB since minute {WARM_UP} (promised: less than {LIMIT_MB:g})")
        assert memory - first < LIMIT_MB


class _Breaking:
    """A proxy whose connections end after a while, well or badly."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._count = 0

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._count += 1
        is_silent_end = self._count % 2 == 0
        onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", self._target)
        pumps = [
            asyncio.create_task(_pump(reader, onward_writer)),
            asyncio.create_task(_pump(onward_reader, writer)),
        ]
        await asyncio.wait(pumps, timeout=CUT_S, return_when=asyncio.FIRST_COMPLETED)
        if is_silent_end and not any(pump.done() for pump in pumps):
            for pump in pumps:
                pump.cancel()
            await asyncio.wait(pumps)
            with contextlib.suppress(ConnectionError):
                while await reader.read(65_536):
                    pass
        for pump in pumps:
            pump.cancel()
        await asyncio.wait(pumps)
        writer.close()
        onward_writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)


async def _ignore(frame: Frame) -> None:
    """Take a frame."""


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE / _MEGABYTE


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 30.0)
