"""What really happened in a season, to the piece and to the second: the files that reports and counters are checked with.

Times are s UTC. Sums add up: OEE is made of `apt_s`, `pbt_s`, `ideal_s`, `total` and `good`, never of other OEEs.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from simulators.journal import ALARM_LIST, STATES, Journal
from simulators.model.machine import Machine
from simulators.model.park.packing import FILLERS
from simulators.model.plant import grams_made
from simulators.model.product import ARTICLES
from simulators.model.stops import StopReason
from simulators.model.tunnel import CRITICAL_P
from simulators.year.files import write_csv
from simulators.year.readings import utc
from simulators.year.season import Moment, Season

_PRODUCTION = "day,shift,machine,sku,good,reject,grams,filled_g"
_OEE = "day,shift,machine,apt_s,pbt_s,ideal_s,total,good,stops"
_LOSSES = "day,shift,machine,reason,seconds"
_LOTS = "from_lot,to_lot,grams,from,until"
_PASTEURISATION = "day,machine,packs,p_min,p_mean,p_max,core_max_c,held,overcooked"
_UTILITIES = "day,energy_kwh,steam_kg,water_dm3"
_FAULTS = "kind,target,from,until"


@dataclass(slots=True)
class _Sums:
    """What a machine had made and lived through when a shift began."""

    made: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    times: tuple[float, float, float] = (0.0, 0.0, 0.0)
    counts: tuple[int, int, int] = (0, 0, 0)
    stopped: dict[StopReason, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Lethality:
    """Of the packs that are released; those that are held back, or overcooked, are only counted as such."""

    packs: int = 0
    p_min: float = float("inf")
    p_sum: float = 0.0
    p_max: float = 0.0
    core_max_c: float = 0.0
    held: int = 0
    overcooked: int = 0


class Truth:
    """Watches a season and writes `DIR/truth` at its end."""

    def __init__(self, season: Season, started: int) -> None:
        self._season = season
        self._plant = season.plant
        self._journal = Journal(self._plant, started)
        self._rows: defaultdict[str, list[str]] = defaultdict(list)
        self._before = {name: _Sums() for name in self._plant.machines}
        self._lethality: dict[tuple[date, str], _Lethality] = defaultdict(_Lethality)
        self._shift = ("", "")
        self._used = (0.0, 0.0, 0.0)
        self._months: defaultdict[str, int] = defaultdict(int)
        self._intake: defaultdict[str, int] = defaultdict(int)
        season.shift_begins = self._begin_shift

    def add(self, moment: Moment) -> None:
        """Note what has changed since the last moment."""
        for ticket in moment.tickets:
            self._intake[f"{ticket.kind} {ticket.township}"] += ticket.net_g
        self._journal.step()
        for name, cohort in self._plant.take_gone():
            sums = self._lethality[moment.local.date(), name]
            sums.overcooked += cohort.packs * cohort.overcooked
            if cohort.doubtful:
                sums.held += cohort.packs
                continue
            sums.packs += cohort.packs
            sums.p_min = min(sums.p_min, cohort.lethality)
            sums.p_sum += cohort.lethality * cohort.packs
            sums.p_max = max(sums.p_max, cohort.lethality)
            sums.core_max_c = max(sums.core_max_c, cohort.hottest_c)
        if moment.local.hour == moment.local.minute == 0:
            self._close_day(moment)

    def write(self, directory: Path) -> None:
        """Write every file of the truth to a folder, which is made when it is not there."""
        self._close_shift()
        self._journal.close()
        time = self._journal.time
        edges = self._season.genealogy.take_edges()
        self._rows["lots"] = [
            f"{edge.from_lot},{edge.to_lot},{edge.grams},{time(edge.since_s)},{time(edge.until_s)}"
            for edge in edges
        ]
        write_csv(directory / "production.csv", _PRODUCTION, self._rows["production"])
        write_csv(directory / "oee.csv", _OEE, self._rows["oee"])
        write_csv(directory / "losses.csv", _LOSSES, self._rows["losses"])
        write_csv(directory / "states.csv.gz", STATES, self._journal.states)
        write_csv(directory / "alarms.csv.gz", ALARM_LIST, self._journal.alarms)
        write_csv(directory / "lots.csv.gz", _LOTS, self._rows["lots"])
        write_csv(directory / "pasteurisation.csv", _PASTEURISATION, self._pasteurisation())
        write_csv(directory / "utilities.csv", _UTILITIES, self._rows["utilities"])
        write_csv(directory / "faults.csv", _FAULTS, self._faults())
        (directory / "summary.json").write_text(self._summary(), encoding="utf-8")

    def _begin_shift(self, day: date, shift: str) -> None:
        self._close_shift()
        self._shift = (str(day), shift)

    def _close_shift(self) -> None:
        """Book to the shift that ends what its machines made and how long they ran and stood."""
        day, shift = self._shift
        for name, machine in self._plant.machines.items():
            before, now = self._before[name], _sums(machine)
            self._before[name] = now
            if day:
                self._book(f"{day},{shift},{name}", machine, before, now)

    def _book(self, key: str, machine: Machine, before: _Sums, now: _Sums) -> None:
        for sku, made in now.made.items():
            good, reject, filled = _minus(made, before.made.get(sku, (0, 0, 0)))
            weight = ARTICLES[sku].weight_g if sku in ARTICLES else machine.spec.product.weight_g
            if good or reject:
                row = f"{key},{sku},{good},{reject},{good * weight},{filled}"
                self._rows["production"].append(row)
                if machine.spec.name in FILLERS:
                    self._months[key[:7]] += good * weight
        apt, pbt, ideal = (after - was for after, was in zip(now.times, before.times, strict=True))
        total, good, stops = _minus(now.counts, before.counts)
        if pbt > 0:
            self._rows["oee"].append(f"{key},{apt:.1f},{pbt:.1f},{ideal:.1f},{total},{good},{stops}")
        for reason, seconds in now.stopped.items():
            lost = seconds - before.stopped.get(reason, 0.0)
            if lost > 0:
                self._rows["losses"].append(f"{key},{reason:d},{lost:.1f}")

    def _close_day(self, moment: Moment) -> None:
        """Book at midnight what the day that ends has used."""
        used = self._plant.utilities
        now = (used.energy_kwh, used.steam_kg, used.water_dm3)
        energy, steam, water = (after - was for after, was in zip(now, self._used, strict=True))
        self._used = now
        ended = date.fromordinal(moment.local.toordinal() - 1)
        self._rows["utilities"].append(f"{ended},{energy:.1f},{steam:.1f},{water:.1f}")

    def _pasteurisation(self) -> Iterator[str]:
        for (day, machine), sums in self._lethality.items():
            if sums.packs:
                mean = sums.p_sum / sums.packs
                figures = f"{sums.p_min:.2f},{mean:.2f},{sums.p_max:.2f},{sums.core_max_c:.2f}"
            else:
                figures = ",,,"
            yield f"{day},{machine},{sums.packs},{figures},{sums.held},{sums.overcooked}"

    def _faults(self) -> Iterator[str]:
        for cut in self._season.cuts:
            begin = utc(cut.begin)
            yield f"power_cut,plant,{begin},{begin + cut.minutes * 60}"
        for outage in self._season.outages:
            for machine in outage.machines:
                yield f"breakdown,{machine},{utc(outage.begin)},{utc(outage.end)}"

    def _summary(self) -> str:
        machines = {
            name: {
                "good": machine.good,
                "reject": machine.reject,
                "grams": grams_made(machine),
                "raw": machine.raw,
            }
            for name, machine in self._plant.machines.items()
        }
        packs = sum(sums.packs for sums in self._lethality.values())
        lowest = min((sums.p_min for sums in self._lethality.values()), default=0.0)
        summary = {
            "packed_g": self._plant.packed_g,
            "packed_g_by_month": dict(self._months),
            "intake_g": dict(self._intake),
            "brined_g": self._plant.hall.brined_g,
            "drained_g": self._plant.hall.drained_g,
            "stock_g": self._plant.hall.stock_g,
            "waiting_g": self._plant.hall.waiting_g,
            "heap_g": self._plant.heap.level,
            "machines": machines,
            "pasteurised_packs": packs,
            "lowest_p": round(lowest, 2),
            "below_critical_p": lowest < CRITICAL_P,
        }
        return json.dumps(summary, indent=1, ensure_ascii=False) + "\n"


def _sums(machine: Machine) -> _Sums:
    return _Sums(
        made={sku: (made.good, made.reject, made.filled_g) for sku, made in machine.made.items()},
        times=(machine.run_s, machine.run_s + machine.down_s, machine.ideal_s),
        counts=(machine.total, machine.good, machine.stops),
        stopped=dict(machine.stopped_s),
    )


def _minus(after: tuple[int, int, int], before: tuple[int, int, int]) -> tuple[int, int, int]:
    return after[0] - before[0], after[1] - before[1], after[2] - before[2]
