from __future__ import annotations

from pathlib import Path

import pytest

from simulators.faults.catalogue import DEVICE, KINDS, OPCUA, SERVICE, WIRE
from simulators.faults.scenario import SCENARIOS, load
from simulators.faults.schedule import Begin, apply
from simulators.faults.target import Target
from simulators.faults.targets import CONTROLLERS, GATEWAYS, park_targets
from simulators.model import electrical
from simulators.model.electrical import Drive, Meter
from simulators.servers.controllers import PARK, Controller
from simulators.servers.drives import DRIVES, drive_units
from simulators.servers.gateway import Gateway
from simulators.servers.meters import METERS, meter_units


def test_the_families_hold_every_kind_once() -> None:
    """No kind is in two families, and none in no family."""
    assert len(DEVICE) + len(WIRE) + len(OPCUA) + len(SERVICE) == len(KINDS) == 34
    assert set(KINDS) == DEVICE | WIRE | OPCUA | SERVICE


def test_every_kind_can_happen_to_something() -> None:
    """A kind that nothing takes could not be tested."""
    assert frozenset().union(*park_targets().values()) == set(KINDS)


def test_the_targets_are_those_of_the_park() -> None:
    """Names and unit ids are the ones that the servers have."""
    assert set(CONTROLLERS) == set(PARK)
    assert set(GATEWAYS["meters"]) == set(METERS)
    assert set(GATEWAYS["drives"]) == set(DRIVES)


def test_a_unit_has_no_wire_of_its_own() -> None:
    """Cables and connections belong to the line, registers to the unit."""
    targets = park_targets()
    assert targets["meters"] - targets["meters/11"] == WIRE | {"refuse_clients", "idle_reset"}


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.yaml")), ids=lambda file: file.stem)
async def test_the_devices_take_every_fault_that_the_scenarios_have_for_them(file: Path) -> None:
    """Kinds, units and probes are ones that PLCs and serial lines have: they would refuse any other."""
    meters = meter_units({name: Meter(name, 1).read() for name in electrical.METERS})
    drives = drive_units({name: Drive(name, 1, kw).read() for name, kw in electrical.DRIVES.items()})
    devices: dict[str, Target] = {name: Controller(name, spec) for name, spec in PARK.items()}
    devices |= {"meters": Gateway("meters", meters), "drives": Gateway("drives", drives)}
    faults = [
        fault
        for fault in load(file, park_targets()).faults
        if fault.target.partition("/")[0] in devices and fault.kind in DEVICE
    ]
    await apply([Begin(fault, fault.start) for fault in faults], devices)
