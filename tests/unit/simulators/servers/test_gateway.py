"""The serial server: one line for all, and RTU by the book."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from simulators.servers.gateway import Gateway
from tests.unit.simulators.servers.serial_line import (
    ASK_5,
    DEADLINE_S,
    Echo,
    RawMaster,
    line,
    pymodbus_client,
    raw_master,
    seconds,
)


async def test_pymodbus_reads_several_units_over_one_connection() -> None:
    """Each answers for itself, and an exception of one does not disturb the other."""
    async with line() as gateway, pymodbus_client(gateway.port) as client:
        for unit in (11, 12, 11):
            assert (await client.read_holding_registers(unit, count=2, device_id=unit)).registers == [
                unit,
                unit + 1,
            ]
        assert (await client.read_input_registers(999, count=2, device_id=12)).exception_code == 2
        assert (await client.read_holding_registers(7, count=1, device_id=11)).registers == [7]


@pytest.mark.parametrize(
    ("pdu", "answer"),
    [
        ("03 0005 0001", "0B03 0200 05"),
        ("04 0005 0002", "0B04 0400 0500 06"),
        ("03 03E7 0002", "0B83 02"),
        ("01 0005 0001", "0B81 01"),
        ("06 0005 0001", "0B86 01"),
        ("10 0005 0001 02 0007", "0B90 01"),
    ],
)
async def test_answers_by_the_book(pdu: str, answer: str) -> None:
    """Data, the slave's own refusal, and exception 1 to whoever wants to write."""
    async with line() as gateway, raw_master(gateway.port) as master:
        assert await master.ask(pdu=pdu, length=len(bytes.fromhex(answer))) == answer


async def test_a_request_in_pieces_is_answered_once_whole() -> None:
    """Byte by byte is as good as at once."""
    async with line() as gateway, raw_master(gateway.port) as master:
        for byte in bytes.fromhex("0B 03 0005 0001 94A1"):
            master.writer.write(bytes((byte,)))
            await master.writer.drain()
        assert await master.answer() == "0B03 0200 05"


@pytest.mark.parametrize(
    "unheard", ["0B 03 0006 0001 94A1", "0D 03 0005 0001 94C7", "00 03 0005 0001 941A", "FF FF 00"]
)
async def test_silence_to_a_wrong_checksum_an_unknown_unit_and_garbage(unheard: str) -> None:
    """The first bytes that come back belong to the good request behind it."""
    async with line() as gateway, raw_master(gateway.port) as master:
        master.writer.write(bytes.fromhex(unheard))
        assert await master.ask(12) == "0C03 0200 05"


async def test_the_wire_takes_its_time() -> None:
    """Eight bytes there and seven back at 9600 baud and 20 ms between: 37 ms; a faster line takes less."""
    async with line(line_speed=1.0) as gateway:
        assert await seconds(gateway) >= 0.037
    async with line(line_speed=1000, baud=75) as gateway:
        assert await seconds(gateway) < 2.2  # what 15 bytes take at 75 baud


async def test_two_clients_share_one_line() -> None:
    """Who asks at the same time as another waits until the other's answer is over: 37 ms more each time."""
    loop = asyncio.get_running_loop()
    arrived: list[float] = []

    async def asks_twice(master: RawMaster) -> None:
        for _ in range(2):
            await master.ask()
            arrived.append(loop.time())

    async with (
        line(line_speed=1.0) as gateway,
        raw_master(gateway.port) as one,
        raw_master(gateway.port) as other,
    ):
        start = loop.time()
        async with asyncio.TaskGroup() as masters:
            masters.create_task(asks_twice(one))
            masters.create_task(asks_twice(other))
    assert len(arrived) == 4
    assert arrived[-1] - start >= 4 * 0.037
    assert all(later > earlier for earlier, later in pairwise(arrived))


async def test_questions_on_one_connection_are_answered_in_order() -> None:
    """Three at once are three answers, one after the other."""
    async with line() as gateway, raw_master(gateway.port) as master:
        for unit in (11, 12, 11):
            master.send(unit, ASK_5)
        answers = [await master.answer() for _ in range(3)]
    assert answers == ["0B03 0200 05", "0C03 0200 05", "0B03 0200 05"]


async def test_a_third_client_is_refused_until_one_goes() -> None:
    """The two that are connected don't notice."""
    async with line() as gateway, raw_master(gateway.port) as one:
        await one.ask()
        async with raw_master(gateway.port) as two:
            await two.ask()
            async with raw_master(gateway.port) as three:
                assert await three.is_cut()
            await one.ask()
            await two.ask()
        async with asyncio.timeout(DEADLINE_S):
            while not await _is_served(gateway):
                pass


async def _is_served(gateway: Gateway) -> bool:
    async with raw_master(gateway.port) as master:
        try:
            return await master.ask() == "0B03 0200 05"
        except (ConnectionResetError, asyncio.IncompleteReadError):
            return False


async def test_what_a_client_that_left_had_asked_is_forgotten() -> None:
    """Its questions do not go on the line; that of the next client does."""
    slave = Echo()
    async with Gateway("line", {11: slave}, line_speed=0.5) as gateway:
        async with raw_master(gateway.port) as master:
            for _ in range(10):
                master.send(11, ASK_5)
            await master.answer()
        async with raw_master(gateway.port) as master:
            assert await master.ask(pdu="03 0063 0001") == "0B03 0200 63"
    assert slave.asked[-1] == 99
    assert slave.asked.count(5) < 10


async def test_a_serial_server_keeps_so_many_questions_and_no_more() -> None:
    """Of a flood the first one on the line and 32 that wait are answered; the rest is lost."""
    slave = Echo()
    async with Gateway("line", {11: slave}, line_speed=1000) as gateway, raw_master(gateway.port) as master:
        master.writer.write(bytes.fromhex("0B 03 0005 0001 94A1") * 100)
        for _ in range(33):
            await master.answer()
        await master.ask(pdu="03 0063 0001")
    assert slave.asked.count(5) == 33


async def test_closing_in_the_middle_of_an_answer_lets_the_port_go() -> None:
    """Another gateway has the port at once, and the one that closed says nothing more."""
    async with line(line_speed=0.01) as gateway, raw_master(gateway.port) as master:
        master.send(11, ASK_5)
        await master.writer.drain()
        await gateway.__aexit__(None, None, None)
        assert await master.is_cut()
        async with line(port=gateway.port) as successor:
            assert successor.port == gateway.port
            assert await _is_served(successor)
