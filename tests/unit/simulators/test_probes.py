"""The probes that scenarios may name against those that the servers have."""

from __future__ import annotations

from simulators.faults.targets import park_targets
from simulators.probes import PIT_VALUES, TANK_VALUES, park_probes
from simulators.servers.opcua import address_space


def test_the_probes_are_those_of_the_park() -> None:
    """Whatever takes a broken probe has probes, and the hall's are those of its server."""
    takers = {name for name, kinds in park_targets().items() if "probe_nan" in kinds}
    assert set(park_probes()) == takers
    assert all(park_probes().values())
    assert (TANK_VALUES, PIT_VALUES) == (address_space.TANK_VALUES, address_space.PIT_VALUES)
