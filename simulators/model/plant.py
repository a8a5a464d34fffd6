"""The whole plant as one object: from the heap of fresh chili to the pallets, stepped by time and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from simulators.model.buffer import Buffer
from simulators.model.hall import MONTHLY_AMBIENT, Hall
from simulators.model.machine import CounterStart, Machine, MachineSpec
from simulators.model.park import packing, prep
from simulators.model.park.packing import FILLERS, UNITS_PER_CASE, counter_start
from simulators.model.product import ARTICLES
from simulators.model.snapshot import Snapshot
from simulators.model.stops import StopReason
from simulators.model.tunnel import JARS, OVERCOOK_ALARM, POUCHES, Cohort, Tunnel, Zones
from simulators.model.utilities import Utilities
from simulators.model.vessel import TONNE
from simulators.model.weighbridge import Heap

_STRIDE_S = 2.0
"""The longest time that neighbours are stepped apart in real time: a belt moves two packs meanwhile."""
_CASES_PER_PALLET = 60
BELT_PACKS = 180
"""Packs between a filler and its pasteuriser: three minutes."""
_FERMENT_S = 600.0
"""Fermentation is a matter of days: it is stepped this often."""
_OCTOBER = 10


class Plant:
    """Everything that moves, from one seed.

    Attributes:
        machines: by name, in the order in which product flows.
        tunnels: the insides of the pasteurisers, by the name of their machine.
        hall: tanks and pits.
        heap: fresh chili that waits for sorting.
        hopper: product over the fillers, g.
        utilities: electricity, steam, water.
        producing: between `run` and `halt`.
        month: 1 to 12, for the weather.
        time_s: seconds that it has lived through.
        gone: cohorts that left a pasteuriser since `take_gone`, with its name.
    """

    def __init__(
        self,
        seed: int,
        *,
        month: int = _OCTOBER,
        year: int = 2026,
        starts: Mapping[str, CounterStart] | None = None,
    ) -> None:
        """Make a plant at rest.

        Args:
            seed: of everything random.
            month: 1 to 12, for the weather.
            year: of the lots that are begun now.
            starts: where the counters of some machines stand; the others' depend on the seed.
        """
        self.month = month
        self.producing = False
        self.gone: list[tuple[str, Cohort]] = []
        self.heap = Heap()
        self.hall = Hall(seed, MONTHLY_AMBIENT[month - 1], year)
        self.hopper = Buffer(3 * TONNE, 3 * TONNE // 2)
        self.utilities = Utilities()
        self.time_s = 0.0
        self._seed = seed
        self._starts = starts or {}
        self._fermented_s = 0.0
        self.machines: dict[str, Machine] = {}
        self._build_prep()
        cases = Buffer(200 * UNITS_PER_CASE)
        jars, pouches = Buffer(BELT_PACKS), Buffer(BELT_PACKS)
        checked_jars, checked_pouches = Buffer(2 * BELT_PACKS), Buffer(2 * BELT_PACKS)
        self.tunnels = {
            "pasteurizer": self._tunnel("pasteurizer", JARS, checked_jars),
            "bath": self._tunnel("bath", POUCHES, checked_pouches),
        }
        self._add(packing.JAR_LINE, self.hopper, jars)
        self._add(packing.POUCH_A, self.hopper, pouches)
        self._add(packing.POUCH_LINE, self.hopper, pouches)
        self._add(packing.BULK_LINE, self.hopper, cases)
        self._add(packing.PASTEURIZER, jars, self.tunnels["pasteurizer"])
        self._add(packing.BATH, pouches, self.tunnels["bath"])
        self._add(packing.INSPECTION_JAR, checked_jars, cases)
        self._add(packing.INSPECTION_POUCH, checked_pouches, cases)
        self._add(packing.PALLETISING, cases, None)
        self.belts = (jars, pouches, checked_jars, checked_pouches, cases)

    def run(self) -> None:
        """Start every machine."""
        self.producing = True
        for machine in self.machines.values():
            machine.run()

    def halt(self) -> None:
        """Stop every machine at once."""
        self.producing = False
        for machine in self.machines.values():
            machine.halt()

    def step(self, dt: float, *, stride: float = _STRIDE_S) -> None:
        """Let `dt` seconds pass, in strides of at most `stride` seconds."""
        left = dt
        while left > 0:
            part = min(left, stride)
            for name, machine in self.machines.items():
                machine.step(part)
                if name in self.tunnels:
                    self.tunnels[name].step(part, moving=_belt_moves(machine), heated=machine.up)
            left -= part
        self.time_s += dt
        self.utilities.step(dt, self.machines, staffed=self.producing)
        self._fermented_s += dt
        if self._fermented_s >= _FERMENT_S:
            self.hall.step(self._fermented_s, MONTHLY_AMBIENT[self.month - 1])
            self._fermented_s = 0.0

    def snapshots(self) -> dict[str, Snapshot]:
        """Return what every machine's PLC shows at this moment."""
        shown = {name: machine.snapshot() for name, machine in self.machines.items()}
        for name, tunnel in self.tunnels.items():
            values = tunnel.values(moving=_belt_moves(self.machines[name]))
            alarms = shown[name].alarms | (tunnel.overcooks << OVERCOOK_ALARM)
            shown[name] = replace(shown[name], process_values=values, alarms=alarms)
        return shown

    def take_gone(self) -> list[tuple[str, Cohort]]:
        """Return the cohorts that left a pasteuriser since the last call."""
        gone, self.gone = self.gone, []
        return gone

    @property
    def packed_g(self) -> int:
        """Nominal grams that left the fillers as good packs: the year's output."""
        return sum(grams_made(self.machines[name]) for name in FILLERS)

    def _build_prep(self) -> None:
        sorted_, destemmed = Buffer(2 * TONNE), Buffer(2 * TONNE)
        desalted, pressed, chopped = Buffer(TONNE), Buffer(TONNE), Buffer(TONNE)
        self._add(prep.SORTING, self.heap, sorted_)
        self._add(prep.DESTEMMING, sorted_, destemmed)
        self._add(prep.WASHING, destemmed, self.hall)
        self._add(prep.DESALTING, self.hall, desalted)
        self._add(prep.PRESSING, desalted, pressed)
        self._add(prep.CHOPPING, pressed, chopped)
        self._add(prep.MIXING, chopped, self.hopper)
        self.hoppers = (sorted_, destemmed, desalted, pressed, chopped)

    def _add(
        self, spec: MachineSpec, inlet: Buffer | Heap | Hall, outlet: Buffer | Hall | Tunnel | None
    ) -> None:
        start = self._starts.get(spec.name) or counter_start(self._seed, spec.name)
        self.machines[spec.name] = Machine(spec, self._seed, start, inlet=inlet, outlet=outlet)

    def _tunnel(self, name: str, zones: Zones, outlet: Buffer) -> Tunnel:
        return Tunnel(name, zones, self._seed, outlet, lambda cohort: self.gone.append((name, cohort)))


def _belt_moves(machine: Machine) -> bool:
    """Return whether a pasteuriser's belt carries on: what is in must come out, even when nothing follows."""
    return machine.running or machine.reason is StopReason.STARVED


def grams_made(machine: Machine, *, rejected: bool = False) -> int:
    """Return the nominal grams of a machine's good pieces, or of its rejected ones, by article."""
    return sum(
        (made.reject if rejected else made.good) * ARTICLES[sku].weight_g
        for sku, made in machine.made.items()
        if sku in ARTICLES
    )


def plant_totals(plant: Plant) -> Mapping[str, int]:
    """Return the totals that PLCs show beside their machines."""
    cases = plant.machines["palletising"].good
    return {
        "steam_kg": int(plant.utilities.steam_kg),
        "water_dm3": int(plant.utilities.water_dm3),
        "cases": cases,
        "pallets": cases // _CASES_PER_PALLET,
    }
