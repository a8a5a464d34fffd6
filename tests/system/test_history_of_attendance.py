"""A simulated week in season, imported by the product: the heads and hours of its shifts are what they were."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from edge.config.settings import Settings, load
from edge.demo.configuration import MACHINES, write_configuration
from edge.historian.base import Aggregate, Historian, Query
from edge.host import open_historian
from edge.model.calendar import Shift
from simulators.people.attlog import Terminal
from simulators.people.staff import staff
from simulators.year.command import simulate
from tests.system.programs import chili_edge
from tests.unit.processing.attendance.plant import SHIFTS, key_of, worker_of

_SEED = 1
_FIRST, _LAST = date(2026, 8, 3), date(2026, 8, 9)
_NOON_NS = 1_795_492_800_000_000_000
_CROWD = 3


def _shift_yaml(shift: Shift) -> str:
    breaks = ", ".join(f'"{one.start:%H:%M}-{one.end:%H:%M}"' for one in shift.breaks)
    months = f", months: {sorted(shift.months)}" if shift.months else ""
    return (
        f'  {shift.key}: {{name: {shift.name}, start: "{shift.start:%H:%M}", end: "{shift.end:%H:%M}",'
        f" breaks: [{breaks}]{months}}}\n"
    )


def plant_with_people(folder: Path) -> Path:
    """Write a configuration of the whole plant with its people and their shifts, whose devices nobody will ever reach."""
    folder.mkdir()
    workers = [worker_of(one) for one in staff(_SEED, 2026)]
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("pin", "name", "kind", "team", "shift", "first", "last"))
        writer.writerows((w.pin, w.name, w.kind, w.team, w.shift, w.first, w.last) for w in workers)
    ports = {simulator: number for number, (_, _, simulator, _) in enumerate(MACHINES.values(), 1)}
    servers = {"broker": 100, "console": 0, "terminals": 101}
    config = write_configuration(
        folder, ports | servers, [one.value for one in Terminal], 1.0, _NOON_NS, None
    )
    text = config.read_text(encoding="utf-8")
    head, _, tail = text.partition("shifts:\n")
    people = tail[tail.index("people:") :]
    shifts = "".join(map(_shift_yaml, SHIFTS))
    config.write_text(f"{head}shifts:\n{shifts}{people}  rules: {{flexible: [T]}}\n", encoding="utf-8")
    return config


async def _told(historian: Historian, settings: Settings, shift: str, day: date, field: str) -> float | None:
    calendar = settings.plant.calendar
    known = next(one for one in calendar.shifts if one.key == shift)
    query = Query(
        "attendance",
        field,
        Aggregate.LAST,
        *known.span(day, calendar.zone),
        {"shift": shift},
        ("team", "kind"),
    )
    rows = await historian.query(query)
    return sum(float(row.value) for row in rows) if rows else None


@pytest.mark.timeout(300)
async def test_heads_and_hours_are_the_truth(tmp_path: Path) -> None:
    """By shift and day, from terminals that were offline and repeat themselves: planned, present, late and hours."""
    simulate(_SEED, _FIRST, _LAST, tmp_path / "week")
    config = plant_with_people(tmp_path / "plant")
    outcome = chili_edge(
        *("history", "import", tmp_path / "week", "-c", config, "--skip-unknown", "--trend-days", "0"),
        timeout=250,
    )
    assert outcome.code == 0, outcome.err
    truth: defaultdict[tuple[str, date], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    with (tmp_path / "week" / "truth" / "attendance.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            day = date.fromisoformat(row["day"])
            for field in ("planned", "present", "late", "minutes", "missing_punch"):
                truth[key_of(row["shift"], day), day][field] += int(row[field])
    settings = load(config)
    checked = 0
    async with open_historian(settings, read_only=True) as historian:
        for (shift, day), known in truth.items():
            told = {
                field: await _told(historian, settings, shift, day, field)
                for field in ("planned", "present", "late", "hours")
            }
            if known["planned"] < _CROWD:
                assert told["planned"] is None, (shift, day)
                continue
            if day == _LAST and shift in ("B", "C", "T"):
                continue  # the readings end before these people go home
            assert (told["planned"], told["present"]) == (known["planned"], known["present"]), (shift, day)
            if not known["missing_punch"]:
                checked += 1
                assert told["late"] == known["late"], (shift, day)
                assert told["hours"] == pytest.approx(known["minutes"] / 60, abs=0.02), (shift, day)
    assert checked > 5
