"""The readings' columns against the PLC maps that read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from simulators.model.electrical import METERS, Meter
from simulators.model.plant import Plant, plant_totals
from simulators.year.columns import DEVICES, METER_COLUMNS, pm5110_row, sdm630_row, tank_columns, tank_row

_MAPS = Path(__file__).parents[4] / "plc_maps"
_MAP_OF = {"bath": "pasteurizer"}


def _tags(name: str) -> set[str]:
    return set(YAML(typ="safe").load((_MAPS / f"{name}.yaml").read_text(encoding="utf-8"))["tags"])


@pytest.mark.parametrize("device", DEVICES)
def test_a_machine_s_columns_are_tags_of_its_map(device: str) -> None:
    """Whatever is written of a PLC is something that its map reads."""
    assert set(DEVICES[device].columns) <= _tags(_MAP_OF.get(device, device))


def test_tanks_and_meters_too() -> None:
    """The hall's columns are in its map, and the meters' columns are in both meters' maps."""
    plant = Plant(1)
    assert set(tank_columns(tuple(tank.name for tank in plant.hall.tanks))) <= _tags("fermentation")
    assert set(METER_COLUMNS) <= _tags("sdm630") & _tags("pm5110")


@pytest.mark.parametrize("device", DEVICES)
def test_a_row_has_a_field_for_every_column(device: str) -> None:
    """No row is longer or shorter than its header."""
    plant = Plant(1)
    row = DEVICES[device].row(70_000, plant.snapshots(), plant_totals(plant))
    assert len(row.split(",")) == len(DEVICES[device].columns)
    assert row.startswith("4464,")


def test_rows_of_tanks_and_meters_fit_too() -> None:
    """As many fields as columns."""
    plant = Plant(1)
    names = tuple(tank.name for tank in plant.hall.tanks)
    assert len(tank_row([tank.read() for tank in plant.hall.tanks]).split(",")) == len(tank_columns(names))
    meter = Meter(METERS[0], 1)
    for row in (sdm630_row, pm5110_row):
        assert len(row(meter.read()).split(",")) == len(METER_COLUMNS)
