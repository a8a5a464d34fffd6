"""A pasteuriser's inside: packs ride through five zones, their cores follow the water, and lethality adds up (CCP 4).

Core: dTc/dt = (Tw − Tc)/τ. Lethality: P = Σ 10^((Tc − 71.1)/9.3)·dt in minutes, critical 5.6 (Breidt et al. 2014).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from simulators.model.buffer import Sink
from simulators.model.noise import Wander

REFERENCE_C, Z_C = 71.1, 9.3
CRITICAL_P, TARGET_P = 5.6, 30.0
WATER_LIMIT_C, LIMIT_S = 85.0, 60.0
"""The hold zone colder than this for so long: the packs in it are held back."""
OVERCOOKED_MIN = 15.0
"""A belt that stands for so long overcooks what is in the hold zone."""
OVERCOOK_ALARM = 17
"""Its bit in the four alarm words; it stands until the last of such packs has left."""
_HOLD_ZONE = 2
_COLD_C = 20.0
_BELT_M_PER_MIN = 0.4
_DIP_EVERY_S = 150 * 3600.0
"""The boiler is weak about once in a month of work …"""
_DIP_LENGTH_S = (120.0, 900.0)
_DIP_C = 6.0
"""… for some minutes, and the hold zone falls by so much."""
_COHORT_MIN = 0.25
"""Packs that enter within a quarter of a minute of belt time share one core temperature."""


@dataclass(frozen=True, slots=True)
class Zones:
    """What a pasteuriser is set to.

    Attributes:
        water_c: set temperature of each zone, °C.
        minutes: time that a pack spends in each zone.
        tau_min: time constant of a pack's core.
        inlet_c: temperature of a pack that enters.
    """

    water_c: tuple[float, ...]
    minutes: tuple[float, ...]
    tau_min: float
    inlet_c: float


JARS = Zones((55.0, 75.0, 88.0, 60.0, 40.0), (6.0, 8.0, 16.0, 6.0, 8.0), 9.0, 45.0)
"""Spray tunnel, 280 g glass, filled with hot brine."""
POUCHES = Zones((60.0, 80.0, 88.0, 55.0, 35.0), (2.0, 3.0, 16.0, 4.0, 6.0), 6.0, 25.0)
"""Water bath, the slower core of the 500 g pouch."""


@dataclass(slots=True)
class Cohort:
    """Packs that travel together.

    Attributes:
        packs: how many.
        at_min: minutes of belt time since they entered.
        core_c: temperature of their cores, °C.
        lethality: P so far, minutes at 71.1 °C.
        hottest_c: the highest that the core has been, °C.
        doubtful: the water was too cold while they were in the hold zone.
        stood_min: minutes that they have stood in the hold zone with hot water and a belt at rest.
    """

    packs: int
    core_c: float
    at_min: float = 0.0
    lethality: float = 0.0
    hottest_c: float = 0.0
    doubtful: bool = False
    stood_min: float = 0.0

    @property
    def overcooked(self) -> bool:
        """Whether they have been in the heat for too much longer than meant: safe, and soft."""
        return self.stood_min >= OVERCOOKED_MIN


class Tunnel:
    """Takes packs as a belt does, and lets them go when they have ridden through.

    Attributes:
        water_c: temperature of each zone now, °C.
        lethality: P of the packs that left last.
        cold_s: seconds that the hold zone has been too cold.
        held: packs that left doubtful since the beginning.
    """

    def __init__(
        self, name: str, zones: Zones, seed: int, outlet: Sink, gone: Callable[[Cohort], None] | None = None
    ) -> None:
        """Make a tunnel.

        Args:
            name: of its random streams.
            zones: what it is set to.
            seed: of the water's wander and of the boiler's weak minutes.
            outlet: where packs go.
            gone: told of every cohort that leaves.
        """
        rng = Random(f"{seed}/{name}/water")
        self._zones = zones
        self._water = [Wander(rng, target, 0.35, 180.0) for target in zones.water_c]
        self._pressure = Wander(rng, 0.35, 0.006, 60.0)
        self._steam = Random(f"{seed}/{name}/steam")
        self._next_dip_s = self._steam.expovariate(1 / _DIP_EVERY_S)
        self._dip_s = 0.0
        self._ends = [sum(zones.minutes[: n + 1]) for n in range(len(zones.minutes))]
        self._cohorts: deque[Cohort] = deque()
        self._overcooked = 0
        self._outlet = outlet
        self._gone = gone
        self.cold_s = 0.0
        self.held = 0
        self.lethality = 0.0

    @property
    def water_c(self) -> tuple[float, ...]:
        """Temperature of each zone, °C."""
        return tuple(water.value for water in self._water)

    @property
    def level(self) -> int:
        """Packs inside."""
        return sum(cohort.packs for cohort in self._cohorts)

    @property
    def room(self) -> int:
        """The belt takes what comes, unless the packs at its end can't leave."""
        stuck = bool(self._cohorts) and self._cohorts[0].at_min >= self._ends[-1]
        return 0 if stuck else 2**31

    @property
    def overcooks(self) -> bool:
        """Whether packs are inside that are overcooked: the flag that the PLC shows."""
        return self._overcooked > 0

    @property
    def core_c(self) -> float:
        """What the core probe at the end of the hold zone shows, °C."""
        end = self._ends[_HOLD_ZONE]
        riding = [cohort.core_c for cohort in self._cohorts if cohort.at_min <= end]
        return riding[0] if riding else self._water[_HOLD_ZONE].value

    def values(self, *, moving: bool) -> tuple[float, ...]:
        """Return pv1 … pv8: five zones °C, belt m/min, core °C, steam MPa."""
        belt = _BELT_M_PER_MIN if moving else 0.0
        weak = 0.06 if self._dip_s > 0 else 0.0
        return (*self.water_c, belt, self.core_c, self._pressure.value - weak)

    def put(self, units: int) -> None:
        """Take packs in."""
        newest = self._cohorts[-1] if self._cohorts else None
        if newest is not None and newest.at_min < _COHORT_MIN:
            newest.packs += units
        else:
            self._cohorts.append(Cohort(units, self._zones.inlet_c))

    def step(self, dt: float, *, moving: bool, heated: bool = True) -> None:
        """Let `dt` seconds pass.

        Args:
            dt: seconds.
            moving: the belt runs; when it stands the water stays hot, and lethality goes on adding up.
            heated: somebody has switched the machine on; otherwise the water cools down.
        """
        self._heat(dt, heated=heated)
        if not self._cohorts:
            return
        minutes = dt / 60.0
        kept = math.exp(-minutes / self._zones.tau_min)
        for cohort in self._cohorts:
            self._ride(cohort, minutes, kept, moving=moving)
        self._let_go()

    def _heat(self, dt: float, *, heated: bool) -> None:
        weak = self._boiler_is_weak(dt)
        for zone, (water, target) in enumerate(zip(self._water, self._zones.water_c, strict=True)):
            water.target = target if heated else _COLD_C
            if weak and zone == _HOLD_ZONE:
                water.target -= _DIP_C
            water.step(dt)
        self._pressure.step(dt)
        self.cold_s = self.cold_s + dt if self._water[_HOLD_ZONE].value < WATER_LIMIT_C else 0.0

    def _boiler_is_weak(self, dt: float) -> bool:
        if self._dip_s > 0:
            self._dip_s -= dt
            return True
        self._next_dip_s -= dt
        if self._next_dip_s <= 0:
            self._next_dip_s = self._steam.expovariate(1 / _DIP_EVERY_S)
            self._dip_s = self._steam.uniform(*_DIP_LENGTH_S)
        return False

    def _ride(self, cohort: Cohort, minutes: float, kept: float, *, moving: bool) -> None:
        zone = 0
        while zone < len(self._ends) - 1 and cohort.at_min >= self._ends[zone]:
            zone += 1
        water = self._water[zone].value
        before = cohort.core_c
        cohort.core_c = water + (before - water) * kept
        cohort.lethality += minutes * 10 ** (((before + cohort.core_c) / 2 - REFERENCE_C) / Z_C)
        cohort.hottest_c = max(cohort.hottest_c, cohort.core_c)
        if zone == _HOLD_ZONE and self.cold_s > LIMIT_S:
            cohort.doubtful = True
        if moving and cohort.at_min < self._ends[-1]:
            cohort.at_min += minutes
        elif zone == _HOLD_ZONE and water >= WATER_LIMIT_C:
            was = cohort.overcooked
            cohort.stood_min += minutes
            self._overcooked += cohort.overcooked - was

    def _let_go(self) -> None:
        """Hand on what has ridden through, as far as it fits."""
        while self._cohorts and self._cohorts[0].at_min >= self._ends[-1]:
            cohort = self._cohorts[0]
            packs = min(cohort.packs, self._outlet.room)
            self._outlet.put(packs)
            if cohort.doubtful:
                self.held += packs
            if packs < cohort.packs:
                cohort.packs -= packs
                return
            self._cohorts.popleft()
            self._overcooked -= cohort.overcooked
            self.lethality = cohort.lethality
            if self._gone is not None:
                self._gone(cohort)
