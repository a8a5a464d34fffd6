"""A Modbus device on loopback that can misbehave: written by hand, so that no mistake of the product is mirrored."""

from __future__ import annotations

import asyncio
import os
import pty
import tty
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

RTU_REQUEST = 8
BITS = (1, 2)


@dataclass(frozen=True)
class Ask:
    """A request as it came in, and where its answer goes."""

    send: Callable[[bytes], None]
    hang_up: Callable[[], None]
    tid: int
    unit: int
    function: int
    start: int
    count: int


def crc(data: bytes) -> bytes:
    """Return the RTU checksum, low byte first."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return bytes([value & 0xFF, value >> 8])


class FakePlc:
    """Registers and bits of any unit; a register holds its own address unless `memory` says otherwise.

    Attributes:
        memory: (unit, function, address) to value; None where the device has no such address (exception 2).
        handler: what is done with a request; `answer` by default.
        asks: every request so far.
        sessions: open connections; `idle` is set while there is none.
    """

    def __init__(self, *, rtu: bool = False) -> None:
        self.rtu = rtu
        self.memory: Callable[[int, int, int], int | None] = lambda _unit, _function, address: address
        self.handler: Callable[[Ask], None] = self.answer
        self.on_connect: Callable[[Session], None] = lambda _session: None
        self.asks: list[Ask] = []
        self.sessions: set[Session] = set()
        self.idle = asyncio.Event()
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen: on an ephemeral port, the same one after a stop."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Session(self), "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the port and reset every connection."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        for session in list(self.sessions):
            session.transport.abort()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    def receive(self, ask: Ask) -> None:
        """Note a request and handle it."""
        self.asks.append(ask)
        self.handler(ask)

    def pdu(self, ask: Ask) -> bytes:
        """Return the honest answer without frame: data, or exception 2 where an address does not exist."""
        values = [
            self.memory(ask.unit, ask.function, address)
            for address in range(ask.start, ask.start + ask.count)
        ]
        if None in values:
            return self.exception(ask, 2)
        if ask.function in BITS:
            number = sum(1 << place for place, value in enumerate(values) if value)
            data = number.to_bytes((ask.count + 7) // 8, "little")
        else:
            data = b"".join((value or 0).to_bytes(2, "big") for value in values)
        return bytes([ask.function, len(data)]) + data

    @staticmethod
    def exception(ask: Ask, code: int) -> bytes:
        """Return an exception response without frame."""
        return bytes([ask.function | 0x80, code])

    def frame(self, ask: Ask, pdu: bytes, *, unit: int | None = None, tid: int | None = None) -> bytes:
        """Return a framed answer, under another unit or transaction number if asked."""
        body = bytes([ask.unit if unit is None else unit]) + pdu
        if self.rtu:
            return body + crc(body)
        number = ask.tid if tid is None else tid
        return number.to_bytes(2, "big") + bytes(2) + len(body).to_bytes(2, "big") + body

    def answer(self, ask: Ask) -> None:
        """Answer honestly."""
        ask.send(self.frame(ask, self.pdu(ask)))

    def parse(self, data: bytes, send: Callable[[bytes], None], hang_up: Callable[[], None]) -> int:
        """Handle the first request in `data`; return the bytes used, 0 while it is not whole."""
        size = RTU_REQUEST if self.rtu else 6 + int.from_bytes(data[4:6], "big")
        if len(data) < max(size, RTU_REQUEST):
            return 0
        tid, body = (0, data[:6]) if self.rtu else (int.from_bytes(data[:2], "big"), data[6:size])
        if self.rtu:
            assert crc(body) == data[6:8]
        start, count = int.from_bytes(body[2:4], "big"), int.from_bytes(body[4:6], "big")
        self.receive(Ask(send, hang_up, tid, body[0], body[1], start, count))
        return size


class Session(asyncio.Protocol):
    """One TCP connection to the device."""

    transport: asyncio.Transport

    def __init__(self, plc: FakePlc) -> None:
        self._plc = plc
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Join the device's sessions."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._plc.sessions.add(self)
        self._plc.idle.clear()
        self._plc.on_connect(self)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Leave them."""
        self._plc.sessions.discard(self)
        if not self._plc.sessions:
            self._plc.idle.set()

    def data_received(self, data: bytes) -> None:
        """Handle each whole request."""
        self._buffer += data
        while used := self._plc.parse(self._buffer, self.transport.write, self.transport.abort):
            self._buffer = self._buffer[used:]


class SerialPlc(FakePlc):
    """The same device at the end of a pseudo terminal; `path` is its port while it is plugged in."""

    def __init__(self, path: Path) -> None:
        super().__init__(rtu=True)
        self.path = path
        self._ends: tuple[int, int] | None = None
        self._buffer = b""

    async def start(self) -> None:
        """Plug the port in."""
        ours, theirs = self._ends = pty.openpty()
        tty.setraw(theirs)
        self.path.symlink_to(os.ttyname(theirs))
        asyncio.get_running_loop().add_reader(ours, self._read)

    async def stop(self) -> None:
        """Pull the port out."""
        if self._ends is not None:
            self.path.unlink()
            asyncio.get_running_loop().remove_reader(self._ends[0])
            for end in self._ends:
                os.close(end)
        self._ends = None

    def _read(self) -> None:
        assert self._ends is not None
        ours = self._ends[0]
        self._buffer += os.read(ours, 1024)
        while used := self.parse(self._buffer, self._send, lambda: None):
            self._buffer = self._buffer[used:]

    def _send(self, data: bytes) -> None:
        assert self._ends is not None
        os.write(self._ends[0], data)
