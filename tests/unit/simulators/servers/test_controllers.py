"""Every make of PLC over a real socket: address maps, word orders, functions and limits."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import replace
from typing import Literal

import pytest

from simulators.model.snapshot import Status
from simulators.servers.controllers import PARK, Controller
from simulators.servers.makes import (
    DELTA_AS,
    DELTA_DVP,
    INOVANCE_EASY,
    INOVANCE_H5U,
    MITSUBISHI_FX5U,
    SIEMENS_S7_1200,
    XINJE_XD,
    Make,
)
from simulators.servers.memory import ControllerSpec
from tests.unit.simulators.servers.plcs import (
    CLOCK,
    HEARTBEAT,
    SNAPSHOT,
    counted,
    park_snapshots,
    park_totals,
    plc,
    pymodbus_client,
    raw_client,
)

_MAKES = (
    DELTA_AS,
    DELTA_DVP,
    INOVANCE_EASY,
    INOVANCE_H5U,
    MITSUBISHI_FX5U,
    SIEMENS_S7_1200,
    XINJE_XD,
)
_D0 = {"Delta DVP": 0x1000}
_M0 = {"Delta DVP": 0x0800}


def _named(make: Make) -> str:
    return make.title


@pytest.mark.parametrize("make", _MAKES, ids=_named)
async def test_pymodbus_reads_a_block_of_every_make(make: Make) -> None:
    """Counter, float, string, total and status bits, in the make's order and at its addresses."""
    word_order: Literal["big", "little"] = "big" if make is SIEMENS_S7_1200 else "little"
    d0, m0 = _D0.get(make.title, 0), _M0.get(make.title, 0)
    async with plc(make) as served, pymodbus_client(served.controller.ports[0]) as client:
        block = (await client.read_holding_registers(d0, count=62, device_id=1)).registers
        bits = (await client.read_coils(m0, count=16, device_id=1)).bits[:16]
    convert, types = client.convert_from_registers, client.DATATYPE
    assert block[0] == HEARTBEAT
    assert convert(block[4:6], types.UINT32, word_order=word_order) == SNAPSHOT.total
    assert convert(block[28:30], types.FLOAT32, word_order=word_order) == 230.5
    assert convert(block[60:62], types.UINT32, word_order=word_order) == 1000
    assert bits == [bool(SNAPSHOT.status >> n & 1) for n in range(16)]
    batch = struct.pack(">8H" if make not in (INOVANCE_EASY, INOVANCE_H5U) else "<8H", *block[20:28])
    assert batch.rstrip(b"\0") == b"JA01-00001-01"


@pytest.mark.parametrize(
    ("make", "known"),
    [
        (DELTA_AS, {1, 2, 3}),
        (DELTA_DVP, {1, 2, 3}),
        (INOVANCE_EASY, {1, 3}),
        (INOVANCE_H5U, {1, 3}),
        (MITSUBISHI_FX5U, {1, 2, 3, 4}),
        (SIEMENS_S7_1200, {1, 2, 3, 4}),
        (XINJE_XD, {1, 2, 3}),
    ],
)
async def test_functions_that_a_make_does_not_know(make: Make, known: set[int]) -> None:
    """Are exception 1, those for files, masks and identification among them; the others answer."""
    d0, m0 = _D0.get(make.title, 0), _M0.get(make.title, 0)
    async with plc(make) as served, raw_client(served.controller.ports[0]) as client:
        for function in (1, 2, 3, 4):
            start = m0 if function <= 2 else d0
            answer = await client.ask(f"{function:02X} {start:04X} 0001")
            assert answer[:2] == f"{function if function in known else function | 0x80:02X}"
        for pdu in ("14 07 06 0001 0000 0001", "15 00", "16 0000 0000 0000", "17", "2B 0E 01 00"):
            function = int(pdu[:2], 16)
            assert await client.ask(pdu) == f"{function | 0x80:02X}01"


@pytest.mark.parametrize("make", _MAKES, ids=_named)
async def test_a_request_has_so_many_registers_and_no_more(make: Make) -> None:
    """A Delta refuses 101 with exception 3, the others 126."""
    most = 100 if make in (DELTA_AS, DELTA_DVP) else 125
    spec = ControllerSpec(make, {"a": 0, "b": 100})
    async with Controller("plc", spec) as controller, raw_client(controller.ports[0]) as client:
        d0 = _D0.get(make.title, 0)
        assert len(await client.words(d0, most)) == most
        assert await client.ask(f"03 {d0:04X} {most + 1:04X}") == "8303"


@pytest.mark.parametrize(
    ("make", "there", "hole"),
    [
        (XINJE_XD, 0x4FFF, 0x5000),
        (XINJE_XD, 0xA080, 0xA07F),
        (INOVANCE_H5U, 7999, 8000),
        (DELTA_DVP, 0x1000, 0x0FFF),
        (DELTA_DVP, 0x1FFF, 0x2000),
        (DELTA_DVP, 0x9000, 0x8FFF),
        (DELTA_DVP, 0xA70F, 0xA710),
        (DELTA_AS, 29999, 30000),
        (SIEMENS_S7_1200, 61, 62),
        (MITSUBISHI_FX5U, 61, 62),
    ],
)
async def test_where_the_addresses_of_a_make_end(make: Make, there: int, hole: int) -> None:
    """The last register that exists is read, the one beside it is exception 2."""
    async with plc(make) as served, raw_client(served.controller.ports[0]) as client:
        assert len(await client.words(there)) == 1
        assert await client.ask(f"03 {hole:04X} 0001") == "8302"


