"""The meters of the line as pymodbus sees them."""

from __future__ import annotations

import math

import pytest
from pymodbus.client import AsyncModbusTcpClient

from simulators.faults.kinds import FrozenHeartbeat, ProbeNan, ProbeStuck
from simulators.model.electrical import METERS as NAMES
from simulators.model.electrical import Meter, MeterReading
from simulators.servers.gateway import Gateway
from simulators.servers.instrument import show
from simulators.servers.meters import METERS, PM5110, SDM630, meter_units
from tests.unit.simulators.servers.serial_line import pymodbus_client

_SDM, _PM = 11, 15


def _readings(load_kw: float = 40.0) -> dict[str, MeterReading]:
    meters = [Meter(name, 1) for name in NAMES]
    for meter in meters:
        meter.step(3600.0, load_kw)
    return {meter.name: meter.read() for meter in meters}


def _gateway() -> Gateway:
    return Gateway("meters", meter_units(_readings()), line_speed=1000)


async def _float(client: AsyncModbusTcpClient, unit: int, address: int) -> float:
    read = client.read_input_registers if unit == _SDM else client.read_holding_registers
    value = client.convert_from_registers(
        (await read(address, count=2, device_id=unit)).registers, client.DATATYPE.FLOAT32
    )
    assert isinstance(value, float)
    return value


def test_four_eastrons_and_two_schneiders() -> None:
    """Units 11 to 16, in the order of their names."""
    assert [(unit, name) for unit, (name, _) in METERS.items()] == list(
        zip(range(11, 17), NAMES, strict=True)
    )
    assert [make for _, make in METERS.values()] == [SDM630] * 4 + [PM5110] * 2


async def test_pymodbus_reads_an_sdm630() -> None:
    """Each point of the manual is the reading's, as a float with the high word first."""
    shown = _readings()["meter_packing"]
    expected = {
        0x00: shown.volts[0],
        0x0A: shown.amps[2],
        0x0E: shown.watts[1],
        0x1E: shown.power_factors[0],
        0x34: 40_000.0,
        0x38: shown.total_va,
        0x3C: shown.total_var,
        0x3E: shown.power_factor,
        0x46: shown.frequency,
        0x48: shown.import_kwh,
        0x4A: 0.0,
        0x4C: shown.import_kvarh,
        0x54: 40_000.0,
        0x56: 40_000.0,
        0xCC: shown.line_volts[2],
        0xE0: shown.neutral_amps,
        0x156: shown.import_kwh,
        0x15A: shown.import_kwh * shown.shares[0],
        0x100: 0.0,
    }
    async with _gateway() as gateway, pymodbus_client(gateway.port) as client:
        for address, value in expected.items():
            assert await _float(client, _SDM, address) == pytest.approx(value, rel=1e-6), hex(address)


async def test_pymodbus_reads_a_pm5110() -> None:
    """Floats at the manual's numbers less one, powers in kW, and energy in Wh as a 64-bit integer."""
    shown = _readings()["meter_compressors"]
    expected = {
        2699: shown.import_kwh,
        2999: shown.amps[0],
        3009: sum(shown.amps) / 3,
        3025: sum(shown.line_volts) / 3,
        3027: shown.volts[0],
        3035: sum(shown.volts) / 3,
        3059: 40.0,
        3067: shown.total_var / 1000,
        3075: shown.total_va / 1000,
        3109: shown.frequency,
        3191: shown.power_factor,
    }
    async with _gateway() as gateway, pymodbus_client(gateway.port) as client:
        for address, value in expected.items():
            assert await _float(client, _PM, address) == pytest.approx(value, rel=1e-6), address
        registers = (await client.read_holding_registers(3203, count=4, device_id=_PM)).registers
        assert client.convert_from_registers(registers, client.DATATYPE.INT64) == round(
            shown.import_kwh * 1000
        )


