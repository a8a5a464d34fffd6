"""What tests of the wire share: a proxy, and both ends of the connections through it in the test's hands."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field

from simulators.wire.framing import Framing
from simulators.wire.proxy import Proxy

DEADLINE_S = 20.0
SILENCE_S = 0.15
"""How long nothing must come for an end to count as silent."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a connection: its bytes, no protocol."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, data: bytes) -> None:
        """Send, without waiting for anything."""
        self.writer.write(data)

    async def receive(self, count: int) -> bytes:
        """Return the next bytes, as many as are asked for."""
        async with asyncio.timeout(DEADLINE_S):
            return await self.reader.readexactly(count)

    async def some(self) -> bytes:
        """Return what comes next, nothing at the end."""
        async with asyncio.timeout(DEADLINE_S):
            return await self.reader.read(100)

    async def rest(self) -> bytes:
        """Return everything up to the end."""
        async with asyncio.timeout(DEADLINE_S):
            return await self.reader.read()

    async def is_silent(self) -> bool:
        """Return whether neither a byte nor an end comes for a while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SILENCE_S):
                await self.reader.read(1)
            return False
        return True

    def reset(self) -> None:
        """Break the connection off with a TCP reset."""
        own: socket.socket = self.writer.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@dataclass(slots=True)
class Wire:
    """A proxy, and a server behind it that says what the test says."""

    proxy: Proxy
    accepted: asyncio.Queue[End]
    ends: list[End] = field(default_factory=list)

    async def client(self) -> End:
        """Connect to the proxy."""
        return await self.dial(self.proxy.port)

    async def connect(self) -> tuple[End, End]:
        """Connect through the proxy; return the client's end and the server's."""
        client = await self.client()
        async with asyncio.timeout(DEADLINE_S):
            return client, await self.accepted.get()

    async def dial(self, port: int) -> End:
        """Connect to a port."""
        client = End(*await asyncio.open_connection("127.0.0.1", port))
        self.ends.append(client)
        return client


@asynccontextmanager
async def wire(name: str = "plc", *, seed: int = 1, framing: Framing = "chunk") -> AsyncIterator[Wire]:
    """Serve, with a proxy before it."""
    accepted: asyncio.Queue[End] = asyncio.Queue()
    ends: list[End] = []

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        end = End(reader, writer)
        ends.append(end)
        accepted.put_nowait(end)

    server = await asyncio.start_server(accept, "127.0.0.1")
    try:
        async with Proxy(name, server.sockets[0].getsockname()[1], seed=seed, framing=framing) as proxy:
            yield Wire(proxy, accepted, ends)
    finally:
        server.close()
        await closed(ends)
        await server.wait_closed()


async def closed(ends: Iterable[End]) -> None:
    """Close ends, whatever has become of them."""
    for end in ends:
        end.writer.close()
        with suppress(OSError):
            await end.writer.wait_closed()


@contextmanager
def kept_port() -> Iterator[int]:
    """Keep a port for a server of the test, started or not; nobody else gets it meanwhile."""
    with socket.socket() as keeper:
        # A server that sets the same option can listen there, because the keeper does not.
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.bind(("127.0.0.1", 0))
        yield keeper.getsockname()[1]
