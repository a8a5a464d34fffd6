"""The Modbus driver against real sockets: what it reads, how it waits, and what it does without an answer."""

from __future__ import annotations

import asyncio
import itertools

import pytest
import structlog
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType as SimType
from pymodbus.simulator import SimData, SimDevice

from edge.backoff import Backoff
from edge.clock import SystemClock
from edge.drivers.modbus.address import DataType, Limits, Table
from edge.drivers.modbus.driver import ModbusDriver
from edge.drivers.modbus.endpoint import Endpoint, Transport
from tests.unit.drivers.frames import is_bad, is_good, readings, running
from tests.unit.drivers.modbus.plc import Ask, FakePlc
from tests.unit.drivers.modbus.tags import LONG_TIMEOUT, SCAN, TIMEOUT, pair, quick, station, tag


async def test_reads_what_an_independent_server_holds() -> None:
    """Pymodbus' own server, with its own encoder, is read over all four tables."""
    simulated = SimDevice(
        1,
        simdata=(
            [SimData(5, values=[True, False, True], datatype=SimType.BITS)],
            [SimData(9, values=[True], datatype=SimType.BITS)],
            [
                SimData(0, values=[7], datatype=SimType.REGISTERS),
                SimData(10, values=230.5, datatype=SimType.FLOAT32),
            ],
            [SimData(3, values=123456, datatype=SimType.INT32)],
        ),
    )
    server = ModbusTcpServer(simulated, address=("127.0.0.1", 0))
    await server.serve_forever(background=True)
    port = server.transport.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    tags = (
        tag("coil", 5, DataType.BOOL, table=Table.COIL, scan=SCAN),
        tag("other", 6, DataType.BOOL, table=Table.COIL, scan=SCAN),
        tag("flag", 9, DataType.BOOL, table=Table.DISCRETE, scan=SCAN),
        tag("word", 0, table=Table.HOLDING, scan=SCAN),
        tag("voltage", 10, DataType.FLOAT32, table=Table.HOLDING, scan=SCAN),
        tag("energy", 3, DataType.INT32, table=Table.INPUT, scan=SCAN),
    )
    driver = ModbusDriver(Endpoint(Transport.TCP, "127.0.0.1", port), [station(*tags)], SystemClock())
    try:
        async with running(driver) as frames:
            frame = await frames.until(is_good)
    finally:
        await server.shutdown()  # type: ignore[no-untyped-call]

    assert readings(frame) == {
        "coil": True,
        "other": False,
        "flag": True,
        "word": 7,
        "voltage": 230.5,
        "energy": 123456,
    }


async def test_one_connection_serves_all_stations_and_periods(plc: FakePlc) -> None:
    """Devices behind a gateway share its connection; each scan class comes in frames of its own."""
    plc.memory = lambda unit, _function, address: unit * 1000 + address
    first = station(tag("fast", 1, scan=SCAN), tag("slow", 2, scan=60.0), device="a", unit=1)
    second = station(tag("fast", 1, scan=SCAN), device="b", unit=2)

    async with running(quick(plc, first, second)) as frames:
        slow = await frames.until(lambda frame: frame.tags == ("slow",))
        fast = await frames.until(lambda frame: frame.tags == ("fast",) and frame.device == "a", count=3)
        other = await frames.until(lambda frame: frame.device == "b", count=3)
        assert len(plc.sessions) == 1

    assert [list(frame.values) for frame in (slow, fast, other)] == [[1002], [1001], [2001]]
    assert sum(frame.tags == ("slow",) for frame in frames.all) == 1


async def test_a_frame_is_stamped_with_the_middle_of_its_requests(plc: FakePlc) -> None:
    """The acquisition time lies between the first question and the last answer."""
    clock = SystemClock()
    before = clock.now()

    async with running(quick(plc, pair())) as frames:
        frame = await frames.until(is_good)

    assert before < frame.time < clock.now()


