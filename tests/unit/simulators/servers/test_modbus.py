"""The Modbus server as a foreign client and as raw bytes see it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from simulators.servers.modbus import Bits, ModbusServer, Tables, Words, answer
from tests.unit.simulators.servers.plcs import DEADLINE_S, pymodbus_client, raw_client

_TABLES = Tables(
    functions=frozenset({1, 3}),
    words=(
        Words(0, bytearray(b"".join(n.to_bytes(2, "big") for n in range(200)))),
        Words(0xA080, bytearray.fromhex("0102 0304")),
    ),
    bits=(Bits(0, 20, sum(1 << n for n in range(0, 20, 3))), Bits(0x5000, 8, 0b1000_0001)),
    max_registers=100,
)
_READ_TWO = bytes.fromhex("0001 0000 0006 11 03 0005 0002")
_TWO = bytes.fromhex("0001 0000 0007 11 03 04 0005 0006")


@dataclass(slots=True)
class Device:
    """Answers from the tables; some addresses late by so many seconds, or never (None)."""

    late: Mapping[int, float | None] = field(default_factory=dict)
    room: bool = True

    def reply(self, request: bytes) -> tuple[bytes, float]:
        """Return data, and when."""
        delay = self.late.get(int.from_bytes(request[1:3], "big"), 0.0)
        return (b"", 0.0) if delay is None else (answer(_TABLES, request), delay)

    def admits(self) -> bool:
        """Return what it was told."""
        return self.room


def _server(
    late: Mapping[int, float | None] | None = None, max_clients: int = 16, port: int = 0
) -> ModbusServer:
    return ModbusServer(Device(late or {}), port, max_clients)


async def test_pymodbus_gets_values_and_exceptions() -> None:
    """A function that isn't known is exception 1, a hole 2; the connection goes on."""
    async with _server() as server, pymodbus_client(server.port) as client:
        assert (await client.read_input_registers(0, count=1, device_id=1)).exception_code == 1
        assert (await client.read_holding_registers(199, count=2, device_id=1)).exception_code == 2
        assert (await client.read_coils(19, count=2, device_id=1)).exception_code == 2
        assert (await client.write_register(0, 1, device_id=1)).exception_code == 1
        assert (await client.read_holding_registers(199, count=1, device_id=1)).registers == [199]
        assert (await client.read_holding_registers(0xA080, count=2, device_id=1)).registers == [
            0x0102,
            0x0304,
        ]


