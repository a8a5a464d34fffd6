"""Reading Modbus TCP: our driver up to the Frame, a bare pymodbus loop and a bare asyncio protocol that throw answers away.

Run as `python -m benchmarks.modbus`; takes a minute and a half. Full speed is one connection that is asked again and again
for the same 120 registers (60 float32); the paced load is 10 connections with 10,000 tags each, read once a second.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from pymodbus import FramerType
from pymodbus.client import AsyncModbusTcpClient
from rich.console import Console
from rich.table import Table as TextTable

from benchmarks.modbus_server import REGISTERS
from benchmarks.processes import start
from edge.clock import SystemClock
from edge.drivers.modbus.address import Address, DataType, Limits, ModbusTag, Station, Table
from edge.drivers.modbus.driver import ModbusDriver
from edge.drivers.modbus.endpoint import Endpoint, Transport
from edge.model.frame import Frame
from edge.model.tag import Tag

ROUNDS = 5
FULL_S, PACED_S = 1.5, 4.0
"""Length of a round, at full speed and paced."""
TAGS = REGISTERS // 2
ENDPOINTS = 10
BLOCKS = 167
"""Requests a second on each connection of the paced load: 10 × 167 × 60 = 100,200 tags/s."""
OURS, PYMODBUS, BARE = "chili-edge", "pymodbus, bare loop", "asyncio, bare"
HOST = "127.0.0.1"


@dataclass(slots=True)
class Figures:
    """What was measured of one contestant, one number a round.

    Attributes:
        speed: requests/s at full speed.
        request_us: CPU of this process for a request at full speed, µs.
        share: CPU of this process at the paced load, percent of a core.
    """

    speed: list[float] = field(default_factory=list)
    request_us: list[float] = field(default_factory=list)
    share: list[float] = field(default_factory=list)


Run = Callable[[float], Awaitable[int]]
"""Reads for so many seconds; returns the requests that were answered."""
Contestant = Callable[[Sequence[int], float | None], Run]
"""Makes ready to read ports: as fast as possible, or each block once a period (s)."""


def main() -> None:
    """Measure and print one table."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    print(f"server pinned to core {cores[0]}, all clients to core {cores[-1]}")
    figures = asyncio.run(_measure(cores[0]))
    table = TextTable(f"{TAGS} float32 a request", *_CONTESTANTS, "ours × pymodbus", "ours × asyncio")
    for title, column in (
        ("full speed: requests/s", "speed"),
        ("full speed: µs of CPU a request", "request_us"),
        (f"{ENDPOINTS * BLOCKS * TAGS:,} tags/s: % of a core", "share"),
    ):
        found = {name: getattr(figures[name], column) for name in _CONTESTANTS}
        ratios = [
            [mine / other for mine, other in zip(found[OURS], found[peer], strict=True)]
            for peer in (PYMODBUS, BARE)
        ]
        table.add_row(title, *map(_spread, found.values()), *map(_spread, ratios))
    Console(width=150).print(table)
    own = [
        (mine - bare) / TAGS
        for mine, bare in zip(figures[OURS].request_us, figures[BARE].request_us, strict=True)
    ]
    print(f"our own CPU beyond the bare asyncio protocol: {_spread(own, digits=3)} µs a tag")
    print(f"{ROUNDS} interleaved rounds; min / median / max, ratios of the pairs of one round")


async def _measure(core: int) -> dict[str, Figures]:
    figures = {name: Figures() for name in _CONTESTANTS}
    async with start("benchmarks.modbus_server", str(ENDPOINTS), core=core) as server:
        for _ in range(ROUNDS):
            for name, prepare in _CONTESTANTS.items():
                requests, cpu, took = await _measured(prepare(server.ports[:1], None), FULL_S)
                figures[name].speed.append(requests / took)
                figures[name].request_us.append(1e6 * cpu / requests)
                requests, cpu, took = await _measured(prepare(server.ports, 1.0), PACED_S)
                assert requests >= 0.95 * ENDPOINTS * BLOCKS * PACED_S, f"{name} fell behind: {requests}"
                figures[name].share.append(100 * cpu / took)
    return figures


