"""What the plant uses: electricity by area, steam and water, from what its machines are doing (domain §1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulators.model.machine import Machine

AREAS: Mapping[str, tuple[str, ...]] = {
    "packing": (
        "jar_line",
        "pouch_a",
        "pouch_line",
        "bulk_line",
        "inspection_jar",
        "inspection_pouch",
        "palletising",
    ),
    "prep": ("desalting", "pressing", "chopping", "mixing"),
    "intake": ("sorting", "destemming", "washing"),
    "thermal": ("pasteurizer", "bath"),
}
"""Machines by the sub-meter that feeds them."""
_STANDING = 0.12
"""Of its motors' load, for a machine that is switched on and stands."""
_BASE_KW = {
    "packing": 10.0,
    "prep": 6.0,
    "intake": 3.0,
    "thermal": 5.0,
    "compressors": 2.0,
    "boiler_and_water": 14.0,
}
"""Lights, controls, pumps that never rest."""
_NIGHT = 0.2
_COMPRESSOR_KW = 20.0
_STEAM_KG_PER_H = {"pasteurizer": 470.0, "bath": 430.0, "jar_line": 80.0}
_WATER_DM3_PER_KG = {"desalting": 4.5, "washing": 2.1}
_WATER_DM3_PER_H = {"pasteurizer": 1900.0, "bath": 1700.0}
_HOUR_S = 3600.0


@dataclass(slots=True)
class Utilities:
    """Meters of the whole plant.

    Attributes:
        load_kw: electrical load by area, and `main` for all of it, as it is now.
        energy_kwh: of everything since the beginning.
        steam_kg: since the beginning.
        water_dm3: since the beginning.
    """

    load_kw: dict[str, float] = field(default_factory=dict)
    energy_kwh: float = 0.0
    steam_kg: float = 0.0
    water_dm3: float = 0.0
    _washed: dict[str, int] = field(default_factory=dict)

    def step(self, dt: float, machines: Mapping[str, Machine], *, staffed: bool) -> None:
        """Let `dt` seconds pass.

        Args:
            dt: seconds.
            machines: by name.
            staffed: somebody works; at night only the base load is left.
        """
        load = dict(_BASE_KW) if staffed else {area: kw * _NIGHT for area, kw in _BASE_KW.items()}
        packing = 0
        for area, names in AREAS.items():
            for name in names:
                machine = machines[name]
                if machine.running:
                    load[area] += machine.spec.motor_kw
                    packing += area == "packing"
                elif staffed:
                    load[area] += machine.spec.motor_kw * _STANDING
        load["compressors"] += _COMPRESSOR_KW * min(2.0, packing / 3.0)
        load["main"] = sum(load.values())
        self.load_kw = load
        hours = dt / _HOUR_S
        self.energy_kwh += load["main"] * hours
        self.steam_kg += sum(kg * hours for name, kg in _STEAM_KG_PER_H.items() if machines[name].running)
        self.water_dm3 += sum(dm3 * hours for name, dm3 in _WATER_DM3_PER_H.items() if machines[name].running)
        for name, dm3 in _WATER_DM3_PER_KG.items():
            total = machines[name].total
            self.water_dm3 += (total - self._washed.get(name, 0)) * dm3
            self._washed[name] = total
