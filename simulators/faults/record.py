"""The windows of a run's faults as the truth has them: the same, byte for byte, for the same run."""

from __future__ import annotations

import csv
import io
import json

from simulators.faults.catalogue import MOMENTS, parameters
from simulators.faults.kinds import Fault
from simulators.faults.scenario import Scenario

HEADER = "kind,target,start_s,end_s,seed,parameters"
"""Times in s since the run began; parameters as a JSON object, its times in s."""


def windows(scenario: Scenario, length_s: float) -> list[str]:
    """Return a CSV row for each fault that happens in a run of some length, by its start."""
    return [_row(window) for window in facts(scenario, length_s)]


def facts(scenario: Scenario, length_s: float) -> list[dict[str, object]]:
    """Return what each fault is that happens in a run of some length, by the names of HEADER, by its start.

    What still holds when the run is over ends with it; a moment ends where it starts.
    """
    return [_facts(fault, length_s) for fault in scenario.faults if fault.start <= length_s]


def _facts(fault: Fault, length_s: float) -> dict[str, object]:
    if fault.kind in MOMENTS:
        end = fault.start
    else:
        end = length_s if fault.end is None else min(fault.end, length_s)
    values = {
        name: round(value, 6) if isinstance(value, float) else value
        for name, value in parameters(fault).items()
    }
    return {
        "kind": fault.kind,
        "target": fault.target,
        "start_s": round(fault.start, 3),
        "end_s": round(end, 3),
        "seed": fault.seed,
        "parameters": values,
    }


def _row(window: dict[str, object]) -> str:
    times = {name: f"{window[name]:.3f}" for name in ("start_s", "end_s")}
    values = json.dumps(window["parameters"], ensure_ascii=False, sort_keys=True)
    row = io.StringIO()
    csv.DictWriter(row, HEADER.split(","), lineterminator="").writerow(
        {**window, **times, "parameters": values}
    )
    return row.getvalue()
