from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from edge.clock import SystemClock
from edge.drivers.base import Driver
from edge.drivers.modbus.address import Address, DataType, Limits, ModbusTag, Station, Table
from edge.drivers.modbus.driver import ModbusDriver
from edge.drivers.modbus.endpoint import Endpoint, Transport
from edge.drivers.opcua.address import NodeAddress, OpcuaTag, Policy, Security, Server
from edge.drivers.opcua.driver import OpcuaDriver
from edge.drivers.opcua.pki import Pki
from edge.model.frame import Frame
from edge.model.tag import Tag

DEADLINE_S = 5.0
Make = Callable[[int, Path], Driver]


def modbus(port: int, _: Path) -> Driver:
    """Return a Modbus driver of one register."""
    tag = ModbusTag(Tag("a"), Address(Table.HOLDING, 0, DataType.UINT16), scan=0.01)
    station = Station("device", 1, Limits(), (tag,))
    return ModbusDriver(Endpoint(Transport.TCP, "127.0.0.1", port), (station,), SystemClock())


def opcua(port: int, folder: Path) -> Driver:
    """Return an OPC UA driver of one node."""
    tag = OpcuaTag(Tag("a"), NodeAddress("urn:x", "s=a"), scan=0.1)
    return OpcuaDriver(
        Server("device", f"opc.tcp://127.0.0.1:{port}", (tag,), Security(Policy.NONE)),
        SystemClock(),
        Pki(folder, "n"),
    )


@pytest.fixture
async def stranger() -> AsyncIterator[int]:
    """Return the port of a server that answers something else and hangs up."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize("make", [modbus, opcua])
async def test_a_driver_ends_when_it_is_cancelled_at_any_step(
    make: Make, stranger: int, tmp_path: Path
) -> None:
    """Cancelled after any number of steps of the loop, also while the other side hangs up, it ends at once."""

    async def ignore(frame: Frame) -> None:
        """Take a frame."""

    for steps in range(60):
        async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
            task = group.create_task(make(stranger, tmp_path).run(ignore))
            for _ in range(steps):
                await asyncio.sleep(0.0005 if steps % 2 else 0)
            task.cancel()
        assert task.cancelled()
