"""A small Modbus TCP server: functions 1 to 4, answered from tables in memory that are replaced as a whole."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

_HEADER = struct.Struct(">HHHB")
_REQUEST = struct.Struct(">BHH")
_SHORTEST, _LONGEST = 2, 254
"""What a header's length may say: unit id and function code at least, a full frame at most."""
_MAX_REGISTERS = 125
_MAX_BITS = 2000

READ_COILS, READ_DISCRETE_INPUTS, READ_HOLDING_REGISTERS, READ_INPUT_REGISTERS = 1, 2, 3, 4
ILLEGAL_FUNCTION, ILLEGAL_DATA_ADDRESS, ILLEGAL_DATA_VALUE = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Tables:
    """What a controller serves; None where its make doesn't know the function at all (exception 1).

    Attributes:
        coils: one bit per address.
        discrete_inputs: one bit per address.
        holding_registers: two bytes per address, big-endian.
        input_registers: two bytes per address, big-endian.
    """

    coils: tuple[bool, ...] | None = None
    discrete_inputs: tuple[bool, ...] | None = None
    holding_registers: bytes | None = None
    input_registers: bytes | None = None


def answer(tables: Tables, request: bytes) -> bytes:
    """Return the response PDU to a request PDU."""
    function = request[0]
    table = {
        READ_COILS: tables.coils,
        READ_DISCRETE_INPUTS: tables.discrete_inputs,
        READ_HOLDING_REGISTERS: tables.holding_registers,
        READ_INPUT_REGISTERS: tables.input_registers,
    }.get(function)
    if table is None:
        return _exception(function, ILLEGAL_FUNCTION)
    if len(request) != _REQUEST.size:
        return _exception(function, ILLEGAL_DATA_VALUE)
    _, start, count = _REQUEST.unpack(request)
    registers = isinstance(table, bytes)
    if not 1 <= count <= (_MAX_REGISTERS if registers else _MAX_BITS):
        return _exception(function, ILLEGAL_DATA_VALUE)
    if start + count > (len(table) // 2 if registers else len(table)):
        return _exception(function, ILLEGAL_DATA_ADDRESS)
    data = table[2 * start : 2 * (start + count)] if isinstance(table, bytes) else _bits(table, start, count)
    return bytes((function, len(data))) + data


def _bits(table: tuple[bool, ...], start: int, count: int) -> bytes:
    number = sum(bit << n for n, bit in enumerate(table[start : start + count]))
    return number.to_bytes((count + 7) // 8, "little")


def _exception(function: int, code: int) -> bytes:
    return bytes((function | 0x80, code))


class _Connection(asyncio.Protocol):
    """One client: cuts the stream into frames and answers them; a header that makes no sense ends it."""

    def __init__(self, server: ModbusServer) -> None:
        self._server = server
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what a stream server hands out
        self._transport = transport
        if not self._server.admit(transport):
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        if self._transport is not None:
            self._server.dismiss(self._transport)

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
        received, transport = self._received, self._transport
        received += data
        while transport is not None and len(received) >= _HEADER.size:
            transaction, protocol, length, unit = _HEADER.unpack_from(received)
            if protocol != 0 or not _SHORTEST <= length <= _LONGEST:
                transport.abort()
                received.clear()
                return
            end = _HEADER.size - 1 + length
            if len(received) < end:
                return
            response = answer(self._server.tables, bytes(received[_HEADER.size : end]))
            del received[:end]
            transport.write(_HEADER.pack(transaction, 0, len(response) + 1, unit) + response)


@dataclass(slots=True)
class ModbusServer:
    """Serves `tables` on a loopback port while it is entered; any unit id is answered.

    Attributes:
        port: 0 = any free one; the real one once entered.
        tables: replaced as a whole, so that no reader sees half of a change.
        max_clients: a client beyond these is cut off at once.
    """

    port: int = 0
    tables: Tables = field(default_factory=Tables)
    max_clients: int = 16
    _clients: set[asyncio.Transport] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        factory: Callable[[], _Connection] = lambda: _Connection(self)  # noqa: E731
        self._server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", self.port)
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

    def admit(self, client: asyncio.Transport) -> bool:
        """Take a client in, unless there are enough."""
        if len(self._clients) >= self.max_clients:
            return False
        self._clients.add(client)
        return True

    def dismiss(self, client: asyncio.Transport) -> None:
        """Forget a client that has gone."""
        self._clients.discard(client)
