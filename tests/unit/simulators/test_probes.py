"""The probes that scenarios may name against those that the servers have."""

from __future__ import annotations

from simulators.faults.targets import park_targets
from simulators.probes import park_probes


def test_the_probes_are_those_of_the_park() -> None:
    """Whatever takes a broken probe has probes."""
    takers = {name for name, kinds in park_targets().items() if "probe_nan" in kinds}
    assert set(park_probes()) == takers
    assert all(park_probes().values())