@pytest.mark.parametrize(
    ("make", "x0", "y0"),
    [(XINJE_XD, 0x5000, 0x6000), (INOVANCE_H5U, 0xF800, 0xFC00), (DELTA_DVP, 0x400, 0x500)],
)
async def test_inputs_and_outputs_are_numbered_in_octal(make: Make, x0: int, y0: int) -> None:
    """The second machine has X10 (emergency stop), X11 (door) and Y10 (runs), Y11 (fault); its M are at its D number."""
    spec = ControllerSpec(make, {"quiet": 0, "busy": 100})
    busy = counted(1)
    quiet = replace(busy, status=Status.EMERGENCY_STOP | Status.DOOR_OPEN)
    async with Controller("plc", spec) as controller, raw_client(controller.ports[0]) as client:
        controller.show({"quiet": quiet, "busy": busy}, {}, 1, CLOCK)
        assert await client.ask(f"01 {x0:04X} 000A") == "0102" + "0300"
        assert await client.ask(f"01 {y0 + 0o10:04X} 0002") == "0101" + "01"
        m100 = _M0.get(make.title, 0) + 100
        assert await client.ask(f"01 {m100:04X} 0010") == "0102" + "0308"


async def test_a_xinje_answers_no_sooner_than_5_ms_after_the_question() -> None:
    """Ten questions take 50 ms; their order is kept."""
    loop = asyncio.get_running_loop()
    async with plc(XINJE_XD) as served, raw_client(served.controller.ports[0]) as client:
        start = loop.time()
        asked = [client.send("03 0000 0001") for _ in range(10)]
        assert [(await client.answer())[0] for _ in asked] == asked
        assert loop.time() - start >= 0.050


async def test_a_siemens_has_a_port_for_every_client() -> None:
    """The second client of a port is cut off and the first stays; on the next port there is room."""
    async with Controller("jar_line", PARK["jar_line"]) as controller:
        one, two, three = controller.ports
        async with raw_client(one) as client:
            await client.words(0)
            async with raw_client(one) as other:
                assert await other.is_cut()
            await client.words(0)
            async with raw_client(two) as other, raw_client(three) as another:
                await other.words(0)
                await another.words(0)


async def test_the_others_take_16_clients() -> None:
    """The 17th is cut off."""
    async with Controller("bath", PARK["bath"]) as controller:
        clients = [await asyncio.open_connection("127.0.0.1", controller.ports[0]) for _ in range(16)]
        async with raw_client(controller.ports[0]) as late:
            assert await late.is_cut()
        for _, writer in clients:
            writer.close()


async def test_retentive_counters_and_totals() -> None:
    """A Xinje keeps total, good and reject once more from HD0, a Delta from D4096; all are CDAB."""
    async with Controller("intake", PARK["intake"]) as controller, raw_client(controller.ports[0]) as client:
        snapshots = park_snapshots()
        controller.show(snapshots, park_totals(), HEARTBEAT, CLOCK)
        washing = snapshots["washing"]
        kept = [await client.double_word(0xA080 + n) for n in (0, 2, 4)]
        assert kept == [washing.total, washing.good, washing.reject]
        assert await client.double_word(204) == washing.total
    async with (
        Controller("pouch_a", PARK["pouch_a"]) as controller,
        raw_client(controller.ports[0]) as client,
    ):
        controller.show(snapshots, park_totals(), HEARTBEAT, CLOCK)
        packed = snapshots["pouch_a"]
        kept = [await client.double_word(0x9000 + n) for n in (0, 2, 4)]
        assert kept == [packed.total, packed.good, packed.reject]
    async with Controller("prep", PARK["prep"]) as controller, raw_client(controller.ports[0]) as client:
        controller.show(snapshots, park_totals(), HEARTBEAT, CLOCK)
        assert [await client.double_word(n) for n in (400, 402)] == [
            park_totals()["steam_kg"],
            park_totals()["water_dm3"],
        ]


async def test_a_reader_sees_the_moment() -> None:
    """What is shown later is in the next answer, and what was asked for ports is given."""
    async with plc() as served, raw_client(served.controller.ports[0]) as client:
        assert await client.double_word(4) == SNAPSHOT.total
        served.show(counted(70_000, 1))
        assert await client.double_word(4) == 70_001


async def test_it_listens_where_it_is_told() -> None:
    """A port that is given is taken; a taken one ends the attempt, and the ports before it are let go."""
    spec = ControllerSpec(SIEMENS_S7_1200, {"press": 0}, ports=2)
    async with Controller("a", spec) as a:
        free, taken = a.ports
    async with Controller("b", spec, ports=(taken,)) as b:
        assert b.ports[0] == taken
        with pytest.raises(OSError, match="in use"):
            await Controller("c", spec, ports=(free, taken)).__aenter__()
        async with Controller("d", spec, ports=(free,)) as d:
            assert d.ports[0] == free
    with pytest.raises(ValueError, match=r"e: listens on 2 port\(s\), not on 3"):
        Controller("e", spec, ports=(0, 0, 0))
