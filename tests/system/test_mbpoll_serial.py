"""Debian's mbpoll, which nobody here wrote, reads the meters and drives as slaves of a serial line.

Its RTU knows serial ports only: a pseudo-terminal stands in for the line, and a bridge carries its bytes to the gateway.
"""

from __future__ import annotations

import asyncio
import os
import re
import tty
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from simulators.model import electrical
from simulators.model.electrical import Drive, DriveReading, Meter, MeterReading
from simulators.servers.drives import DRIVES, MD500, drive_units
from simulators.servers.gateway import Gateway
from simulators.servers.instrument import Kind
from simulators.servers.meters import METERS, SDM630, meter_units
from tests.servers import program

_DEADLINE_S = 20.0
_VALUE = re.compile(r"^\[(\d+)\]:\s+(\S+)", re.MULTILINE)
_CHUNK = 4096
_SDM630 = [unit for unit, (_, make) in METERS.items() if make is SDM630]
_PM5110 = [unit for unit, (_, make) in METERS.items() if make is not SDM630]


@dataclass(frozen=True, slots=True)
class Mbpoll:
    """The program, and the serial port of its line."""

    path: str
    port: str

    async def run(self, unit: int, kind: str, start: int, count: int) -> str:
        """Return what it prints for values of a kind (its option -t) from a wire address."""
        options = ("-m", "rtu", "-a", str(unit), "-t", kind, "-r", str(start), "-c", str(count))
        arguments = ("-0", "-1", "-B", "-o", "5", "-b", "19200", "-P", "none", *options, self.port)
        async with asyncio.timeout(_DEADLINE_S):
            process = await asyncio.create_subprocess_exec(
                self.path, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
            )
            output, _ = await process.communicate()
        return output.decode()

    async def read(self, unit: int, kind: str, start: int, count: int = 1) -> list[float]:
        """Return the values themselves."""
        printed = await self.run(unit, kind, start, count)
        values = [float(value) for _, value in _VALUE.findall(printed)]
        assert len(values) == count, printed
        return values


@asynccontextmanager
async def _serial_port(port: int) -> AsyncIterator[str]:
    """Yield the path of a serial port whose other end is a gateway on a loopback port."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    os.set_blocking(ours, False)
    loop = asyncio.get_running_loop()
    loop.add_reader(ours, lambda: writer.write(os.read(ours, _CHUNK)))

    async def answers() -> None:
        while data := await reader.read(_CHUNK):
            os.write(ours, data)

    carrying = asyncio.create_task(answers())
    try:
        yield os.ttyname(theirs)
    finally:
        loop.remove_reader(ours)
        carrying.cancel()
        writer.close()
        await asyncio.gather(carrying, writer.wait_closed(), return_exceptions=True)
        os.close(ours)
        os.close(theirs)


def _meter_readings() -> Mapping[str, MeterReading]:
    """Return readings that differ from meter to meter."""
    meters = [Meter(name, 1) for name in electrical.METERS]
    for n, meter in enumerate(meters, 1):
        meter.step(3600.0, 10.0 * n)
    return {meter.name: meter.read() for meter in meters}


def _drive_readings() -> Mapping[str, DriveReading]:
    drives = [Drive(name, 1, rated_kw) for name, rated_kw in electrical.DRIVES.items()]
    for drive in drives:
        drive.step(60.0, True, 0.9)
    return {drive.name: drive.read() for drive in drives}


@asynccontextmanager
async def _meters() -> AsyncIterator[Mbpoll]:
    path = program("mbpoll", "mbpoll")
    async with (
        Gateway("meters", meter_units(_meter_readings())) as gateway,
        _serial_port(gateway.port) as port,
    ):
        yield Mbpoll(path, port)


@asynccontextmanager
async def _drives() -> AsyncIterator[Mbpoll]:
    path = program("mbpoll", "mbpoll")
    async with (
        Gateway("drives", drive_units(_drive_readings()), baud=19_200) as gateway,
        _serial_port(gateway.port) as port,
    ):
        yield Mbpoll(path, port)


async def test_every_sdm630() -> None:
    """Volts, amperes, watts, power factor, frequency and energy of four meters on one line, as floats of input registers."""
    async with _meters() as mbpoll:
        for unit in _SDM630:
            shown = _meter_readings()[METERS[unit][0]]
            assert await mbpoll.read(unit, "3:float", 0x0000, 3) == pytest.approx(shown.volts, rel=1e-5)
            assert await mbpoll.read(unit, "3:float", 0x0006, 3) == pytest.approx(shown.amps, rel=1e-5)
            assert await mbpoll.read(unit, "3:float", 0x0034) == pytest.approx([shown.total_w], rel=1e-5)
            assert await mbpoll.read(unit, "3:float", 0x003E) == pytest.approx([shown.power_factor], rel=1e-5)
            grid = [shown.frequency, shown.import_kwh]
            assert await mbpoll.read(unit, "3:float", 0x0046, 2) == pytest.approx(grid, rel=1e-5)


async def test_every_pm5110() -> None:
    """Amperes, volts, kilowatts and frequency as floats of holding registers, the energy in Wh as 64 bits."""
    async with _meters() as mbpoll:
        for unit in _PM5110:
            shown = _meter_readings()[METERS[unit][0]]
            assert await mbpoll.read(unit, "4:float", 2999, 3) == pytest.approx(shown.amps, rel=1e-5)
            assert await mbpoll.read(unit, "4:float", 3027, 3) == pytest.approx(shown.volts, rel=1e-5)
            kilowatts = [shown.total_w / 1000]
            assert await mbpoll.read(unit, "4:float", 3059) == pytest.approx(kilowatts, rel=1e-5)
            assert await mbpoll.read(unit, "4:float", 3109) == pytest.approx([shown.frequency], rel=1e-5)
            words = [int(word) for word in await mbpoll.read(unit, "4", 3203, 4)]
            watt_hours = int.from_bytes(b"".join(word.to_bytes(2, "big") for word in words), "big")
            assert watt_hours == round(shown.import_kwh * 1000)


async def test_every_drive() -> None:
    """All registers of twelve drives, a word each; mbpoll shows a torque without its sign."""
    async with _drives() as mbpoll:
        for unit, name in DRIVES.items():
            shown = _drive_readings()[name]
            points = [round(point.value(shown)) for point in MD500.points]
            assert all(point.kind in (Kind.UINT16, Kind.INT16) for point in MD500.points)
            assert await mbpoll.read(unit, "4", 0x7000, 9) == [value % 2**16 for value in points[:9]]
            assert await mbpoll.read(unit, "4", 0x703D, 2) == points[9:]


async def test_what_the_line_refuses() -> None:
    """An odd number of an SDM630's registers, thirteen of a drive's, and a unit that isn't there: silence."""
    async with _meters() as mbpoll:
        assert "Illegal data" in await mbpoll.run(_SDM630[0], "3", 0x0000, 3)
    async with _drives() as mbpoll:
        assert "Illegal data" in await mbpoll.run(21, "4", 0x7000, 13)
        assert "timed out" in await mbpoll.run(99, "4", 0x7000, 1)
