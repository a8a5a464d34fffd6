"""Simulated days, imported by the product: what it counts is what the plant made, article by article, to the piece."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from edge.config.settings import load
from edge.demo.configuration import MACHINES, write_configuration
from edge.historian.base import Aggregate, Query
from edge.host import open_historian
from simulators.model.park.packing import FILLERS
from simulators.people.attlog import Terminal
from simulators.year.command import simulate
from simulators.year.plan import power_cuts
from tests.system.programs import chili_edge

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


@pytest.mark.timeout(300)
async def test_the_import_counts_what_was_made(tmp_path: Path) -> None:
    """Over a week with pauses, changeovers, a rollover past 2^32 and a power cut that zeroes a counter; nothing is skipped."""
    cut = power_cuts(_SEED, 2026, 3)[0].begin.date()
    simulate(_SEED, cut - timedelta(days=3), cut + timedelta(days=3), tmp_path / "week")
    config = _plant(tmp_path)

    outcome = chili_edge(
        *("history", "import", tmp_path / "week", "-c", config, "--trend-days", "0"),
        timeout=250,
    )

    assert outcome.code == 0, outcome.err
    truth = tmp_path / "week" / "truth"
    assert await _counted(config, "n") == _made(truth, "good")
    assert await _counted(config, "g") == _made(truth, "grams")
    summary = json.loads((truth / "summary.json").read_text(encoding="utf-8"))
    assert sum((await _counted(config, "g")).values()) == summary["packed_g"]
