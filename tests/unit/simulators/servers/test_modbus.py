"""The Modbus server as a foreign client and as raw bytes see it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Literal

import pytest
from pymodbus.client import AsyncModbusTcpClient

from simulators.model.plant import Plant
from simulators.servers.controllers import CONTROLLERS
from simulators.servers.modbus import ModbusServer, Tables, answer

_DEADLINE_S = 5.0
_TABLES = Tables(
    coils=tuple(n % 3 == 0 for n in range(20)),
    holding_registers=b"".join(n.to_bytes(2, "big") for n in range(200)),
)
_READ_TWO = bytes.fromhex("0001 0000 0006 11 03 0005 0002")
_TWO = bytes.fromhex("0001 0000 0007 11 03 04 0005 0006")


@asynccontextmanager
async def _client(port: int) -> AsyncIterator[AsyncModbusTcpClient]:
    client = AsyncModbusTcpClient("127.0.0.1", port=port, timeout=2, retries=0, reconnect_delay=0)
    assert await client.connect()
    try:
        yield client
    finally:
        client.close()


@asynccontextmanager
async def _socket(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(_DEADLINE_S):
            yield reader, writer
    finally:
        writer.close()


async def test_pymodbus_reads_every_machine() -> None:
    """Pymodbus decodes counter and fill weight of each make in that make's order, as the model shows them."""
    plant = Plant(1)
    plant.run()
    plant.step(30.0)
    orders: dict[str, Literal["big", "little"]] = {
        "jar_line": "big",
        "pouch_line": "little",
        "pasteurizer": "little",
    }
    for name, word_order in orders.items():
        shown = plant.machines[name].snapshot()
        tables = CONTROLLERS[name].tables(shown, 7, datetime(2026, 11, 23))  # noqa: DTZ001 - a PLC's clock
        async with ModbusServer(tables=tables) as server, _client(server.port) as client:
            block = (await client.read_holding_registers(0, count=54, device_id=1)).registers
            bits = (await client.read_coils(0, count=16, device_id=1)).bits[:16]
        assert block[0] == 7
        convert = client.convert_from_registers
        assert convert(block[4:6], client.DATATYPE.UINT32, word_order=word_order) == shown.total
        assert convert(block[28:30], client.DATATYPE.FLOAT32, word_order=word_order) == pytest.approx(
            shown.process_values[0], rel=1e-6
        )
        assert bits == [bool(shown.status >> n & 1) for n in range(16)]


async def test_a_reader_sees_the_tables_of_the_moment() -> None:
    """Replacing the tables changes the next answer."""
    async with ModbusServer(tables=_TABLES) as server, _client(server.port) as client:
        assert (await client.read_holding_registers(1, count=1, device_id=1)).registers == [1]
        server.tables = Tables(holding_registers=b"\x12\x34" * 4)
        assert (await client.read_holding_registers(1, count=1, device_id=1)).registers == [0x1234]


async def test_pymodbus_gets_exceptions() -> None:
    """A table that isn't there is exception 1, an address beyond the end 2; the connection goes on."""
    async with ModbusServer(tables=_TABLES) as server, _client(server.port) as client:
        assert (await client.read_input_registers(0, count=1, device_id=1)).exception_code == 1
        assert (await client.read_holding_registers(199, count=2, device_id=1)).exception_code == 2
        assert (await client.read_coils(19, count=2, device_id=1)).exception_code == 2
        assert (await client.write_register(0, 1, device_id=1)).exception_code == 1
        assert (await client.read_holding_registers(199, count=1, device_id=1)).registers == [199]


@pytest.mark.parametrize(
    ("request_pdu", "response"),
    [
        ("03 0000 0001", "03 02 0000"),
        ("01 0000 000A", "01 02 49 02"),
        ("03 0000 0000", "83 03"),
        ("03 0000 007E", "83 03"),
        ("01 0000 07D1", "81 03"),
        ("03 0000", "83 03"),
        ("03 0000 0001 00", "83 03"),
        ("03 FFFF 0001", "83 02"),
        ("04 0000 0001", "84 01"),
        ("10 0000 0001 02 0000", "90 01"),
        ("2B 0E 01 00", "AB 01"),
    ],
)
def test_answers_by_the_book(request_pdu: str, response: str) -> None:
    """Values and exceptions 1, 2 and 3 as bytes."""
    assert answer(_TABLES, bytes.fromhex(request_pdu)) == bytes.fromhex(response)


async def test_a_frame_in_pieces_is_answered_once_whole() -> None:
    """A request that arrives byte by byte gets one answer, with its transaction and unit ids."""
    async with ModbusServer(tables=_TABLES) as server, _socket(server.port) as (reader, writer):
        for byte in _READ_TWO:
            writer.write(bytes([byte]))
            await writer.drain()
        assert await reader.readexactly(len(_TWO)) == _TWO


async def test_frames_in_one_piece_are_answered_one_by_one() -> None:
    """Two requests and half of a third in one segment get two answers; the rest of the third gets its own."""
    async with ModbusServer(tables=_TABLES) as server, _socket(server.port) as (reader, writer):
        writer.write(_READ_TWO * 2 + _READ_TWO[:5])
        assert await reader.readexactly(2 * len(_TWO)) == _TWO * 2
        writer.write(_READ_TWO[5:])
        assert await reader.readexactly(len(_TWO)) == _TWO


@pytest.mark.parametrize("header", ["0001 0001 0006 11", "0001 0000 0001 11", "0001 0000 00FF 11"])
async def test_a_header_that_is_not_modbus_ends_the_connection(header: str) -> None:
    """A wrong protocol id or an impossible length is answered by closing."""
    async with ModbusServer(tables=_TABLES) as server, _socket(server.port) as (reader, writer):
        writer.write(bytes.fromhex(header) + b"\x03\x00\x00\x00\x01")
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)


async def test_a_client_too_many_is_cut_off_and_the_others_stay() -> None:
    """The second client of a server for one gets no answer, and takes the place once the first has gone."""
    async with ModbusServer(tables=_TABLES, max_clients=1) as server:
        async with _socket(server.port) as (reader, writer):
            writer.write(_READ_TWO)
            assert await reader.readexactly(len(_TWO)) == _TWO
            async with _socket(server.port) as (other, _):
                with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
                    await other.readexactly(1)
            writer.write(_READ_TWO)
            assert await reader.readexactly(len(_TWO)) == _TWO
        async with asyncio.timeout(_DEADLINE_S):
            while await _answer_to_a_newcomer(server.port) != _TWO:
                pass


async def _answer_to_a_newcomer(port: int) -> bytes:
    async with _socket(port) as (reader, writer):
        writer.write(_READ_TWO)
        try:
            return await reader.readexactly(len(_TWO))
        except (ConnectionResetError, asyncio.IncompleteReadError):
            return b""


async def test_closing_lets_the_port_go() -> None:
    """After the server has closed, with a client still there, another one can have its port."""
    async with ModbusServer(tables=_TABLES) as server, _socket(server.port) as (reader, writer):
        writer.write(_READ_TWO)
        await reader.readexactly(len(_TWO))
        await server.__aexit__(None, None, None)
        async with ModbusServer(port=server.port, tables=_TABLES) as next_server:
            assert next_server.port == server.port
