"""The readings' columns against the PLC maps that read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from simulators.model.electrical import DRIVES, METERS, Drive, Meter
from simulators.model.plant import Plant, plant_totals
from simulators.year.columns import (
    DEVICES,
    DRIVE_COLUMNS,
    METER_COLUMNS,
    PIT_COLUMNS,
    TANK_COLUMNS,
    drive_row,
    pit_row,
    pm5110_row,
    sdm630_row,
    tank_row,
)

_MAPS = Path(__file__).parents[4] / "plc_maps"
_MAP_OF = {"bath": "pasteurizer"}


def _tags(name: str) -> set[str]:
    return set(YAML(typ="safe").load((_MAPS / f"{name}.yaml").read_text(encoding="utf-8"))["tags"])


@pytest.mark.parametrize("device", DEVICES)
def test_a_machine_s_columns_are_tags_of_its_map(device: str) -> None:
    """Whatever is written of a PLC is something that its map reads."""
    assert set(DEVICES[device].columns) <= _tags(_MAP_OF.get(device, device))


def test_tanks_pits_meters_and_drives_too() -> None:
    """The hall's columns are in its two maps, the meters' in both meters' maps, the drives' in theirs."""
    assert {"heartbeat", *TANK_COLUMNS} == _tags("fermentation")
    assert {"heartbeat", *PIT_COLUMNS} == _tags("fermentation_pits")
    assert set(METER_COLUMNS) <= _tags("sdm630") & _tags("pm5110")
    assert set(DRIVE_COLUMNS) == _tags("md500")


@pytest.mark.parametrize("device", DEVICES)
def test_a_row_has_a_field_for_every_column(device: str) -> None:
    """No row is longer or shorter than its header."""
    plant = Plant(1)
    row = DEVICES[device].row(70_000, plant.snapshots(), plant_totals(plant))
    assert len(row.split(",")) == len(DEVICES[device].columns)
    assert row.startswith("4464,")


def test_rows_of_tanks_pits_meters_and_drives_fit_too() -> None:
    """As many fields as columns."""
    plant = Plant(1)
    assert len(tank_row([tank.read() for tank in plant.hall.tanks]).split(",")) == len(TANK_COLUMNS)
    assert len(pit_row([pit.read() for pit in plant.hall.pits]).split(",")) == len(PIT_COLUMNS)
    meter = Meter(METERS[0], 1)
    for row in (sdm630_row, pm5110_row):
        assert len(row(meter.read()).split(",")) == len(METER_COLUMNS)
    name, rated_kw = next(iter(DRIVES.items()))
    drive = Drive(name, 1, rated_kw)
    drive.step(60.0, True, 0.9)
    fields = drive_row(drive.read()).split(",")
    assert len(fields) == len(DRIVE_COLUMNS)
    assert fields[DRIVE_COLUMNS.index("frequency")] == "4500"
