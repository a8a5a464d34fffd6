"""Who starts and stops the machines: shifts, breaks, changeovers, cleaning, and the end of work when the order is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from simulators.model.machine import Machine
from simulators.model.park.packing import BULK_LINE, FILLERS, JAR_LINE
from simulators.model.plant import Plant
from simulators.model.product import JAR_280, JAR_500, Product
from simulators.model.stops import StopReason

PREP = ("desalting", "pressing", "chopping", "mixing")
INTAKE = ("sorting", "destemming", "washing")
AFTER_FILLING = ("pasteurizer", "bath", "inspection_jar", "inspection_pouch", "palletising")
_CLEANING_MIN = 40
_RUN_OUT_MIN = 75
"""The longest that the tunnels are waited for; a handful of packs on the belts may stay until tomorrow."""
_CHANGEOVER_MIN = (25, 40)
_LATE_START, _EARLY_END = 60, 120
"""Minutes of a shift's beginning and end in which nobody changes over."""


@dataclass(frozen=True, slots=True)
class Work:
    """A stretch of a day in which people work, in minutes of the local day; its key is the shift's."""

    shift: str
    begin: int
    end: int
    pauses: tuple[tuple[int, int], ...] = ()

    def paused(self, minute: int) -> bool:
        """Return whether it is a break."""
        return any(begin <= minute < end for begin, end in self.pauses)


@dataclass(frozen=True, slots=True)
class _Changeover:
    minute: int
    machine: str
    article: Product
    seconds: float


class Foreman:
    """Tells the machines once a minute what to do.

    Attributes:
        working: the stretch that is being worked; None when nobody is there.
    """

    def __init__(self, plant: Plant, seed: int) -> None:
        self._plant = plant
        self._seed = seed
        self._works: Sequence[Work] = ()
        self._changeovers: list[_Changeover] = []
        self._bulk_order: dict[str, range] = {}
        self._target_g = 0
        self._run_out_min = 0
        self._cleaning: dict[str, int] = {}
        self.working: Work | None = None

    def begin_day(self, day: date, works: Sequence[Work], ordered_g: int) -> None:
        """Take the day's orders.

        Args:
            day: local date.
            works: when people work; none on a day of rest.
            ordered_g: grams to be packed.
        """
        rng = Random(f"{self._seed}/foreman/{day}")
        self._works = works
        self._target_g = self._plant.packed_g + ordered_g
        self._changeovers = []
        self._bulk_order = {}
        for work in works:
            self._bulk_order[work.shift] = _food_service(work)
            for name in FILLERS:
                minute = rng.randint(work.begin + _LATE_START, work.end - _EARLY_END)
                seconds = 60.0 * rng.uniform(*_CHANGEOVER_MIN)
                article = self._next_article(name, rng)
                if name != BULK_LINE.name or minute in self._bulk_order[work.shift]:
                    self._changeovers.append(_Changeover(minute, name, article, seconds))

    @property
    def resting(self) -> bool:
        """Whether nobody works and nothing runs or is cleaned."""
        return (
            self.working is None
            and not self._cleaning
            and not any(machine.up for machine in self._plant.machines.values())
        )

    def command(self, minute: int) -> None:
        """Tell the machines what to do in this minute of the local day."""
        work = next((work for work in self._works if work.begin <= minute < work.end), None)
        self.working = work
        self._plant.producing = work is not None
        machines = self._plant.machines
        filling = work is not None and self._fills(work, minute)
        if work is not None and work.paused(minute):
            _halt(machines, (*INTAKE, *PREP, *FILLERS), StopReason.PAUSE)
            return
        self._lead_intake(machines, working=work is not None)
        if filling and work is not None:
            self._run_out_min = 0
            idle = () if minute in self._bulk_order[work.shift] else (BULK_LINE.name,)
            self._run(machines, [name for name in (*PREP, *FILLERS, *AFTER_FILLING) if name not in idle])
            _halt(machines, idle, StopReason.NO_ORDER)
            self._change_over(machines, minute, idle)
        else:
            self._end_work(machines)

    def _fills(self, work: Work, minute: int) -> bool:
        return minute < work.end - _CLEANING_MIN and self._plant.packed_g < self._target_g

    def _lead_intake(self, machines: Mapping[str, Machine], *, working: bool) -> None:
        if working and (
            self._plant.heap.level or self._plant.hoppers[0].level or self._plant.hoppers[1].level
        ):
            self._run(machines, INTAKE)
        else:
            _halt(machines, INTAKE, StopReason.NO_ORDER)

    def _run(self, machines: Mapping[str, Machine], names: Sequence[str]) -> None:
        for name in names:
            self._cleaning.pop(name, None)
            machines[name].run()

    def _change_over(self, machines: Mapping[str, Machine], minute: int, idle: Sequence[str]) -> None:
        """Begin the changeovers that are due; a machine that stands is changed over when it runs again."""
        for changeover in [one for one in self._changeovers if one.minute <= minute]:
            machine = machines[changeover.machine]
            if machine.running and changeover.machine not in idle:
                machine.change_over(changeover.article, changeover.seconds)
                self._changeovers.remove(changeover)

    def _end_work(self, machines: Mapping[str, Machine]) -> None:
        """Stop filling, let the tunnels run empty, and clean what has run; then there is nothing left to do."""
        for name in (*PREP, *FILLERS):
            self._clean(machines[name])
        self._run_out_min += 1
        empty = self._run_out_min > _RUN_OUT_MIN or self._empty()
        for name in AFTER_FILLING:
            if empty or not machines[name].up:
                self._clean(machines[name])

    def _clean(self, machine: Machine) -> None:
        name = machine.spec.name
        if machine.up:
            self._cleaning[name] = _CLEANING_MIN
            machine.halt(StopReason.CLEANING)
        elif self._cleaning.get(name, 0) > 1:
            self._cleaning[name] -= 1
        else:
            self._cleaning.pop(name, None)
            machine.halt(StopReason.NO_ORDER)

    def _empty(self) -> bool:
        plant = self._plant
        return not any(tunnel.level for tunnel in plant.tunnels.values()) and not any(
            belt.level for belt in plant.belts[:4]
        )

    def _next_article(self, name: str, rng: Random) -> Product:
        """Return what is packed next: the jar line has two sizes, the others change the recipe only."""
        if name == JAR_LINE.name:
            return rng.choice((JAR_280, JAR_280, JAR_500))
        return self._plant.machines[name].product


def _food_service(work: Work) -> range:
    """Return the minutes with an order for bags: a shift's second half, when the hopper is full; all four drain it."""
    return range((work.begin + work.end - _CLEANING_MIN) // 2, work.end)


def _halt(machines: Mapping[str, Machine], names: Iterable[str], reason: StopReason) -> None:
    for name in names:
        machines[name].halt(reason)
