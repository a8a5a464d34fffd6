"""What every driver owes the node, whatever its protocol: one suite, a harness for each implementation.

A new protocol adds a harness to `HARNESSES`; nothing else here changes.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Protocol

import pytest
import pytest_asyncio

from edge.backoff import Backoff
from edge.clock import SystemClock
from edge.drivers.base import Driver
from edge.drivers.modbus.address import DataType, Limits, Station
from edge.drivers.modbus.driver import ModbusDriver
from edge.drivers.modbus.endpoint import Endpoint, Transport
from edge.drivers.opcua.address import Mode
from edge.drivers.opcua.driver import OpcuaDriver
from edge.drivers.opcua.pki import Pki
from edge.model.frame import Frame, Value
from tests.unit.drivers.frames import Frames, is_bad, is_good, readings, running
from tests.unit.drivers.modbus.plc import FakePlc, SerialPlc
from tests.unit.drivers.modbus.tags import tag
from tests.unit.drivers.opcua.hall import Hall, address, until
from tests.unit.drivers.opcua.hall import tag as opcua_tag

pytestmark = pytest.mark.asyncio(loop_scope="module")
DEADLINE_S = 10.0


class Harness(Protocol):
    """A device of one protocol, absent at first, and the driver that is to read it."""

    device: str
    expected: Mapping[str, Value]

    def driver(self) -> Driver:
        """Return a driver of this device, with short pauses between attempts."""
        ...

    async def start(self) -> None:
        """Bring the device up, at the same place each time."""
        ...

    async def stop(self) -> None:
        """Take it away without a word; it may be away already."""
        ...

    async def left(self) -> None:
        """Wait until the driver has no connection to it any more."""
        ...


class ModbusHarness:
    """A Modbus device over a socket."""

    device = "press"
    expected: Mapping[str, Value] = {"count": 4 << 16 | 5, "speed": 1.1, "running": True}

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._plc = FakePlc(rtu=transport is Transport.RTU_TCP)

    def driver(self) -> Driver:
        """Return a driver of this device."""
        endpoint = Endpoint(self._transport, "127.0.0.1", self._plc.port, timeout=0.2)
        return _modbus_driver(endpoint, self.device)

    async def start(self) -> None:
        """Listen."""
        await self._plc.start()

    async def stop(self) -> None:
        """Reset every connection."""
        await self._plc.stop()

    async def left(self) -> None:
        """Wait until every connection is closed."""
        await self._plc.idle.wait()


class SerialHarness:
    """A Modbus device on a serial line: one end of a pseudo terminal."""

    device = ModbusHarness.device
    expected = ModbusHarness.expected

    def __init__(self, directory: Path) -> None:
        self._plc = SerialPlc(directory / "ttyUSB0")

    def driver(self) -> Driver:
        """Return a driver of this device."""
        endpoint = Endpoint(Transport.RTU, str(self._plc.path), baud=115_200, timeout=0.2)
        return _modbus_driver(endpoint, self.device)

    async def start(self) -> None:
        """Plug the port in."""
        await self._plc.start()

    async def stop(self) -> None:
        """Pull it out."""
        await self._plc.stop()

    async def left(self) -> None:
        """Take the lock that the driver held on the port."""
        port = os.open(self._plc.path, os.O_RDWR | os.O_NOCTTY)
        try:
            fcntl.flock(port, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            os.close(port)


class OpcuaHarness:
    """An OPC UA server that is closed and opened again."""

    device = "hall"
    expected: Mapping[str, Value] = {"level": 1.5, "count": 7, "running": True}

    def __init__(self, plant: Hall, folder: Path) -> None:
        self._plant = plant
        self._pki = Pki(folder / "pki", "n")

    def driver(self) -> Driver:
        """Return a driver of this device; one of its tags is polled."""
        tags = opcua_tag("level"), opcua_tag("count"), opcua_tag("running", Mode.POLL)
        server = address(self._plant.port, *tags)
        return OpcuaDriver(server, SystemClock(), self._pki, lambda: Backoff(0.02, 0.1))

    async def start(self) -> None:
        """Listen."""
        await self._plant.open()

    async def stop(self) -> None:
        """End every connection and session."""
        await self._plant.close()

    async def left(self) -> None:
        """Wait until no session is left."""
        await until(lambda: not self._plant.sessions)


def _modbus_driver(endpoint: Endpoint, device: str) -> Driver:
    tags = (
        tag("count", 4, DataType.UINT32, scan=0.05),
        tag("speed", 11, scan=0.05, scale=0.1),
        tag("running", 1, DataType.BOOL, bit=0, scan=0.05),
    )
    station = Station(device, 1, Limits(), tags)
    return ModbusDriver(endpoint, [station], SystemClock(), lambda: Backoff(0.02, 0.1))


HARNESSES: dict[str, Callable[[Path, Hall], Harness]] = {
    "modbus-tcp": lambda _directory, _plant: ModbusHarness(Transport.TCP),
    "modbus-rtu-tcp": lambda _directory, _plant: ModbusHarness(Transport.RTU_TCP),
    "modbus-rtu": lambda directory, _plant: SerialHarness(directory),
    "opcua": lambda directory, plant: OpcuaHarness(plant, directory),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plant() -> Hall:
    """The OPC UA server: making its address space takes seconds."""
    made = Hall(tuple(OpcuaHarness.expected))
    await made.init()
    return made


@pytest_asyncio.fixture(params=HARNESSES, loop_scope="module")
async def harness(request: pytest.FixtureRequest, tmp_path: Path, plant: Hall) -> AsyncIterator[Harness]:
    """Each protocol in turn; its place is known, but nobody is there yet."""
    one = HARNESSES[request.param](tmp_path, plant)
    await one.start()
    await one.stop()
    yield one
    await one.stop()


async def first_values(frames: Frames, expected: Mapping[str, Value], after: int = 0) -> dict[str, Value]:
    """Return the newest value of each tag once all that are expected have come, of good quality."""
    seen: dict[str, Value] = {}

    def complete() -> bool:
        for frame in frames.all[after:]:
            if is_good(frame):
                seen.update(readings(frame))
        return seen.keys() >= expected.keys()

    await frames.until_not(lambda: not complete())
    return seen


async def test_an_absent_device_is_bad_and_then_good(harness: Harness) -> None:
    """A device that is not there at start is offline, not a failure, and is read as soon as it comes."""
    async with running(harness.driver()) as frames:
        offline = await frames.until(is_bad, count=2)
        await harness.start()
        values = await first_values(frames, harness.expected)

    assert offline.device == harness.device
    assert values == harness.expected


async def test_a_lost_device_is_bad_and_then_good_again(harness: Harness) -> None:
    """At the loss every tag is said to be bad, with no last value in it; afterwards values come again."""
    await harness.start()
    async with running(harness.driver()) as frames:
        await first_values(frames, harness.expected)
        lost_at = len(frames.all)
        await harness.stop()
        bad = await frames.until(is_bad, after=lost_at)
        await frames.until(is_bad, after=lost_at, count=3)
        await harness.start()
        values = await first_values(frames, harness.expected, after=len(frames.all))

    assert set(bad.values) == {None}
    assert values == harness.expected


async def test_every_tag_is_named_at_the_loss(harness: Harness) -> None:
    """No tag is forgotten: what was good before is bad after."""
    await harness.start()
    async with running(harness.driver()) as frames:
        await first_values(frames, harness.expected)
        lost_at = len(frames.all)
        await harness.stop()
        await frames.until(is_bad, after=lost_at, count=2)

    named = {name for frame in frames.all[lost_at:] if is_bad(frame) for name in frame.tags}
    assert named == harness.expected.keys()


async def test_frames_are_columns_of_one_length(harness: Harness) -> None:
    """Good or bad, a frame has a value and a quality for each tag, and the same tuple of names each time."""
    async with running(harness.driver()) as frames:
        await frames.until(is_bad)
        await harness.start()
        await first_values(frames, harness.expected)

    for frame in frames.all:
        assert len(frame.tags) == len(frame.values) == len(frame.qualities)
    assert len({id(frame.tags) for frame in frames.all}) == len({frame.tags for frame in frames.all})


class SlowFrames(Frames):
    """A receiver that takes longer over a frame than the device takes to be read."""

    inside = most_inside = 0

    async def emit(self, frame: Frame) -> None:
        """Take a frame for two periods."""
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        loop.call_later(0.1, done.set_result, None)
        await done
        await super().emit(frame)
        self.inside -= 1


async def test_a_slow_receiver_slows_reading(harness: Harness) -> None:
    """The next frame is handed on when the last one has been taken: nothing piles up while a disk is slow."""
    await harness.start()
    frames = SlowFrames()
    async with running(harness.driver(), frames):
        await frames.until(is_good, count=3)

    assert frames.most_inside == 1


async def test_cancellation_closes_the_connection(harness: Harness) -> None:
    """A driver that is ended leaves its device at once; many accept one connection only. No task stays behind."""
    await harness.start()
    async with running(harness.driver()) as frames:
        await first_values(frames, harness.expected)
    async with asyncio.timeout(DEADLINE_S):
        await harness.left()


async def test_cancellation_while_the_device_is_away(harness: Harness) -> None:
    """A driver ends as readily between two attempts."""
    async with running(harness.driver()) as frames:
        await frames.until(is_bad)


async def test_a_driver_says_where_it_reads(harness: Harness) -> None:
    """The name of a driver is its endpoint, for the log and the names of tasks."""
    assert "://" in harness.driver().name
