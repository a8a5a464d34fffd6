"""The drives of the line as pymodbus sees them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulators.faults.kinds import ProbeNan
from simulators.model.electrical import DRIVES as RATED_KW
from simulators.model.electrical import Drive, DriveReading
from simulators.servers.drives import DRIVES, drive_units
from simulators.servers.gateway import Gateway
from simulators.servers.instrument import show
from tests.unit.simulators.servers.serial_line import pymodbus_client


def _readings() -> dict[str, DriveReading]:
    drives = [Drive(name, 1, rated_kw) for name, rated_kw in RATED_KW.items()]
    for drive in drives:
        drive.step(60.0, True, 0.8)
    return {drive.name: drive.read() for drive in drives}


def _gateway() -> Gateway:
    return Gateway("drives", drive_units(_readings()), baud=19_200, line_speed=1000)


async def test_pymodbus_reads_every_drive_of_the_line() -> None:
    """Units 21 to 32 answer Hz, V, A, kW and torque in the manual's steps, over one connection."""
    shown = _readings()
    assert list(DRIVES) == list(range(21, 33))
    async with _gateway() as gateway, pymodbus_client(gateway.port) as client:
        for unit, name in DRIVES.items():
            reading = shown[name]
            block = (await client.read_holding_registers(0x7000, count=9, device_id=unit)).registers
            assert block[:4] == [4000, 4000, round(reading.bus_volts * 10), 304]
            assert block[4:7] == [
                round(reading.amps * 100),
                round(reading.kw * 10),
                round(reading.torque * 10),
            ]
            assert block[7:] == [1, 1]
            state = await client.read_holding_registers(0x703D, count=2, device_id=unit)
            assert state.registers == [1, 0]


async def test_a_braking_torque_is_negative() -> None:
    """Torque is the one signed value: -12.3 % is 0xFF85."""
    units = drive_units(_readings())
    show(units, {name: replace(reading, torque=-12.3) for name, reading in _readings().items()})
    async with Gateway("drives", units, line_speed=1000) as gateway, pymodbus_client(gateway.port) as client:
        assert (await client.read_holding_registers(0x7006, count=1, device_id=21)).registers == [0xFF85]


@pytest.mark.parametrize(
    ("start", "count", "code"), [(0x7000, 13, 3), (0x7000, 12, 2), (0x6FFF, 1, 2), (0x703D, 3, 2)]
)
async def test_what_an_md500_refuses(start: int, count: int, code: int) -> None:
    """More than twelve registers, and registers that it has not got."""
    async with _gateway() as gateway, pymodbus_client(gateway.port) as client:
        assert (await client.read_holding_registers(start, count=count, device_id=21)).exception_code == code


async def test_what_an_md500_has_not_measured() -> None:
    """The patterns of words: FFFF, and 8000 where there is a sign."""
    async with _gateway() as gateway, pymodbus_client(gateway.port) as client:
        for probe in ("current", "torque"):
            await gateway.begin(ProbeNan(target="drives/22", start=0.0, probe=probe))
        block = (await client.read_holding_registers(0x7004, count=3, device_id=22)).registers
        assert (block[0], block[2]) == (0xFFFF, 0x8000)
        assert (await client.read_holding_registers(0x7004, count=1, device_id=23)).registers != [0xFFFF]
