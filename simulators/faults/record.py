"""The windows of a run's faults as the truth has them: a table that is the same, byte for byte, for the same run."""

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
    """Return a CSV row for each fault that happens in a run of some length, by its start.

    What still holds when the run is over ends with it; a moment ends where it starts.
    """
    return [_row(fault, length_s) for fault in scenario.faults if fault.start <= length_s]


def _row(fault: Fault, length_s: float) -> str:
    if fault.kind in MOMENTS:
        end = fault.start
    else:
        end = length_s if fault.end is None else min(fault.end, length_s)
    values = {
        name: round(value, 6) if isinstance(value, float) else value
        for name, value in parameters(fault).items()
    }
    row = io.StringIO()
    writer = csv.writer(row, lineterminator="")
    writer.writerow(
        (
            fault.kind,
            fault.target,
            f"{fault.start:.3f}",
            f"{end:.3f}",
            fault.seed,
            json.dumps(values, ensure_ascii=False, sort_keys=True),
        )
    )
    return row.getvalue()
