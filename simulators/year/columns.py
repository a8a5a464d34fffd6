"""Which columns a device's readings have, by the names in its PLC map, and a row of them from what its PLC shows.

Numbers stand as they stand in the PLC, before any scale: a speed of 57.3/min is 573.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulators.model.electrical import DriveReading, MeterReading
from simulators.model.hall import PITS, TANKS
from simulators.model.snapshot import Snapshot
from simulators.model.vessel import PIT_VALUES, TANK_VALUES, TankReading
from simulators.servers.drives import MD500

_WORD = 0xFFFF
_POUCH = ("fill_weight", "seal_temperature", "vacuum", "air_pressure")
_TUNNEL = (
    "zone_1_temperature",
    "zone_2_temperature",
    "zone_3_temperature",
    "zone_4_temperature",
    "zone_5_temperature",
    "belt_speed",
    "core_temperature",
    "steam_pressure",
)


@dataclass(frozen=True, slots=True)
class WholeBlock:
    """A device with one machine and every word of its block.

    Attributes:
        machine: its name.
        values: what pv1 … are called.
        total: what the total is called.
    """

    machine: str
    values: tuple[str, ...]
    total: str = "total_count"

    @property
    def columns(self) -> tuple[str, ...]:
        """Names as in the map; a tunnel's map has the packs that entered and no other count."""
        counts = (self.total,) if self.total != "total_count" else (self.total, "good_count", "reject_count")
        head = ("heartbeat", "status", "packml_state", "unit_mode", *counts, "speed", "speed_set")
        tail = ("alarms_1", "alarms_2", "alarms_3", "stop_reason", "recipe", "sku", "batch_id")
        return (*head, *tail, *self.values, "run_s", "down_s")

    def row(
        self,
        heartbeat: int,
        shown: Mapping[str, Snapshot],
        totals: Mapping[str, int],  # noqa: ARG002 - as of every device
    ) -> str:
        """Return the fields of a reading."""
        s = shown[self.machine]
        counts = f"{s.total}" if self.total != "total_count" else f"{s.total},{s.good},{s.reject}"
        values = ",".join([f"{value:.4f}" for value in s.process_values[: len(self.values)]])
        return (
            f"{heartbeat & _WORD},{s.status:d},{s.packml_state:d},{s.unit_mode:d},{counts},"
            f"{round(s.speed_act * 10)},{round(s.speed_set * 10)},"
            f"{s.alarms & _WORD},{s.alarms >> 16 & _WORD},{s.alarms >> 32 & _WORD},"
            f"{s.stop_reason:d},{s.recipe},{s.sku},{s.batch_id},{values},{s.run_s},{s.down_s}"
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One of several machines on a device: the prefix of its columns, its name, and what pv1 … are called."""

    prefix: str
    machine: str
    values: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names as in the map."""
        names = (
            "status",
            "packml_state",
            "total_count",
            "good_count",
            "reject_count",
            "speed",
            "alarms_1",
            "alarms_2",
            "stop_reason",
            *self.values,
        )
        return tuple(f"{self.prefix}_{name}" for name in names)

    def row(self, shown: Mapping[str, Snapshot]) -> str:
        """Return the fields of a reading."""
        s = shown[self.machine]
        fields = (
            f"{s.status:d},{s.packml_state:d},{s.total},{s.good},{s.reject},{round(s.speed_act * 10)},"
            f"{s.alarms & _WORD},{s.alarms >> 16 & _WORD},{s.stop_reason:d}"
        )
        return fields + "".join([f",{value:.4f}" for value in s.process_values[: len(self.values)]])


@dataclass(frozen=True, slots=True)
class SharedBlocks:
    """A device with several machines and some totals of its own."""

    parts: tuple[Part, ...]
    totals: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names as in the map."""
        names = [name for part in self.parts for name in part.columns]
        return ("heartbeat", *names, *[column for column, _ in self.totals])

    def row(self, heartbeat: int, shown: Mapping[str, Snapshot], totals: Mapping[str, int]) -> str:
        """Return the fields of a reading."""
        fields = [str(heartbeat & _WORD), *[part.row(shown) for part in self.parts]]
        return ",".join([*fields, *[str(totals[total]) for _, total in self.totals]])


DEVICES: Mapping[str, WholeBlock | SharedBlocks] = {
    "intake": SharedBlocks(
        (
            Part("sorting", "sorting", ("belt_speed",)),
            Part("destemming", "destemming", ("roller_speed", "drum_speed")),
            Part("washing", "washing", ("air_pressure", "water_speed", "chlorine")),
        )
    ),
    "prep": SharedBlocks(
        (
            Part("desalting", "desalting", ("salt", "water_temperature")),
            Part("pressing", "pressing", ("pressure",)),
            Part("chopping", "chopping", ("knife_speed", "motor_current")),
            Part("mixing", "mixing", ("temperature", "vacuum")),
        ),
        (("steam", "steam_kg"), ("water", "water_dm3")),
    ),
    "pouch_a": WholeBlock("pouch_a", _POUCH),
    "pouch_line": WholeBlock("pouch_line", _POUCH),
    "bulk_line": WholeBlock("bulk_line", ("fill_weight", "product_temperature")),
    "jar_line": WholeBlock("jar_line", ("fill_weight", "brine_temperature", "cap_vacuum", "cap_torque")),
    "pasteurizer": WholeBlock("pasteurizer", _TUNNEL, total="infeed_count"),
    "bath": WholeBlock("bath", _TUNNEL, total="infeed_count"),
    "inspection": SharedBlocks(
        (
            Part("jar", "inspection_jar"),
            Part("pouch", "inspection_pouch"),
            Part("case", "palletising"),
        ),
        (("cases", "cases"), ("pallets", "pallets")),
    ),
}
"""The Modbus devices of the park."""

METER_COLUMNS = ("power", "import_energy", "frequency", "voltage_l1", "current_l1", "power_factor")


DRIVE_COLUMNS = tuple(point.name for point in MD500.points)
TANK_COLUMNS = tuple(f"t{n:02d}_{value.lower()}" for n in range(1, TANKS + 1) for value in TANK_VALUES)
"""Of the fermentation hall's tanks, as in their map."""
PIT_COLUMNS = tuple(f"p{n:02d}_{value.lower()}" for n in range(1, PITS + 1) for value in PIT_VALUES)
"""Of its pits; the same PLC, and a map of their own."""


def tank_row(readings: list[TankReading]) -> str:
    """Return the fields of a reading of the tanks."""
    return ",".join(
        [f"{r.ph:.3f},{r.temperature:.2f},{r.level:.2f},{r.salt:.2f},{r.acid:.3f}" for r in readings]
    )


def pit_row(readings: list[TankReading]) -> str:
    """Return the fields of a reading of the pits."""
    return ",".join([f"{r.ph:.3f},{r.temperature:.2f},{r.level:.2f},{r.salt:.2f}" for r in readings])


def drive_row(reading: DriveReading) -> str:
    """Return the fields of a reading of a drive: its registers."""
    return ",".join([str(round(point.value(reading))) for point in MD500.points])


def sdm630_row(reading: MeterReading) -> str:
    """Return the fields of a reading of an SDM630: W, and energy in kWh."""
    return f"{reading.total_w:.1f},{reading.import_kwh:.3f},{_grid(reading)}"


def pm5110_row(reading: MeterReading) -> str:
    """Return the fields of a reading of a PM5110: kW, and energy in Wh."""
    return f"{reading.total_w / 1000.0:.4f},{int(reading.import_kwh * 1000.0)},{_grid(reading)}"


def _grid(reading: MeterReading) -> str:
    return f"{reading.frequency:.3f},{reading.volts[0]:.2f},{reading.amps[0]:.2f},{reading.power_factor:.4f}"