@pytest.mark.parametrize("code", [1, 4, 6])
async def test_an_exception_makes_its_request_bad_and_keeps_the_connection(plc: FakePlc, code: int) -> None:
    """A device that is there but refuses is no reason to reconnect; the other request is good."""

    def handler(ask: Ask) -> None:
        ask.send(plc.frame(ask, plc.exception(ask, code) if ask.start == 100 else plc.pdu(ask)))

    plc.handler = handler
    async with running(quick(plc, pair())) as frames:
        await frames.until(lambda _: True, count=5)
        assert len(plc.sessions) == 1

    assert all(readings(frame) == {"near": None, "far": 300} for frame in frames.all)
    assert len({ask.send for ask in plc.asks}) == 1


async def test_a_missing_register_costs_its_own_tag_only(plc: FakePlc) -> None:
    """A block with an illegal address is cut within the pass; what is learned holds for the next."""
    plc.memory = lambda _unit, _function, address: None if address == 5 else address
    tags = [tag(f"r{n}", n, scan=SCAN) for n in range(10)]

    async with running(quick(plc, station(*tags))) as frames:
        await frames.until(lambda _: True, count=3)

    for frame in frames.all:
        assert list(frame.values) == [0, 1, 2, 3, 4, None, 6, 7, 8, 9]


async def test_a_dead_unit_does_not_starve_the_others(plc: FakePlc) -> None:
    """A mute meter is bad and probed now and then; its neighbours are read meanwhile, and it comes back."""
    mute = [True]

    def handler(ask: Ask) -> None:
        if ask.unit != 2 or not mute:
            plc.answer(ask)

    plc.handler = handler
    stations = [station(tag("near", 100, scan=SCAN), device=f"m{unit}", unit=unit) for unit in (1, 2, 3)]
    async with running(quick(plc, *stations)) as frames:
        await frames.until(lambda frame: frame.device == "m3" and is_good(frame), count=20)
        probes = sum(ask.unit == 2 for ask in plc.asks)
        said = [frame for frame in frames.all if frame.device == "m2"]
        mute.clear()
        await frames.until(lambda frame: frame.device == "m2" and is_good(frame))

    assert probes <= 8
    assert len(said) <= probes
    assert all(is_bad(frame) for frame in said)
    assert all(is_good(frame) for frame in frames.all if frame.device != "m2")


async def test_all_tags_of_a_dead_unit_are_bad(plc: FakePlc) -> None:
    """The slow tags of a mute unit do not keep looking good until their next turn."""
    plc.handler = lambda ask: plc.answer(ask) if len(plc.asks) <= 4 else None
    both = station(tag("fast", 1, scan=SCAN), tag("slow", 2, scan=60.0))

    async with running(quick(plc, both)) as frames:
        await frames.until(lambda frame: frame.tags == ("slow",) and is_good(frame))
        await frames.until(lambda frame: frame.tags == ("slow",) and is_bad(frame))


@pytest.mark.parametrize("code", [0x0A, 0x0B])
async def test_a_gateway_that_misses_a_unit_keeps_its_connection(tcp_plc: FakePlc, code: int) -> None:
    """«Target failed to respond» makes the unit wait like a timeout does, without closing the connection."""

    def handler(ask: Ask) -> None:
        pdu = tcp_plc.exception(ask, code) if ask.unit == 2 else tcp_plc.pdu(ask)
        ask.send(tcp_plc.frame(ask, pdu))

    tcp_plc.handler = handler
    stations = [station(tag("near", 100, scan=SCAN), device=f"m{unit}", unit=unit) for unit in (1, 2)]
    async with running(quick(tcp_plc, *stations)) as frames:
        await frames.until(lambda frame: frame.device == "m1" and is_good(frame), count=12)

    assert len({ask.send for ask in tcp_plc.asks}) == 1
    assert all(is_bad(frame) == (frame.device == "m2") for frame in frames.all)
    assert sum(ask.unit == 2 for ask in tcp_plc.asks) < 6


