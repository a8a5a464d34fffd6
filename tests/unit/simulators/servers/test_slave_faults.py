"""Every fault of a serial line as a client sees it."""

from __future__ import annotations

import asyncio
from typing import Literal

import pytest
from pymodbus.exceptions import ModbusIOException

from simulators.faults.kinds import (
    Busy,
    CounterReset,
    ExceptionAnswer,
    IdleReset,
    IllegalHole,
    Latency,
    NoAnswer,
    ProbeNan,
    RefuseClients,
    Window,
    WireCut,
)
from tests.unit.simulators.servers.serial_line import ASK_5, line, pymodbus_client, raw_master, seconds


async def test_latency_makes_an_answer_late() -> None:
    """By what the fault says, for the unit that it names, until it is over."""
    fault = Latency(target="line/11", start=0.0, shortest=0.5, longest=0.6)
    async with line() as gateway:
        await gateway.begin(fault)
        assert await seconds(gateway, 11) >= 0.5
        assert await seconds(gateway, 12) < 0.5
        await gateway.end(fault)
        assert await seconds(gateway, 11) < 0.5


async def test_a_late_answer_is_taken_for_that_of_the_next_question() -> None:
    """Pymodbus asks for register 100, gives up, asks for 200, and gets 100: RTU over TCP has no transaction number."""
    fault = Latency(target="line", start=0.0, shortest=0.9, longest=0.9)
    async with line() as gateway, pymodbus_client(gateway.port, timeout_s=0.6) as client:
        await gateway.begin(fault)
        with pytest.raises(ModbusIOException):
            await client.read_holding_registers(100, count=1, device_id=11)
        await gateway.end(fault)
        assert (await client.read_holding_registers(200, count=1, device_id=11)).registers == [100]


async def test_the_next_question_waits_for_a_late_answer() -> None:
    """The old answer comes first, then the new one, on the same connection; a new connection gets only its own."""
    fault = Latency(target="line/11", start=0.0, shortest=0.2, longest=0.2)
    async with line() as gateway, raw_master(gateway.port) as master:
        await gateway.begin(fault)
        master.send(11, "03 0064 0001")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await master.answer()
        await gateway.end(fault)
        master.send(12, "03 00C8 0001")
        async with raw_master(gateway.port) as careful:
            careful.send(12, "03 00C8 0001")
            assert await careful.answer() == "0C03 0200 C8"
        assert await master.answer() == "0B03 0200 64"
        assert await master.answer() == "0C03 0200 C8"


async def test_a_dead_slave_is_silent_and_its_neighbours_answer() -> None:
    """The first answer that comes is that of the next unit."""
    fault = NoAnswer(target="line/11", start=0.0)
    async with line() as gateway, raw_master(gateway.port) as master:
        await gateway.begin(fault)
        master.send(11, ASK_5)
        assert await master.ask(12) == "0C03 0200 05"
        await gateway.end(fault)
        assert await master.ask(11) == "0B03 0200 05"


@pytest.mark.parametrize("code", [1, 2, 3, 4, 6, 10, 11])
async def test_exceptions_come_as_ordered(code: Literal[1, 2, 3, 4, 6, 10, 11]) -> None:
    """Of every code, on every unit when the whole line is meant."""
    fault = ExceptionAnswer(target="line", start=0.0, code=code)
    async with line() as gateway, raw_master(gateway.port) as master:
        await gateway.begin(fault)
        assert await master.ask(12, length=3) == f"0C83 {code:02X}"
        await gateway.end(fault)
        assert await master.ask(12) == "0C03 0200 05"


async def _refused(gateway_seed: int, fault_seed: int | None = None) -> list[bool]:
    """Return which of 24 reads are refused by a fault that refuses half."""
    async with line(seed=gateway_seed) as gateway, pymodbus_client(gateway.port) as client:
        await gateway.begin(ExceptionAnswer(target="line", start=1.0, code=4, share=0.5, seed=fault_seed))
        return [(await client.read_holding_registers(5, count=1, device_id=11)).isError() for _ in range(24)]


