"""The truth of a real-time run as tables: the same bytes for the same seed, scenario, speed and length."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from simulators.journal import ALARM_LIST, STATES, Journal
from simulators.model.genealogy import Genealogy
from simulators.model.plant import Plant
from simulators.people.punching import Punch

_PRODUCTION = "machine,sku,good,reject,filled_g,apt_s,pbt_s,ideal_s"
_LOTS = "from_lot,to_lot,grams,from,until"
_ATTENDANCE = "after_s,pin,terminal,status,redelivered"


class RunFiles:
    """Watches a plant; times in the files are seconds of the plant since the start."""

    def __init__(self, plant: Plant, seed: int) -> None:
        self._plant = plant
        self._journal = Journal(plant)
        self._genealogy = Genealogy(plant)
        self._genealogy.begin(f"{seed:08d}", "run")

    def step(self) -> None:
        """Note what has changed."""
        self._journal.step()
        self._genealogy.step(self._plant.time_s)

    def write(self, directory: Path, punched: Iterable[Punch], faults: Sequence[str]) -> None:
        """Write every table.

        Args:
            directory: made when it is not there.
            punched: what people did at the terminals.
            faults: the scenario's windows, a header first.

        Raises:
            OSError: it can't be written.
        """
        self._journal.close()
        self._genealogy.close_batch(self._plant.time_s)
        directory.mkdir(parents=True, exist_ok=True)
        time = self._journal.time
        _write(directory / "production.csv", _PRODUCTION, self._production())
        _write(directory / "states.csv", STATES, self._journal.states)
        _write(directory / "alarms.csv", ALARM_LIST, self._journal.alarms)
        _write(
            directory / "lots.csv",
            _LOTS,
            (
                f"{edge.from_lot},{edge.to_lot},{edge.grams},{time(edge.since_s)},{time(edge.until_s)}"
                for edge in self._genealogy.take_edges()
            ),
        )
        _write(
            directory / "attendance.csv",
            _ATTENDANCE,
            (
                f"{punch.after_s:.1f},{punch.pin},{punch.terminal},{punch.status:d},{int(punch.redelivered)}"
                for punch in punched
            ),
        )
        _write(directory / "faults.csv", faults[0], faults[1:])

    def _production(self) -> Iterable[str]:
        for name, machine in self._plant.machines.items():
            times = f"{machine.run_s:.1f},{machine.run_s + machine.down_s:.1f},{machine.ideal_s:.1f}"
            for sku, made in sorted(machine.made.items()):
                yield f"{name},{sku},{made.good},{made.reject},{made.filled_g},{times}"


def _write(path: Path, header: str, rows: Iterable[str]) -> None:
    path.write_text("".join(f"{row}\n" for row in (header, *rows)), encoding="utf-8")