async def test_a_connection_closed_while_idle_is_no_loss(plc: FakePlc) -> None:
    """A device that hangs up after each answer is connected to anew, and nothing is said."""

    def handler(ask: Ask) -> None:
        plc.answer(ask)
        asyncio.get_running_loop().call_soon(ask.hang_up)

    plc.handler = handler
    async with running(quick(plc, station(tag("near", 100, scan=SCAN)))) as frames:
        await frames.until(lambda _: True, count=5)

    assert all(is_good(frame) for frame in frames.all)


async def test_a_device_that_hangs_up_after_each_answer_is_read_in_several_requests(plc: FakePlc) -> None:
    """The next question may be on its way when the end of the connection comes: it was not heard, and is no loss."""

    def handler(ask: Ask) -> None:
        plc.answer(ask)
        ask.hang_up()

    plc.handler = handler
    tags = [tag(f"far_{place}", 300 * place, scan=SCAN) for place in range(4)]
    async with running(quick(plc, station(*tags))) as frames:
        await frames.until(is_good, count=3)

    assert all(is_good(frame) for frame in frames.all)


async def test_a_device_that_accepts_and_hangs_up_is_not_stormed(plc: FakePlc) -> None:
    """Only an answer ends the backoff, so that a PLC out of connections is not hammered."""
    made: list[Backoff] = []

    def backoff() -> Backoff:
        made.append(Backoff(0.02, 0.1))
        return made[-1]

    plc.on_connect = lambda session: session.transport.abort()
    endpoint = Endpoint(
        Transport.RTU_TCP if plc.rtu else Transport.TCP, "127.0.0.1", plc.port, timeout=TIMEOUT
    )
    driver = ModbusDriver(endpoint, [pair()], SystemClock(), backoff)
    async with running(driver) as frames:
        await frames.until(is_bad, count=4)

        assert made[0].attempts >= 4


async def test_loss_and_recovery_are_logged_once(plc: FakePlc) -> None:
    """Between «lost» and «back» the log is silent, however many attempts fail."""
    with structlog.testing.capture_logs() as entries:
        async with running(quick(plc, pair())) as frames:
            await frames.until(is_good)
            await plc.stop()
            await frames.until(is_bad, count=5)
            await plc.start()
            await frames.until(is_good, after=len(frames.all), count=2)

    assert [entry["event"] for entry in entries] == ["modbus lost", "modbus back"]


async def test_requests_of_a_slow_device_are_kept_apart(plc: FakePlc) -> None:
    """`pause_ms` is the rest between an answer and the next request."""
    times: list[float] = []

    def handler(ask: Ask) -> None:
        times.append(asyncio.get_running_loop().time())
        plc.answer(ask)

    plc.handler = handler
    tags = [tag(f"r{n}", 200 * n, scan=SCAN) for n in range(4)]
    async with running(quick(plc, station(*tags, limits=Limits(pause_ms=20)))) as frames:
        await frames.until(is_good, count=2)

    gaps = [after - before for before, after in itertools.pairwise(times)]
    assert min(gaps) >= 0.02


async def test_slots_that_cannot_be_kept_are_skipped_and_counted(plc: FakePlc) -> None:
    """A device slower than its period is read as fast as it answers, without a queue of old slots."""

    def handler(ask: Ask) -> None:
        asyncio.get_running_loop().call_later(3.5 * SCAN, plc.answer, ask)

    plc.handler = handler
    driver = quick(plc, station(tag("near", 100, scan=SCAN)), timeout=1.0)

    async with running(driver) as frames:
        await frames.until(is_good, count=3)

        assert driver.missed >= 4


async def test_cancelling_during_a_request_closes_the_connection(plc: FakePlc) -> None:
    """No answer is waited for at the end."""
    asked = asyncio.Event()
    plc.handler = lambda _ask: asked.set()

    async with running(quick(plc, pair(), timeout=LONG_TIMEOUT)):
        await asyncio.wait_for(asked.wait(), 5)
    await asyncio.wait_for(plc.idle.wait(), 5)

    assert len(plc.asks) == 1
