"""The plant's energy meters as slaves: Eastron SDM630 and Schneider PM5110, at the registers of their manuals."""

from __future__ import annotations

from collections.abc import Mapping

from simulators.model import electrical
from simulators.model.electrical import MeterReading
from simulators.servers.instrument import (
    READ_HOLDING_REGISTERS,
    READ_INPUT_REGISTERS,
    Instrument,
    Kind,
    Make,
    Point,
)

_FLOAT, _LONG = Kind.FLOAT32, Kind.INT64

SDM630: Make[MeterReading] = Make(
    function=READ_INPUT_REGISTERS,
    max_registers=80,
    even_only=True,
    served=range(0x0180),
    points=(
        Point("voltage_l1", 0x0000, _FLOAT, lambda r: r.volts[0]),
        Point("voltage_l2", 0x0002, _FLOAT, lambda r: r.volts[1]),
        Point("voltage_l3", 0x0004, _FLOAT, lambda r: r.volts[2]),
        Point("current_l1", 0x0006, _FLOAT, lambda r: r.amps[0]),
        Point("current_l2", 0x0008, _FLOAT, lambda r: r.amps[1]),
        Point("current_l3", 0x000A, _FLOAT, lambda r: r.amps[2]),
        Point("power_l1", 0x000C, _FLOAT, lambda r: r.watts[0]),
        Point("power_l2", 0x000E, _FLOAT, lambda r: r.watts[1]),
        Point("power_l3", 0x0010, _FLOAT, lambda r: r.watts[2]),
        Point("power_factor_l1", 0x001E, _FLOAT, lambda r: r.power_factors[0]),
        Point("power_factor_l2", 0x0020, _FLOAT, lambda r: r.power_factors[1]),
        Point("power_factor_l3", 0x0022, _FLOAT, lambda r: r.power_factors[2]),
        Point("power", 0x0034, _FLOAT, lambda r: r.total_w),
        Point("apparent_power", 0x0038, _FLOAT, lambda r: r.total_va),
        Point("reactive_power", 0x003C, _FLOAT, lambda r: r.total_var),
        Point("power_factor", 0x003E, _FLOAT, lambda r: r.power_factor),
        Point("frequency", 0x0046, _FLOAT, lambda r: r.frequency),
        Point("import_energy", 0x0048, _FLOAT, lambda r: r.import_kwh),
        Point("export_energy", 0x004A, _FLOAT, lambda r: r.export_kwh),
        Point("import_reactive_energy", 0x004C, _FLOAT, lambda r: r.import_kvarh),
        Point("export_reactive_energy", 0x004E, _FLOAT, lambda _: 0.0),
        Point("demand", 0x0054, _FLOAT, lambda r: r.demand_w),
        Point("max_demand", 0x0056, _FLOAT, lambda r: r.max_demand_w),
        Point("voltage_l1_l2", 0x00C8, _FLOAT, lambda r: r.line_volts[0]),
        Point("voltage_l2_l3", 0x00CA, _FLOAT, lambda r: r.line_volts[1]),
        Point("voltage_l3_l1", 0x00CC, _FLOAT, lambda r: r.line_volts[2]),
        Point("current_n", 0x00E0, _FLOAT, lambda r: r.neutral_amps),
        Point("total_energy", 0x0156, _FLOAT, lambda r: r.import_kwh + r.export_kwh),
        Point("import_energy_l1", 0x015A, _FLOAT, lambda r: r.import_kwh * r.shares[0]),
        Point("import_energy_l2", 0x015C, _FLOAT, lambda r: r.import_kwh * r.shares[1]),
        Point("import_energy_l3", 0x015E, _FLOAT, lambda r: r.import_kwh * r.shares[2]),
    ),
)
"""Powers in W; registers between the points are zero."""

PM5110: Make[MeterReading] = Make(
    function=READ_HOLDING_REGISTERS,
    points=(
        Point("import_energy", 2699, _FLOAT, lambda r: r.import_kwh),
        Point("export_energy", 2701, _FLOAT, lambda r: r.export_kwh),
        Point("current_l1", 2999, _FLOAT, lambda r: r.amps[0]),
        Point("current_l2", 3001, _FLOAT, lambda r: r.amps[1]),
        Point("current_l3", 3003, _FLOAT, lambda r: r.amps[2]),
        Point("current", 3009, _FLOAT, lambda r: sum(r.amps) / 3),
        Point("line_voltage", 3025, _FLOAT, lambda r: sum(r.line_volts) / 3),
        Point("voltage_l1", 3027, _FLOAT, lambda r: r.volts[0]),
        Point("voltage_l2", 3029, _FLOAT, lambda r: r.volts[1]),
        Point("voltage_l3", 3031, _FLOAT, lambda r: r.volts[2]),
        Point("voltage", 3035, _FLOAT, lambda r: sum(r.volts) / 3),
        Point("power", 3059, _FLOAT, lambda r: r.total_w / 1000),
        Point("reactive_power", 3067, _FLOAT, lambda r: r.total_var / 1000),
        Point("apparent_power", 3075, _FLOAT, lambda r: r.total_va / 1000),
        Point("frequency", 3109, _FLOAT, lambda r: r.frequency),
        Point("power_factor", 3191, _FLOAT, lambda r: r.power_factor),
        Point("import_energy_wh", 3203, _LONG, lambda r: r.import_kwh * 1000),
        Point("export_energy_wh", 3207, _LONG, lambda r: r.export_kwh * 1000),
    ),
)
"""Powers in kW, kvar and kVA; the manual's register numbers are one higher."""

_MAKES = (SDM630, SDM630, SDM630, SDM630, PM5110, PM5110)
METERS = dict(enumerate(zip(electrical.METERS, _MAKES, strict=True), start=11))
"""Unit id → name and make."""


def meter_units(readings: Mapping[str, MeterReading]) -> dict[int, Instrument[MeterReading]]:
    """Return the line of meters, with what each shows first."""
    return {unit: Instrument(name, make, readings[name]) for unit, (name, make) in METERS.items()}