async def test_a_share_of_the_answers_is_a_matter_of_the_seed() -> None:
    """The same seed refuses the same reads, another seed others, and a fault's own seed goes before the gateway's."""
    first = await _refused(gateway_seed=1)
    assert {True, False} == set(first)
    assert await _refused(gateway_seed=1) == first
    assert await _refused(gateway_seed=2) != first
    assert await _refused(gateway_seed=2, fault_seed=1) == first


async def test_busy_answers_twice_and_then_in_earnest() -> None:
    """Every question is put off by itself, and put off again when it is asked again later."""
    async with line() as gateway, raw_master(gateway.port) as master:
        await gateway.begin(Busy(target="line/11", start=0.0, times=2))
        for pdu, data in ((ASK_5, "05"), ("03 0007 0001", "07"), (ASK_5, "05")):
            for _ in range(2):
                assert await master.ask(pdu=pdu, length=3) == "0B83 06"
            assert await master.ask(pdu=pdu) == f"0B03 0200 {data}"


async def test_a_hole_refuses_what_touches_it() -> None:
    """A block over its first address, exception 2; beside it or in another table, data."""
    async with line() as gateway, raw_master(gateway.port) as master:
        await gateway.begin(IllegalHole(target="line/11", start=0.0, table="holding", first=8, last=9))
        assert await master.ask(pdu="03 0007 0002", length=3) == "0B83 02"
        assert await master.ask(pdu="03 0009 0001", length=3) == "0B83 02"
        assert await master.ask(pdu="03 0007 0001") == "0B03 0200 07"
        assert await master.ask(pdu="03 000A 0001") == "0B03 0200 0A"
        assert await master.ask(pdu="04 0008 0001") == "0B04 0200 08"


async def test_refused_clients_come_in_when_it_is_over() -> None:
    """Beyond the ones to keep nobody gets in; those that are connected stay."""
    fault = RefuseClients(target="line", start=0.0, keep=1)
    async with line() as gateway, raw_master(gateway.port) as one:
        await one.ask()
        await gateway.begin(fault)
        async with raw_master(gateway.port) as two:
            assert await two.is_cut()
        await one.ask()
        await gateway.end(fault)
        async with raw_master(gateway.port) as two:
            await two.ask()


async def test_a_silent_connection_is_reset() -> None:
    """The gateway ends it with a TCP reset after so long without a question; when the fault is over silence is allowed."""
    fault = IdleReset(target="line", start=0.0, after=0.2)
    async with line() as gateway:
        async with raw_master(gateway.port) as early:
            await early.ask()
            await gateway.begin(fault)
            with pytest.raises(ConnectionResetError):
                await early.reader.read(1)
        async with raw_master(gateway.port) as late:
            await late.ask()
            with pytest.raises(ConnectionResetError):
                await late.reader.read(1)
        async with raw_master(gateway.port) as spared:
            await gateway.end(fault)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(spared.reader.read(1), 0.5)
            await spared.ask()


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (NoAnswer(target="meters", start=0.0), "meters: this is line"),
        (NoAnswer(target="line/13", start=0.0), r"line/13: line has no unit '13' \(it has 11, 12\)"),
        (NoAnswer(target="line/", start=0.0), "line has no unit ''"),
        (
            RefuseClients(target="line/11", start=0.0),
            "line/11: refuse_clients does not happen here; what does: latency, ",
        ),
        (IdleReset(target="line/11", start=0.0), "line/11: idle_reset does not happen here; what does: "),
        (CounterReset(target="line", start=0.0), "line: counter_reset does not happen here; what does: "),
        (WireCut(target="line", start=0.0), "line: wire_cut does not happen here; what does: "),
        (ProbeNan(target="line", start=0.0, probe="pH"), "line: no probe 'pH'"),
    ],
)
async def test_a_fault_that_cannot_be_is_refused(fault: Window, message: str) -> None:
    """One line that says what and where; ending it is no error."""
    gateway = line()
    with pytest.raises(ValueError, match=message):
        await gateway.begin(fault)
    await gateway.end(fault)