async def _measured(run: Run, seconds: float) -> tuple[int, float, float]:
    """Return the requests of a run, the CPU time of this process and the time that it took, both in s."""
    cpu, begin = _cpu_s(), time.perf_counter()
    requests = await run(seconds)
    return requests, _cpu_s() - cpu, time.perf_counter() - begin


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _ours(ports: Sequence[int], period: float | None) -> Run:
    """Run drivers as the node does; they hand on Frames of good values."""
    blocks = BLOCKS if period else 1
    tags = tuple(
        ModbusTag(Tag(f"t{number}"), Address(Table.HOLDING, 2 * number, DataType.FLOAT32), period or 1e-9)
        for number in range(TAGS * blocks)
    )
    station = Station("press", 1, Limits(registers=REGISTERS), tags)
    endpoints = [Endpoint(Transport.TCP, HOST, port) for port in ports]
    drivers = [ModbusDriver(endpoint, [station], SystemClock()) for endpoint in endpoints]

    async def run(seconds: float) -> int:
        read = 0

        async def emit(frame: Frame) -> None:
            nonlocal read
            assert frame.values[0] is not None
            read += len(frame.values)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(driver.run(emit)) for driver in drivers]
            await asyncio.sleep(seconds)
            for task in tasks:
                task.cancel()
        return read // TAGS

    return run


def _pymodbus(ports: Sequence[int], period: float | None) -> Run:
    """Read the same blocks with pymodbus and throw them away."""

    async def read(port: int, seconds: float) -> int:
        client = AsyncModbusTcpClient(HOST, port=port, framer=FramerType.SOCKET, retries=0)
        assert await client.connect()

        async def block() -> None:
            response = await client.read_holding_registers(0, count=REGISTERS, device_id=1)
            assert not response.isError()

        try:
            return await _loop(block, seconds, period)
        finally:
            client.close()

    async def run(seconds: float) -> int:
        return sum(await asyncio.gather(*(read(port, seconds) for port in ports)))

    return run


class _Bare(asyncio.Protocol):
    """The least that asyncio can do: a question, and whatever comes is its answer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    async def block(self) -> None:
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(_QUESTION)
        await self._answer

    def data_received(self, data: bytes) -> None:
        self._answer.set_result(data)

    def close(self) -> None:
        self._transport.close()


_QUESTION = bytes((0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, REGISTERS))


def _bare(ports: Sequence[int], period: float | None) -> Run:
    """Read the same blocks with a bare protocol and throw them away."""

    async def read(port: int, seconds: float) -> int:
        _, protocol = await asyncio.get_running_loop().create_connection(_Bare, HOST, port)
        try:
            return await _loop(protocol.block, seconds, period)
        finally:
            protocol.close()

    async def run(seconds: float) -> int:
        return sum(await asyncio.gather(*(read(port, seconds) for port in ports)))

    return run


async def _loop(block: Callable[[], Awaitable[None]], seconds: float, period: float | None) -> int:
    """Read a block again and again, or as often as the paced load has blocks in each period."""
    requests = 0
    clock = asyncio.get_running_loop().time
    begin = clock()
    while (elapsed := clock() - begin) < seconds:
        if period is None:
            await block()
            requests += 1
            continue
        for _ in range(BLOCKS):
            await block()
        requests += BLOCKS
        await asyncio.sleep(period * (elapsed // period + 1) + begin - clock())
    return requests


_CONTESTANTS: dict[str, Contestant] = {OURS: _ours, PYMODBUS: _pymodbus, BARE: _bare}


def _spread(values: Sequence[float], digits: int = 2) -> str:
    spread = (min(values), statistics.median(values), max(values))
    return " / ".join(f"{value:,.{0 if value >= 1000 else digits}f}" for value in spread)


if __name__ == "__main__":
    main()
