"""The Modbus driver over long times, in virtual time: its schedule, its pauses, and units that do not answer."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from edge.backoff import Backoff
from edge.drivers.modbus.address import Limits, Station
from edge.drivers.modbus.driver import ModbusDriver
from edge.drivers.modbus.endpoint import Endpoint, Transport
from edge.drivers.modbus.quarantine import LEAST_S
from edge.model.calendar import NS
from edge.model.frame import Frame
from tests.unit.drivers.frames import Frames, is_bad, is_good, readings, running
from tests.unit.drivers.modbus.plc import Ask, FakePlc
from tests.unit.drivers.modbus.tags import station, tag
from tests.virtual import VirtualClock, run

ANSWER_S = 0.02
UNITS = 10


def now() -> float:
    """Return the time of the loop."""
    return asyncio.get_running_loop().time()


class SlowPlc(FakePlc):
    """A device that takes a moment to answer, and notes when it was asked.

    Attributes:
        mute: units that do not answer.
        answer_s: how long an answer takes.
        times: of every request.
        greeted: when connections were made.
    """

    def __init__(self, *, rtu: bool = False, answer_s: float = ANSWER_S) -> None:
        super().__init__(rtu=rtu)
        self.mute: set[int] = set()
        self.answer_s = answer_s
        self.times: list[float] = []
        self.greeted: list[float] = []
        self.handler = self._handle
        self.on_connect = lambda _session: self.greeted.append(now())

    def _handle(self, ask: Ask) -> None:
        self.times.append(now())
        if ask.unit not in self.mute:
            asyncio.get_running_loop().call_later(self.answer_s, self.answer, ask)


def driver(plc: FakePlc, *stations: Station, timeout: float = 1.0, **more: object) -> ModbusDriver:
    """Return a driver as it is by default, in virtual time."""
    transport = Transport.RTU_TCP if plc.rtu else Transport.TCP
    endpoint = Endpoint(transport, "127.0.0.1", plc.port, timeout=timeout, baud=115_200, **more)  # type: ignore[arg-type]
    return ModbusDriver(endpoint, stations, VirtualClock(), lambda: Backoff(0.25, 1.5))


def meters(scan: float = 1.0) -> list[Station]:
    """Return ten meters behind one connection."""
    return [station(tag("v", 7, scan=scan), device=f"m{unit}", unit=unit) for unit in range(1, UNITS + 1)]


def good(frames: Frames, device: str, since: float = 0.0) -> list[Frame]:
    """Return the good frames of a device."""
    begin = VirtualClock().now() - round((now() - since) * NS)
    return [one for one in frames.all if one.device == device and one.time >= begin and is_good(one)]


@pytest.mark.parametrize("rtu", [False, True])
@pytest.mark.parametrize("was_alive", [False, True])
@pytest.mark.parametrize("timeout", [0.3, 1.0])
def test_nine_meters_keep_their_schedule_beside_a_mute_one(
    rtu: bool, was_alive: bool, timeout: float
) -> None:
    """Of ten units one is mute, for minutes: each other is read at least nine times in ten seconds."""

    async def main() -> None:
        async with SlowPlc(rtu=rtu) as plc:
            plc.mute = set() if was_alive else {4}
            frames = Frames()
            async with running(driver(plc, *meters(), timeout=timeout), frames):
                await asyncio.sleep(5.0)
                plc.mute = {4}
                began = now()
                await asyncio.sleep(200.0)
                for unit in set(range(1, UNITS + 1)) - {4}:
                    assert len(good(frames, f"m{unit}", began)) >= 180, unit
                assert not good(frames, "m4", began + 2.0)

    run(main())


@pytest.mark.parametrize("rtu", [False, True])
def test_a_meter_that_was_away_for_a_moment_is_back_soon(rtu: bool) -> None:
    """Ten seconds of silence cost a unit no more than three seconds beyond them, though others answered all along."""

    async def main() -> None:
        async with SlowPlc(rtu=rtu) as plc:
            frames = Frames()
            async with running(driver(plc, *meters()), frames):
                await asyncio.sleep(5.0)
                plc.mute = {4}
                await asyncio.sleep(10.0)
                plc.mute = set()
                ended, seen = now(), len(frames.all)
                await frames.until(lambda frame: frame.device == "m4" and is_good(frame), after=seen)
                assert now() - ended <= 3.0

    run(main())


def test_a_thousand_cycles_do_not_drift() -> None:
    """Each reading begins on the grid of its period, however long the ones before took."""

    async def main() -> None:
        async with SlowPlc() as plc:
            async with running(driver(plc, station(tag("v", 7, scan=0.1)))) as frames:
                await frames.until(is_good)
                await asyncio.sleep(100.0)
            grid = [moment - round(moment, 1) for moment in plc.times[1:]]
            assert len(grid) >= 1000
            assert max(grid) - min(grid) < 0.001

    run(main())


def test_slots_that_pass_unused_are_counted() -> None:
    """A device that takes three and a half periods is read at each fourth, and three in four are counted as missed."""

    async def main() -> None:
        async with SlowPlc(answer_s=0.35) as plc:
            one = driver(plc, station(tag("v", 7, scan=0.1)))
            async with running(one) as frames:
                await asyncio.sleep(40.05)
                read = len(frames.all)
            assert 90 <= read <= 120
            assert abs(one.missed + read - 400) <= 4

    run(main())


@pytest.mark.parametrize("rtu", [False, True])
def test_answers_that_always_come_too_late_are_never_values(rtu: bool) -> None:
    """A unit that answers 10 ms after the timeout is bad, is no storm of connections, and spoils nobody else."""

    async def main() -> None:
        async with SlowPlc(rtu=rtu) as plc:
            plc.memory = lambda unit, _function, address: 1000 * unit + address

            def handler(ask: Ask) -> None:
                after = 0.31 if ask.unit == 2 else ANSWER_S
                asyncio.get_running_loop().call_later(after, plc.answer, ask)

            plc.handler = handler
            async with running(driver(plc, *meters()[:3], timeout=0.3)) as frames:
                await asyncio.sleep(120.0)
                assert len(good(frames, "m1")) >= 108
                assert len(good(frames, "m3")) >= 108
            assert all(is_bad(frame) for frame in frames.all if frame.device == "m2")
            assert {frame.values[0] for frame in frames.all} <= {None, 1007, 3007}
            assert len(plc.greeted) <= 120

    run(main())


@pytest.mark.parametrize("rtu", [False, True])
def test_a_connection_is_given_its_rest_before_the_first_request(rtu: bool) -> None:
    """`pause_after_connect_ms` lies between each connection and its first request."""

    async def main() -> None:
        async with SlowPlc(rtu=rtu) as plc:
            more = {"pause_after_connect_ms": 200, "close_after_cycle": True}
            async with running(driver(plc, station(tag("v", 7)), **more)) as frames:
                await asyncio.sleep(10.0)
            assert len(plc.greeted) >= 9
            first = [min(asked for asked in plc.times if asked >= made) - made for made in plc.greeted]
            assert min(first) >= 0.2
            assert all(is_good(frame) for frame in frames.all)

    run(main())


@pytest.mark.parametrize("rtu", [False, True])
def test_a_device_with_few_connections_has_its_own_back_between_cycles(rtu: bool) -> None:
    """`close_after_cycle` hangs up as soon as nothing is due, and not before the values are proven."""

    async def main() -> None:
        async with SlowPlc(rtu=rtu) as plc:
            two = [station(tag("v", 7), device=f"m{unit}", unit=unit) for unit in (1, 2)]
            async with running(driver(plc, *two, close_after_cycle=True)) as frames:
                await asyncio.sleep(5.8)
                assert not plc.sessions
            assert len(plc.greeted) == 6
            assert all(is_good(frame) for frame in frames.all)

    run(main())


def test_the_rest_before_a_request_is_kept() -> None:
    """The device sees `pause_ms` between its answer and the next request."""

    async def main() -> None:
        async with SlowPlc() as plc:
            tags = [tag(f"r{n}", 200 * n) for n in range(4)]
            async with running(driver(plc, station(*tags, limits=Limits(pause_ms=30)))):
                await asyncio.sleep(10.0)
            gaps = [after - before for before, after in itertools.pairwise(plc.times)]
            assert min(gaps) >= ANSWER_S + 0.03

    run(main())


class JumpingClock(VirtualClock):
    """A clock that is set while a pass is under way."""

    offset = 0

    def now(self) -> int:
        """Return the time by the calendar."""
        return super().now() + self.offset


def test_a_clock_that_is_set_during_a_pass_spoils_no_time() -> None:
    """A box without a battery learns the date late: no frame is stamped half-way between 1970 and today."""

    async def main() -> None:
        clock = JumpingClock()
        year = 365 * 24 * 3600 * NS
        async with SlowPlc(answer_s=0.2) as plc:
            endpoint = Endpoint(Transport.TCP, "127.0.0.1", plc.port)
            tags = [tag(f"r{n}", 200 * n) for n in range(3)]
            async with running(ModbusDriver(endpoint, [station(*tags)], clock)) as frames:
                await asyncio.sleep(3.3)
                clock.offset = year
                await asyncio.sleep(3.0)
                latest = clock.now()
        assert len(frames.all) >= 6
        for frame in frames.all:
            away = min(abs(latest - frame.time), abs(latest - year - frame.time))
            assert away < 10 * NS

    run(main())


def test_a_doubled_answer_is_not_taken_for_the_next_ones_before_hanging_up() -> None:
    """Where the driver hangs up after each cycle, the answer that is left over is still waited for."""

    async def main() -> None:
        async with SlowPlc(rtu=True) as plc:

            def handler(ask: Ask) -> None:
                plc.times.append(now())
                copies = 2 if len(plc.times) % 5 == 0 else 1
                asyncio.get_running_loop().call_later(ANSWER_S, ask.send, plc.frame(ask, plc.pdu(ask)))
                if copies > 1:
                    asyncio.get_running_loop().call_later(
                        2 * ANSWER_S, ask.send, plc.frame(ask, plc.pdu(ask))
                    )

            plc.handler = handler
            pair = station(tag("near", 100), tag("far", 300), limits=Limits(gap=0))
            async with running(driver(plc, pair, close_after_cycle=True)) as frames:
                await asyncio.sleep(60.0)
        assert sum(is_good(frame) for frame in frames.all) >= 20
        for frame in frames.all:
            assert readings(frame)["near"] in (None, 100)
            assert readings(frame)["far"] in (None, 300)

    run(main())


def test_bytes_that_are_no_frame_put_in_doubt_what_was_read_before_them() -> None:
    """Nobody knows where in the stream the answer before has really ended: its values are not handed on as good."""

    async def main() -> None:
        async with SlowPlc() as plc:

            def handler(ask: Ask) -> None:
                if ask.start == 500 and len(plc.asks) % 4 == 0:
                    ask.send(bytes(range(40, 80)))
                else:
                    plc.answer(ask)

            plc.handler = handler
            pair = station(tag("near", 0), tag("far", 500))
            async with running(driver(plc, pair)) as frames:
                await asyncio.sleep(30.0)
        half = [frame for frame in frames.all if readings(frame)["far"] is None]
        assert half
        assert all(is_bad(frame) for frame in half)
        assert sum(is_good(frame) for frame in frames.all) >= 5

    run(main())


def test_a_line_without_numbers_rests_between_questions_whose_answers_look_alike() -> None:
    """Long enough for a doubled answer to show before the next question could take it for its own."""

    async def main() -> None:
        async with SlowPlc(rtu=True) as plc:
            pair = station(tag("near", 100), tag("far", 300), limits=Limits(gap=0))
            async with running(driver(plc, pair)):
                await asyncio.sleep(20.0)
        pairs = list(zip(plc.asks[::2], plc.times[::2], plc.times[1::2], strict=False))
        assert len(pairs) >= 15
        for first, asked, asked_again in pairs[1:]:
            assert first.start == 100
            assert asked_again - asked - ANSWER_S >= LEAST_S - 1e-6

    run(main())


def test_a_device_that_is_lost_each_second_is_spoken_of_each_minute(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """At once, then how often since: no line fills a disk with its losses."""

    async def main() -> None:
        async with SlowPlc() as plc:
            plc.handler = lambda ask: ask.hang_up() if len(plc.asks) % 3 else plc.answer(ask)
            async with running(driver(plc, station(tag("v", 7)))) as frames:
                await asyncio.sleep(300.0)
        assert sum(is_bad(frame) for frame in frames.all) >= 50

    run(main())
    said = [line for line in (capsys.readouterr().out + caplog.text).splitlines() if "modbus" in line]
    assert 5 <= len(said) <= 14


def test_a_device_that_has_its_numbers_again_is_believed_again() -> None:
    """A gateway that answered under number 0 for a moment does not slow its line down for ever."""

    async def main() -> None:
        async with SlowPlc() as plc:

            def handler(ask: Ask) -> None:
                plc.times.append(now())
                number = 0 if 10 < len(plc.times) < 20 else None
                asyncio.get_running_loop().call_later(
                    ANSWER_S, ask.send, plc.frame(ask, plc.pdu(ask), tid=number)
                )

            plc.handler = handler
            one = driver(plc, station(tag("v", 7, scan=0.2)))
            async with running(one) as frames:
                await asyncio.sleep(3.5)
                assert not one._connection.is_numbered
                await asyncio.sleep(15.0)
                assert one._connection.is_numbered
            assert all(is_good(frame) for frame in frames.all)

    run(main())


@pytest.mark.parametrize("rtu", [False, True])
def test_a_driver_that_is_cancelled_at_any_moment_closes_its_connection(rtu: bool) -> None:
    """While it connects, rests, asks, waits for a mute unit or for its turn: it ends at once and hangs up."""

    async def main() -> None:
        for moment in range(60):
            async with SlowPlc(rtu=rtu) as plc:
                plc.mute = {2}
                more = {"pause_after_connect_ms": 3, "close_after_cycle": bool(moment % 2)}
                frames = Frames()
                one = driver(plc, *meters(scan=0.1)[:3], timeout=0.05, **more)
                task = asyncio.create_task(one.run(frames.emit))
                await asyncio.sleep(0.0043 * moment)
                task.cancel()
                began = now()
                await asyncio.wait([task])
                assert task.cancelled()
                assert now() == began
                await asyncio.sleep(0.001)
                assert not plc.sessions

    run(main())


def test_one_gateway_word_for_a_unit_costs_the_others_nothing() -> None:
    """Exceptions 0x0A and 0x0B for one of ten units, for ten minutes: the others miss no slot at all."""

    async def main() -> None:
        async with SlowPlc() as plc:

            def handler(ask: Ask) -> None:
                pdu = plc.exception(ask, 0x0A + len(plc.asks) % 2) if ask.unit == 4 else plc.pdu(ask)
                asyncio.get_running_loop().call_later(ANSWER_S, ask.send, plc.frame(ask, pdu))

            plc.handler = handler
            one = driver(plc, *meters())
            async with running(one) as frames:
                await asyncio.sleep(600.0)
                assert min(len(good(frames, f"m{unit}")) for unit in range(1, UNITS + 1) if unit != 4) >= 599
            assert one.missed == 0
            assert len(plc.greeted) == 1

    run(main())
