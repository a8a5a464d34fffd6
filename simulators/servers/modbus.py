"""A small Modbus TCP server: reads are answered from areas of words and bits; what answers may be late or silent."""

from __future__ import annotations

import asyncio
import errno
import os
import struct
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from simulators.servers.idle import IdleWatch
from simulators.servers.mbap import HEADER, PREFIX, makes_sense

_REQUEST = struct.Struct(">BHH")

READ_COILS, READ_DISCRETE_INPUTS, READ_HOLDING_REGISTERS, READ_INPUT_REGISTERS = 1, 2, 3, 4
ILLEGAL_FUNCTION, ILLEGAL_DATA_ADDRESS, ILLEGAL_DATA_VALUE = 1, 2, 3
_BIT_FUNCTIONS = (READ_COILS, READ_DISCRETE_INPUTS)


@dataclass(frozen=True, slots=True)
class Words:
    """Registers one after the other, high byte first.

    Attributes:
        base: wire address of the first.
        data: their bytes; whoever made them may change them between two answers.
    """

    base: int
    data: bytearray


@dataclass(slots=True)
class Bits:
    """Bits one after the other.

    Attributes:
        base: wire address of the first.
        count: how many there are.
        value: all of them, the first in the lowest place.
    """

    base: int
    count: int
    value: int = 0


@dataclass(frozen=True, slots=True)
class Tables:
    """What a device serves: coils and discrete inputs are one space of bits, both kinds of registers one of words.

    Attributes:
        functions: those that it knows, of 1 to 4; any other is exception 1.
        words: may be read each by itself, but not across a hole.
        bits: as words.
        max_registers: of one request; more is exception 3.
        max_bits: as max_registers.
    """

    functions: frozenset[int]
    words: tuple[Words, ...] = ()
    bits: tuple[Bits, ...] = ()
    max_registers: int = 125
    max_bits: int = 2000


def answer(tables: Tables, request: bytes) -> bytes:
    """Return the response PDU to a request PDU."""
    function = request[0]
    if function not in tables.functions:
        return refusal(function, ILLEGAL_FUNCTION)
    if len(request) != _REQUEST.size:
        return refusal(function, ILLEGAL_DATA_VALUE)
    _, start, count = _REQUEST.unpack(request)
    of_bits = function in _BIT_FUNCTIONS
    if not 1 <= count <= (tables.max_bits if of_bits else tables.max_registers):
        return refusal(function, ILLEGAL_DATA_VALUE)
    data = _bits(tables.bits, start, count) if of_bits else _words(tables.words, start, count)
    if not data:
        return refusal(function, ILLEGAL_DATA_ADDRESS)
    return bytes((function, len(data))) + data


def refusal(function: int, code: int) -> bytes:
    """Return the response PDU with an exception."""
    return bytes((function | 0x80, code))


def _words(areas: tuple[Words, ...], start: int, count: int) -> bytes:
    """Return registers, or nothing where an address isn't there."""
    for area in areas:
        first, end = 2 * (start - area.base), 2 * (start - area.base + count)
        if first >= 0 and end <= len(area.data):
            return bytes(area.data[first:end])
    return b""


def _bits(areas: tuple[Bits, ...], start: int, count: int) -> bytes:
    """Return bits, the first in the lowest place of the first byte, or nothing where an address isn't there."""
    for area in areas:
        first = start - area.base
        if first >= 0 and first + count <= area.count:
            return (area.value >> first & (1 << count) - 1).to_bytes((count + 7) // 8, "little")
    return b""


class Device(Protocol):
    """What answers behind a server, or behind several."""

    def reply(self, request: bytes) -> tuple[bytes, float]:
        """Return the response PDU, nothing for silence, and the seconds until it is sent."""

    def admits(self) -> bool:
        """Return whether one client more may come in, as far as the device is concerned."""


class _Connection(asyncio.Protocol):
    """One client: its questions are answered one by one in their order; a header that makes no sense ends it."""

    def __init__(self, server: ModbusServer) -> None:
        self._server = server
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None
        self._late: asyncio.TimerHandle | None = None
        self._idle: IdleWatch | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what a stream server hands out
        self._transport = transport
        self._idle = self._server.admit(transport)
        if self._idle is None:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        if self._late is not None:
            self._late.cancel()
        if self._transport is not None:
            self._server.dismiss(self._transport)
        self._transport = None

    def pause_writing(self) -> None:
        """Stop reading from a client that doesn't take its answers."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Read again."""
        if self._transport is not None:
            self._transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """Answer every whole frame that has arrived; keep the beginning of the next."""
        self._received += data
        if self._idle is not None:
            self._idle.heard()
        if self._late is None:
            self._work()

    def _work(self) -> None:
        """Answer what has arrived, up to the first answer that has to wait."""
        received, transport = self._received, self._transport
        while transport is not None and len(received) >= HEADER.size:
            transaction, protocol, length, unit = HEADER.unpack_from(received)
            if not makes_sense(protocol, length):
                transport.abort()
                received.clear()
                return
            end = PREFIX.size + length
            if len(received) < end:
                return
            response, delay_s = self._server.device.reply(bytes(received[HEADER.size : end]))
            del received[:end]
            if not response:
                continue
            frame = HEADER.pack(transaction, 0, len(response) + 1, unit) + response
            if delay_s > 0:
                self._late = asyncio.get_running_loop().call_later(delay_s, self._send_late, frame)
                return
            transport.write(frame)

    def _send_late(self, frame: bytes) -> None:
        self._late = None
        if self._transport is not None:
            self._transport.write(frame)
        self._work()


@dataclass(slots=True)
class ModbusServer:
    """Lets a device answer on a loopback port while it is entered; any unit id is answered.

    Attributes:
        device: what answers.
        port: 0 = any free one; the real one once entered.
        max_clients: a client beyond these is cut off at once.
    """

    device: Device
    port: int = 0
    max_clients: int = 16
    _clients: dict[asyncio.Transport, IdleWatch] = field(default_factory=dict)
    _idle_s: float | None = None
    _server: asyncio.Server | None = None

    @property
    def clients(self) -> int:
        """How many are connected."""
        return len(self._clients)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", self.port)
        if not self._server.sockets:
            # asyncio passes over a socket that it can't make, and too many open files is the only reason here.
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
            for transport in tuple(self._clients):
                transport.abort()
            await self._server.wait_closed()

    def admit(self, client: asyncio.Transport) -> IdleWatch | None:
        """Take a client in and return what watches it, unless there are enough."""
        if len(self._clients) >= self.max_clients or not self.device.admits():
            return None
        watch = self._clients[client] = IdleWatch(client, self._idle_s)
        return watch

    def dismiss(self, client: asyncio.Transport) -> None:
        """Forget a client that has gone."""
        if (watch := self._clients.pop(client, None)) is not None:
            watch.stop()

    def limit_idleness(self, seconds: float | None) -> None:
        """Reset connections, those that are there and those that come, when they are silent for so long; None = never."""
        self._idle_s = seconds
        for watch in self._clients.values():
            watch.limit(seconds)
