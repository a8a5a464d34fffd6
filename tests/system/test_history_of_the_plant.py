"""Simulated days, imported by the product: what it counts is what the plant made, article by article, to the piece."""

from __future__ import annotations

import asyncio
import csv
import json
import os
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from edge.config.settings import load
from edge.demo.configuration import MACHINES, write_configuration
from edge.historian.base import Aggregate, Query
from edge.host import open_historian
from edge.model.oee import Sums
from edge.model.tag import CounterRole
from edge.production import entries, oee
from simulators.model.park.packing import FILLERS
from simulators.people.attlog import Terminal
from simulators.year.command import simulate
from simulators.year.plan import power_cuts
from tests.system.programs import chili_edge, running

pytestmark = pytest.mark.timeout(3600)

_SKUS = {"jar_280": "1", "pouch_200": "2", "jar_500": "3", "pouch_500": "4", "bag_5000": "5"}
_FOREVER = 2**62
_SEED = 1
_NOON_NS = 1_795_492_800_000_000_000


def _plant(tmp_path: Path) -> Path:
    """Write a configuration of the whole plant whose devices nobody will ever reach."""
    directory = tmp_path / "plant"
    directory.mkdir()
    (directory / "people.csv").write_text(
        "pin,name,kind,team,shift\n0001,王芳,permanent,pack,A\n", encoding="utf-8"
    )
    ports = {simulator: number for number, (_, _, simulator, _) in enumerate(MACHINES.values(), 1)}
    servers = {"broker": 100, "console": 0, "terminals": 101}
    return write_configuration(
        directory, ports | servers, [terminal.value for terminal in Terminal], 1.0, _NOON_NS, None
    )


async def _counted(config: Path, field: str) -> Counter[tuple[str, str]]:
    """Return sums of the good counts by machine and sku."""
    query = Query("count", field, Aggregate.SUM, 0, _FOREVER, {"counter": "good"}, group_by=("device", "sku"))
    async with open_historian(load(config), read_only=True) as historian:
        rows = await historian.query(query)
    return Counter({(row.tags["device"], _SKUS[row.tags["sku"]]): int(row.value) for row in rows})


