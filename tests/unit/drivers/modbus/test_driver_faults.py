"""The Modbus driver and answers that are late, foreign, damaged or cut off: none of them may become a value."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from edge.drivers.modbus.address import DataType
from edge.model.frame import Frame
from tests.unit.drivers.frames import Frames, is_bad, is_good, readings, running
from tests.unit.drivers.modbus.plc import Ask, FakePlc
from tests.unit.drivers.modbus.tags import LONG_TIMEOUT, SCAN, pair, quick, station, tag


def wrong_values(frames: Frames) -> Iterator[Frame]:
    """Yield frames in which a tag has a value that was never at its address."""
    right = {"near": 100, "far": 300}
    for frame in frames.all:
        if any(value not in (None, right[name]) for name, value in readings(frame).items()):
            yield frame


@pytest.mark.parametrize("rtu", [True, False])
async def test_a_late_answer_is_never_taken_for_the_next_requests(rtu: bool) -> None:
    """RTU frames carry no number, and some TCP devices answer transaction 0, which fits every request.

    The device keeps back every second answer for 300 and gives it, on the same connection, just before the next one,
    which is the answer for 100: it must find no socket.
    """
    kept: dict[object, bytes] = {}

    def handler(ask: Ask) -> None:
        answer = device.frame(ask, device.pdu(ask), tid=0)
        if ask.start == 300 and sum(other.start == 300 for other in device.asks) % 2:
            kept[ask.hang_up] = answer
        else:
            ask.send(kept.pop(ask.hang_up, b"") + answer)

    async with FakePlc(rtu=rtu) as device:
        device.handler = handler
        async with running(quick(device, pair())) as frames:
            await frames.until(lambda frame: not is_good(frame), count=3)
            await frames.until(is_good, count=3)

    assert list(wrong_values(frames)) == []


async def test_a_late_answer_from_another_unit_is_not_taken(rtu_plc: FakePlc) -> None:
    """A serial server may hand late bytes to whoever is connected by then: the unit in them tells whose they are."""
    kept: list[bytes] = []
    rtu_plc.memory = lambda unit, _function, address: unit * 1000 + address

    def handler(ask: Ask) -> None:
        answer = rtu_plc.frame(ask, rtu_plc.pdu(ask))
        if len(rtu_plc.asks) % 4 == 1:
            kept.append(answer)
            return
        while kept:
            ask.send(kept.pop())
        asyncio.get_running_loop().call_later(0.01, ask.send, answer)

    rtu_plc.handler = handler
    stations = [station(tag("near", 100, scan=SCAN), device=f"m{unit}", unit=unit) for unit in (1, 2)]
    async with running(quick(rtu_plc, *stations)) as frames:
        await frames.until(is_good, count=6)

    right = {"m1": 1100, "m2": 2100}
    assert any(not is_good(frame) for frame in frames.all)
    assert all(frame.values[0] in (None, right[frame.device]) for frame in frames.all)


@pytest.mark.parametrize(
    "fault", ["wrong unit", "short", "long", "wrong function", "lying length", "nothing", "half a frame"]
)
async def test_an_answer_that_does_not_fit_is_bad(plc: FakePlc, fault: str) -> None:
    """Whatever is not exactly the answer to the request is no value; the right answer afterwards is one."""

    def handler(ask: Ask) -> None:
        honest = plc.pdu(ask)
        frames = {
            "wrong unit": plc.frame(ask, honest, unit=ask.unit + 1),
            "short": plc.frame(ask, bytes([3, 2, 0, 7])),
            "long": plc.frame(ask, bytes([3, 8, *range(8)])),
            "wrong function": plc.frame(ask, bytes([4]) + honest[1:]),
            "lying length": plc.frame(ask, bytes([3, 4, 0, 7])),
            "nothing": b"",
            "half a frame": plc.frame(ask, honest)[:5],
        }
        ask.send(frames[fault] if len(plc.asks) == 1 else plc.frame(ask, honest))

    plc.handler = handler
    double = station(tag("v", 100, DataType.UINT32, scan=SCAN))
    async with running(quick(plc, double)) as frames:
        first = await frames.until(lambda _: True)
        good = await frames.until(is_good)

    assert is_bad(first)
    assert list(good.values) == [100 << 16 | 101]


async def test_a_reset_during_a_request_is_noticed_at_once(plc: FakePlc) -> None:
    """A PLC that restarts, and hangs up on the next connection too, does not cost a timeout of half a minute."""

    def handler(ask: Ask) -> None:
        if len(plc.asks) in (3, 4):
            ask.hang_up()
        else:
            plc.answer(ask)

    plc.handler = handler
    async with running(quick(plc, station(tag("near", 100, scan=SCAN)), timeout=LONG_TIMEOUT)) as frames:
        await frames.until(is_bad)
        await frames.until(is_good, after=len(frames.all))
