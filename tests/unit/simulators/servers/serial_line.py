"""What tests of serial lines share: a slave, and masters that are pymodbus or see the bytes as they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pymodbus import FramerType
from pymodbus.client import AsyncModbusTcpClient

from simulators.servers.gateway import Gateway
from simulators.servers.instrument import ModbusException
from simulators.servers.rtu import frame

DEADLINE_S = 20.0
ASK_5 = "03 0005 0001"
"""The one register at address 5, as a request in hexadecimal."""
ONE_REGISTER = 5
"""Bytes of an answer with one register, without its checksum."""


@dataclass(slots=True)
class Echo:
    """A slave whose registers contain their own address, up to 999."""

    asked: list[int] = field(default_factory=list)

    def read(self, function: int, start: int, count: int) -> bytes:
        """Return the addresses that are asked for."""
        self.asked.append(start)
        if function not in (3, 4):
            raise ModbusException(1)
        if start + count > 1000:
            raise ModbusException(2)
        return b"".join(address.to_bytes(2, "big") for address in range(start, start + count))


def line(line_speed: float = 1000, **options: int) -> Gateway:
    """Return a gateway with such slaves at units 11 and 12."""
    return Gateway("line", {11: Echo(), 12: Echo()}, line_speed=line_speed, **options)


@asynccontextmanager
async def pymodbus_client(port: int, timeout_s: float = DEADLINE_S) -> AsyncIterator[AsyncModbusTcpClient]:
    """Connect a client that nobody here wrote."""
    client = AsyncModbusTcpClient(
        "127.0.0.1", port=port, framer=FramerType.RTU, timeout=timeout_s, retries=0, reconnect_delay=0
    )
    assert await client.connect()
    try:
        yield client
    finally:
        client.close()


@dataclass(frozen=True, slots=True)
class RawMaster:
    """One TCP connection to a gateway."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, unit: int, pdu: str) -> None:
        """Ask a unit, without waiting for an answer."""
        self.writer.write(frame(unit, bytes.fromhex(pdu)))

    async def answer(self, length: int = ONE_REGISTER) -> str:
        """Return the next `length` bytes of what comes back, in hexadecimal without the checksum."""
        received = await self.reader.readexactly(length + 2)
        assert frame(received[0], received[1:-2]) == received
        return received[:-2].hex(" ", -2).upper()

    async def ask(self, unit: int = 11, pdu: str = ASK_5, length: int = ONE_REGISTER) -> str:
        """Ask, and return the answer."""
        self.send(unit, pdu)
        return await self.answer(length)

    async def is_cut(self) -> bool:
        """Wait until a byte or the end comes, and return whether it was the end."""
        try:
            return not await self.reader.read(1)
        except ConnectionResetError:
            return True


@asynccontextmanager
async def raw_master(port: int) -> AsyncIterator[RawMaster]:
    """Connect a socket whose bytes the test sees."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(DEADLINE_S):
            yield RawMaster(reader, writer)
    finally:
        writer.close()


async def seconds(gateway: Gateway, unit: int = 11) -> float:
    """Return how long one question takes."""
    loop = asyncio.get_running_loop()
    async with raw_master(gateway.port) as master:
        start = loop.time()
        await master.ask(unit)
        return loop.time() - start