async def test_what_an_sdm630_refuses() -> None:
    """An odd count, more than 80 registers, holding registers and what lies beyond its table."""
    async with _gateway() as gateway, pymodbus_client(gateway.port) as client:
        assert len((await client.read_input_registers(0, count=80, device_id=_SDM)).registers) == 80
        assert (await client.read_input_registers(0, count=82, device_id=_SDM)).exception_code == 3
        assert (await client.read_input_registers(0, count=3, device_id=_SDM)).exception_code == 3
        assert (await client.read_holding_registers(0, count=2, device_id=_SDM)).exception_code == 1
        assert (await client.read_input_registers(0x17F, count=2, device_id=_SDM)).exception_code == 2


@pytest.mark.parametrize(("start", "count", "code"), [(3003, 4, 2), (3008, 1, 2), (0, 1, 2), (3203, 9, 2)])
async def test_what_a_pm5110_refuses(start: int, count: int, code: int) -> None:
    """A register that is not in its table, alone, within a block or at its end."""
    async with _gateway() as gateway, pymodbus_client(gateway.port) as client:
        assert (await client.read_holding_registers(start, count=count, device_id=_PM)).exception_code == code


async def test_a_new_reading_is_the_next_answer() -> None:
    """Showing readings changes what every meter answers."""
    units = meter_units(_readings())
    async with Gateway("meters", units, line_speed=1000) as gateway, pymodbus_client(gateway.port) as client:
        assert await _float(client, _SDM, 0x34) == pytest.approx(40_000.0)
        show(units, _readings(70.0))
        assert await _float(client, _SDM, 0x34) == pytest.approx(70_000.0)
        assert await _float(client, _PM, 3059) == pytest.approx(70.0)


async def test_a_probe_that_is_gone_is_not_a_number() -> None:
    """NaN where the value is a float, the lowest number where it is an integer; the rest of the meter goes on."""
    async with _gateway() as gateway, pymodbus_client(gateway.port) as client:
        for unit, probe in ((_SDM, "power"), (_PM, "import_energy_wh")):
            await gateway.begin(ProbeNan(target=f"meters/{unit}", start=0.0, probe=probe))
        assert math.isnan(await _float(client, _SDM, 0x34))
        assert await _float(client, _SDM, 0x38) > 40_000.0
        energy = await client.read_holding_registers(3203, count=4, device_id=_PM)
        assert energy.registers == [0x8000, 0, 0, 0]


async def test_a_stuck_probe_stands_while_others_move() -> None:
    """It keeps the value that it had when the fault began, and has the true one again when it is over."""
    units = meter_units(_readings())
    fault = ProbeStuck(target="meters", start=0.0, probe="power")
    async with Gateway("meters", units, line_speed=1000) as gateway, pymodbus_client(gateway.port) as client:
        await gateway.begin(fault)
        show(units, _readings(70.0))
        assert await _float(client, _SDM, 0x34) == pytest.approx(40_000.0)
        assert await _float(client, _SDM, 0x54) == pytest.approx(70_000.0)
        assert await _float(client, _PM, 3059) == pytest.approx(40.0)
        await gateway.end(fault)
        assert await _float(client, _SDM, 0x34) == pytest.approx(70_000.0)


async def test_a_frozen_meter_answers_what_it_showed() -> None:
    """All its values stand, and those of its neighbours do not."""
    units = meter_units(_readings())
    fault = FrozenHeartbeat(target=f"meters/{_SDM}", start=0.0)
    async with Gateway("meters", units, line_speed=1000) as gateway, pymodbus_client(gateway.port) as client:
        before = (await client.read_input_registers(0, count=80, device_id=_SDM)).registers
        await gateway.begin(fault)
        show(units, _readings(70.0))
        assert (await client.read_input_registers(0, count=80, device_id=_SDM)).registers == before
        assert await _float(client, _PM, 3059) == pytest.approx(70.0)
        await gateway.end(fault)
        assert await _float(client, _SDM, 0x34) == pytest.approx(70_000.0)
