"""The probes that faults can hit, by the targets that have them; a serial line has those of all its units."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from simulators.model.hall import PITS, TANKS
from simulators.model.vessel import PIT_VALUES, TANK_VALUES
from simulators.servers.controllers import PARK
from simulators.servers.device_faults import probe_names
from simulators.servers.drives import DRIVES, MD500
from simulators.servers.meters import METERS


def park_probes() -> Mapping[str, Collection[str]]:
    """Return the names that a scenario may use."""
    meters = {f"meters/{unit}": [point.name for point in make.points] for unit, (_, make) in METERS.items()}
    drives = {f"drives/{unit}": [point.name for point in MD500.points] for unit in DRIVES}
    return {
        **{name: tuple(probe_names(tuple(spec.blocks))) for name, spec in PARK.items()},
        **meters,
        **drives,
        "meters": _all(meters),
        "drives": _all(drives),
        "tanks": [
            *(f"T{n:02d}.{value}" for n in range(1, TANKS + 1) for value in TANK_VALUES),
            *(f"P{n:02d}.{value}" for n in range(1, PITS + 1) for value in PIT_VALUES),
        ],
    }


def _all(units: Mapping[str, Collection[str]]) -> Collection[str]:
    return dict.fromkeys(name for names in units.values() for name in names)