def _made(truth: Path, column: str) -> Counter[tuple[str, str]]:
    made: Counter[tuple[str, str]] = Counter()
    with (truth / "production.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["machine"] in FILLERS:
                made[row["machine"], row["sku"]] += int(row[column])
    return made


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The truth and the configuration of a week that was imported; of the whole year with `make year`."""
    directory = tmp_path_factory.mktemp("history")
    cut = power_cuts(_SEED, 2026, 3)[0].begin.date()
    first, last = cut - timedelta(days=3), cut + timedelta(days=3)
    if os.environ.get("CHILI_YEAR"):
        first, last = date(2026, 1, 1), date(2026, 12, 31)
    simulate(_SEED, first, last, directory / "readings")
    config = _plant(directory)
    outcome = chili_edge(
        *("history", "import", directory / "readings", "-c", config, "--trend-days", "0"),
        timeout=3000,
    )
    assert outcome.code == 0, outcome.err
    return directory / "readings" / "truth", config


async def test_the_import_counts_what_was_made(week: tuple[Path, Path]) -> None:
    """Over days with pauses, changeovers, a rollover past 2^32 and power cuts that zero a counter."""
    truth, config = week

    assert await _counted(config, "n") == _made(truth, "good")
    assert await _counted(config, "g") == _made(truth, "grams")
    summary = json.loads((truth / "summary.json").read_text(encoding="utf-8"))
    assert sum((await _counted(config, "g")).values()) == summary["packed_g"]


async def test_the_sums_of_every_day_are_its_counts(week: tuple[Path, Path]) -> None:
    """Whichever of the two a report reads, by production day, machine and product, pieces and grams are the same."""
    settings = load(week[1])
    place, length = ("device", "sku"), 86_400 * 10**9
    calendar = settings.plant.calendar
    offset = calendar.day_span(date(2026, 1, 1))[0] % length
    good = {"counter": "good"}
    makers = {device.key for device in settings.plant.devices if CounterRole.GOOD in device.counts}
    async with open_historian(settings, read_only=True) as historian:
        for summed, counted in (("gq", "n"), ("g", "g")):
            sums, counts = [
                {
                    (row.time, *row.tags.values()): row.value
                    for row in await historian.query(
                        Query(name, field, Aggregate.SUM, 0, _FOREVER, where, place, length, offset)
                    )
                    if row.value and row.tags["device"] in makers
                }
                for name, field, where in (("oee", summed, {}), ("count", counted, good))
            ]
            assert sums == counts
            assert {device for _, device, _ in sums} == set(FILLERS)


async def test_oee_of_every_machine_and_day_is_that_of_the_plant(week: tuple[Path, Path]) -> None:
    """Times to the second, pieces to the piece, OEE within 0.1 points: of each day, and so of any roll-up."""
    truth, config = week
    lived = _lived(truth)
    settings = load(config)
    calendar, sums = settings.plant.calendar, Sums()
    async with open_historian(settings, read_only=True) as historian:
        days = sorted({date.fromisoformat(day) for _, day in lived})
        for worked, following in zip(days, [*days[1:], days[-1] + timedelta(days=7)], strict=True):
            # The truth books what happens on a day of rest, as a power cut, to the shift before it.
            day, (start, _), (stop, _) = str(worked), calendar.day_span(worked), calendar.day_span(following)
            found = await oee.sums(historian, settings.plant, start, stop)
            for machine in FILLERS:
                figures, mine = lived.get((machine, day)), found.get((machine,), Sums())
                if figures is None:
                    continue
                sums += mine
                assert (mine.pq, mine.gq, mine.unrated) == (figures["total"], figures["good"], 0)
                for name, field in (("apt_s", mine.apt), ("pbt_s", mine.pbt), ("ideal_s", mine.ideal)):
                    assert field / 1000 == pytest.approx(figures[name], abs=2.0), (machine, day, name)
                if figures["total"]:
                    assert mine.oee == pytest.approx(_oee(figures), abs=0.001), (machine, day)
    whole = Counter[str]()
    for (machine, _), figures in lived.items():
        if machine in FILLERS:
            whole.update(figures)
    assert sums.oee == pytest.approx(_oee(whole), abs=0.001)


async def test_every_doubt_has_its_entry(week: tuple[Path, Path]) -> None:
    """A power cut zeroes the counters of the bulk line: these resets, and nothing else, are marked."""
    truth, config = week
    settings = load(config)
    async with open_historian(settings, read_only=True) as historian:
        found = await entries.doubtful(historian, settings.plant, 0, _FOREVER)
    with (truth / "faults.csv").open(encoding="utf-8") as file:
        cuts = [row for row in csv.DictReader(file) if row["kind"] == "power_cut"]

    marked = [entry for entry in found if entry.mark not in ("gap", "sku_change")]
    assert {(entry.device, entry.mark) for entry in marked} == {("bulk_line", "reset")}
    for entry in marked:
        assert any(int(cut["from"]) <= entry.time / 1e9 < int(cut["until"]) + 86_400 for cut in cuts)


def _lived(truth: Path) -> dict[tuple[str, str], Counter[str]]:
    """Return the times and pieces of each machine and day."""
    lived: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    with (truth / "oee.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            figures = {name: float(row[name]) for name in ("apt_s", "pbt_s", "ideal_s", "total", "good")}
            lived[row["machine"], row["day"]].update(figures)
    return lived


def _oee(figures: Counter[str]) -> float:
    return figures["ideal_s"] / figures["pbt_s"] * figures["good"] / figures["total"]


async def test_people_ask_and_correct_by_command(week: tuple[Path, Path]) -> None:
    """What a correction changes is shown by the next question; only the host that runs writes it."""
    _, config = week
    day = power_cuts(_SEED, 2026, 3)[0].begin.date().isoformat()
    asked = ("--date", day, "-c", config)

    before = chili_edge("production", "oee", "--device", "jar_line", *asked)
    losses = chili_edge("production", "losses", "--device", "jar_line", *asked)
    batches = chili_edge("production", "output", "--by", "batch", *asked)
    correct = (
        *("ledger", "correct", "jar_line", "good", "-12", "--at", f"{day}T12:00"),
        *("--who", "王芳", "--why", "counted by hand", "-c", config),
    )
    explain = (
        *(
            "ledger",
            "explain",
            "jar_line",
            "5",
            "--from",
            f"{day}T08:00",
            "--to",
            f"{day}T16:00",
            "--was",
            "3",
        ),
        *("--who", "王芳", "--why", "the gripper was broken", "-c", config),
    )
    alone = chili_edge(*correct)
    async with running(config, "host") as host:
        await host.says("host runs")
        corrected = await asyncio.to_thread(chili_edge, *correct)
        explained = await asyncio.to_thread(chili_edge, *explain)
        assert await host.end() == 0
    listed = chili_edge("ledger", "show", *asked)
    after = chili_edge("production", "output", "--device", "jar_line", *asked)

    assert before.out.splitlines()[1].startswith("jar_line")
    assert "故障" in losses.out
    assert "B-" in batches.out
    assert (alone.code, alone.out, alone.err.count("\n")) == (1, "", 1)
    assert "nothing was booked: no host runs on this box" in alone.err
    assert corrected.out.startswith("booked -12 pieces of jar_280 to jar_line good at"), corrected.err
    assert explained.out == "time was moved from what was lost to reason 3 then\n", explained.err
    assert listed.out.count("王芳: counted by hand") == 1
    assert after.code == 0
    refused = chili_edge("ledger", "show", "--device", "nobody", "-c", config)
    assert (refused.code, refused.err.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        ("jar_line", "good", "0", "--at", "2026-03-10T12:00"),
        ("jar_line", "good", "5", "--at", "noon"),
        ("jar_line", "good", "5", "--at", "2999-01-01T00:00"),
        ("nobody", "good", "5", "--at", "2026-03-10T12:00"),
        ("jar_line", "infeed", "5", "--at", "2026-03-10T12:00"),
        ("jar_line", "good", "5", "--at", "2026-03-10T12:00", "--sku", "nothing"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(week: tuple[Path, Path], wrong: tuple[str, ...]) -> None:
    """With one line that says what, and exit code 2."""
    _, config = week

    outcome = chili_edge("ledger", "correct", *wrong, "--who", "王芳", "--why", "a test", "-c", config)

    assert (outcome.code, outcome.out) == (2, "")
    assert len(outcome.err.strip().splitlines()) <= 2, outcome.err
