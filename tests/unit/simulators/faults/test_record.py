from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from simulators.faults.kinds import CounterReset, Latency, ProbeNan, WireCut
from simulators.faults.record import HEADER, windows
from simulators.faults.scenario import SCENARIOS, Scenario, load

SCENARIO = Scenario(
    description="d",
    faults=(
        Latency(target="meters/11", start=1.0, seed=7, shortest=9 * 0.001),
        WireCut(target="jar_line", start=5.0, end=8.0, seed=7),
        CounterReset(target="jar_line", start=6.25, seed=3),
    ),
)


def test_each_window_is_a_row() -> None:
    """Times are seconds, parameters JSON; a moment ends where it starts."""
    assert HEADER == "kind,target,start_s,end_s,seed,parameters"
    assert windows(SCENARIO, 10.0) == [
        'latency,meters/11,1.000,10.000,7,"{""longest"": 0.8, ""shortest"": 0.009}"',
        "wire_cut,jar_line,5.000,8.000,7,{}",
        "counter_reset,jar_line,6.250,6.250,3,{}",
    ]


def test_a_run_that_is_over_early_shortens_windows() -> None:
    """What still holds ends with the run, and what would have come after it did not happen."""
    assert windows(SCENARIO, 6.0)[1:] == ["wire_cut,jar_line,5.000,6.000,7,{}"]
    assert windows(SCENARIO, 0.5) == []


def test_names_of_any_kind_survive() -> None:
    """A reader of CSV gets back what was in the scenario."""
    probe = 'a,"b"'
    scenario = Scenario(description="d", faults=(ProbeNan(target="酸, 椒", start=1.0, seed=1, probe=probe),))
    text = "\n".join((HEADER, *windows(scenario, 2.0)))
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["target"], json.loads(row["parameters"])) == ("酸, 椒", {"probe": probe})


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.yaml")), ids=lambda file: file.stem)
def test_the_same_run_gives_the_same_bytes(file: Path) -> None:
    """Scenario and length are all that the record depends on, and every fault of the plant's scenarios is in it."""
    rows = windows(load(file), 60.0)
    assert rows == windows(load(file), 60.0)
    assert len(rows) == len(load(file).faults)