@pytest.mark.parametrize(
    ("request_pdu", "response"),
    [
        ("03 0000 0001", "03 02 0000"),
        ("03 A081 0001", "03 02 0304"),
        ("01 0000 000A", "01 02 49 02"),
        ("01 0003 0011", "01 03 49 92 00"),
        ("01 5000 0008", "01 01 81"),
        ("01 5007 0001", "01 01 01"),
        ("03 0000 0000", "83 03"),
        ("03 0000 0064", "03 C8" + "".join(f"{n:04X}" for n in range(100))),
        ("03 0000 0065", "83 03"),
        ("01 0000 07D1", "81 03"),
        ("03 0000", "83 03"),
        ("03 0000 0001 00", "83 03"),
        ("03 FFFF 0001", "83 02"),
        ("03 00C7 0002", "83 02"),
        ("03 A07F 0002", "83 02"),
        ("03 A081 0002", "83 02"),
        ("01 0013 0002", "81 02"),
        ("01 4FFF 0002", "81 02"),
        ("02 0000 0001", "82 01"),
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
    async with _server() as server, raw_client(server.port) as client:
        for byte in _READ_TWO:
            client.writer.write(bytes([byte]))
            await client.writer.drain()
        assert await client.reader.readexactly(len(_TWO)) == _TWO


async def test_frames_in_one_piece_are_answered_one_by_one() -> None:
    """Two requests and half of a third in one segment get two answers; the rest of the third gets its own."""
    async with _server() as server, raw_client(server.port) as client:
        client.writer.write(_READ_TWO * 2 + _READ_TWO[:5])
        assert await client.reader.readexactly(2 * len(_TWO)) == _TWO * 2
        client.writer.write(_READ_TWO[5:])
        assert await client.reader.readexactly(len(_TWO)) == _TWO


async def test_late_answers_keep_their_order() -> None:
    """A quick answer waits for the slow one before it, also when its question arrives meanwhile."""
    loop = asyncio.get_running_loop()
    async with (
        _server({1: 0.1}) as server,
        raw_client(server.port) as client,
        raw_client(server.port) as other,
    ):
        start = loop.time()
        first = client.send("03 0001 0001")
        await other.ask("03 0003 0001")
        second = client.send("03 0002 0001")
        assert await client.answer() == (first, bytes.fromhex("03 02 0001"))
        assert loop.time() - start >= 0.1
        assert await client.answer() == (second, bytes.fromhex("03 02 0002"))


async def test_a_late_answer_holds_up_no_other_connection() -> None:
    """Who asks something else gets it while the first one still waits for a minute."""
    async with (
        _server({1: 60.0}) as server,
        raw_client(server.port) as slow,
        raw_client(server.port) as quick,
    ):
        slow.send("03 0001 0001")
        assert await quick.ask("03 0002 0001") == "03020002"
        assert await quick.ask("03 0002 0001") == "03020002"


async def test_silence_concerns_one_question() -> None:
    """The next one on the same connection is answered, and the first never."""
    async with _server({1: None}) as server, raw_client(server.port) as client:
        client.send("03 0001 0001")
        second = client.send("03 0002 0001")
        assert await client.answer() == (second, bytes.fromhex("03 02 0002"))


async def test_a_client_that_left_before_its_answer_disturbs_nobody() -> None:
    """What was to be sent late is forgotten, and the place is free again."""
    async with _server({1: 0.2}, max_clients=1) as server:
        async with raw_client(server.port) as client:
            client.send("03 0001 0001")
            await client.writer.drain()
        async with asyncio.timeout(DEADLINE_S):
            while await _answer_to_a_newcomer(server.port) != _TWO:
                pass


@pytest.mark.parametrize("header", ["0001 0001 0006 11", "0001 0000 0001 11", "0001 0000 00FF 11"])
async def test_a_header_that_is_not_modbus_ends_the_connection(header: str) -> None:
    """A wrong protocol id or an impossible length is answered by closing."""
    async with _server() as server, raw_client(server.port) as client:
        client.writer.write(bytes.fromhex(header) + b"\x03\x00\x00\x00\x01")
        assert await client.is_cut()


async def test_a_client_too_many_is_cut_off_and_the_others_stay() -> None:
    """The second client of a server for one gets no answer, and takes the place once the first has gone."""
    async with _server(max_clients=1) as server:
        async with raw_client(server.port) as client:
            await client.ask("03 0005 0002")
            async with raw_client(server.port) as other:
                assert await other.is_cut()
            await client.ask("03 0005 0002")
        async with asyncio.timeout(DEADLINE_S):
            while await _answer_to_a_newcomer(server.port) != _TWO:
                pass


async def test_a_device_without_room_cuts_a_client_off() -> None:
    """The limit of what is behind several servers counts as well."""
    async with ModbusServer(Device(room=False)) as server, raw_client(server.port) as client:
        assert await client.is_cut()


async def _answer_to_a_newcomer(port: int) -> bytes:
    async with raw_client(port) as client:
        client.writer.write(_READ_TWO)
        try:
            return await client.reader.readexactly(len(_TWO))
        except (ConnectionResetError, asyncio.IncompleteReadError):
            return b""


async def test_closing_lets_the_port_go() -> None:
    """After the server has closed, with a client still waiting there, another one can have its port."""
    async with _server({1: 60.0}) as server, raw_client(server.port) as client:
        await client.ask("03 0005 0002")
        client.send("03 0001 0001")
        await server.__aexit__(None, None, None)
        async with _server(port=server.port) as next_server:
            assert next_server.port == server.port
