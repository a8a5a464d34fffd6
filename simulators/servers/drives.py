"""The plant's variable-frequency drives as slaves: Inovance MD500, one register per value."""

from __future__ import annotations

from collections.abc import Mapping

from simulators.model import electrical
from simulators.model.electrical import DriveReading
from simulators.servers.instrument import READ_HOLDING_REGISTERS, Instrument, Kind, Make, Point

_WORD, _SIGNED = Kind.UINT16, Kind.INT16

MD500: Make[DriveReading] = Make(
    function=READ_HOLDING_REGISTERS,
    max_registers=12,
    points=(
        Point("frequency", 0x7000, _WORD, lambda r: r.frequency * 100),
        Point("reference", 0x7001, _WORD, lambda r: r.reference * 100),
        Point("bus_voltage", 0x7002, _WORD, lambda r: r.bus_volts * 10),
        Point("output_voltage", 0x7003, _WORD, lambda r: r.output_volts),
        Point("current", 0x7004, _WORD, lambda r: r.amps * 100),
        Point("power", 0x7005, _WORD, lambda r: r.kw * 10),
        Point("torque", 0x7006, _SIGNED, lambda r: r.torque * 10),
        Point("digital_inputs", 0x7007, _WORD, lambda r: r.digital_inputs),
        Point("digital_outputs", 0x7008, _WORD, lambda r: r.digital_outputs),
        Point("state", 0x703D, _WORD, lambda r: r.state),
        Point("fault_code", 0x703E, _WORD, lambda r: r.fault_code),
    ),
)
"""Hz × 100, V × 10 of the bus, A × 100, kW × 10, torque % × 10."""

DRIVES = dict(enumerate(electrical.DRIVES, start=21))
"""Unit id → name."""


def drive_units(readings: Mapping[str, DriveReading]) -> dict[int, Instrument[DriveReading]]:
    """Return the line of drives, with what each shows first."""
    return {unit: Instrument(name, MD500, readings[name]) for unit, name in DRIVES.items()}
