"""A plant at work whose figures are known by heart, for every test of the console."""

from __future__ import annotations

from dataclasses import replace

from edge.messages import line_protocol
from edge.model.calendar import NS
from edge.model.packml import State
from edge.model.point import FieldValue, Point
from tests.unit.reports.sample import PLANT as REPORTED
from tests.unit.reports.sample import at, count, device, heads

NOW = at(15, 16)
"""Nine hours into a production day of 24; the day shift is on."""
PLANT = replace(REPORTED, devices=(*REPORTED.devices, device("tanks", "发酵罐"), device("packer", "装箱机")))


def state(machine: str, when: int, packml: State, category: str, **fields: FieldValue) -> str:
    """Return a line of `state`."""
    tags = {"site": "aikou", "line": "suanjiao-1", "device": machine}
    said: dict[str, FieldValue] = {"packml": int(packml), "category": category, "reason": 0, **fields}
    return line_protocol.encode(Point("state", tags, said, when))


def target(actual: int, when: int) -> str:
    """Return a line of `target` with good product of the year, g."""
    fields: dict[str, FieldValue] = {"actual": actual, "plan": 1, "day_actual": 2, "day_plan": 3, "year": 4}
    return line_protocol.encode(Point("target", {"site": "aikou"}, fields, when))


def at_work() -> list[str]:
    """Return the lines of a day: one machine runs, one is down, one is offline, one is silent, one was never heard of."""
    return [
        count("jar_line", "good", 9_999, at(15, 7) - 1, "jar_280"),
        count("jar_line", "good", 30_000, at(15, 9), "jar_280"),
        count("jar_line", "good", 500, NOW - NS, "jar_280"),
        count("jar_line", "reject", 300, at(15, 9), "jar_280"),
        count("pouch_line", "good", 10_000, at(15, 10), "pouch_200"),
        count("pouch_line", "good", 25, at(15, 11), ""),
        count("pasteurizer", "infeed", 30_000, at(15, 9), "jar_280"),
        state("jar_line", at(15, 8), State.ABORTED, "down", reason=7),
        state("jar_line", NOW - 2 * NS, State.EXECUTE, "running", speed=60.5),
        state("pouch_line", NOW - 30 * NS, State.EXECUTE, "running", speed=41.0),
        state("pouch_line", NOW - 9 * NS, State.ABORTED, "down", reason=12),
        state("pasteurizer", NOW - 200 * NS, State.EXECUTE, "running", speed=55.0),
        state("tanks", NOW - 5 * NS, State.UNDEFINED, "offline"),
        target(3_600_000_000, NOW - 4 * NS),
        heads("D", "permanent", 20, 3, at(15, 8)),
        heads("D", "permanent", 20, 19, NOW - 6 * NS),
        heads("D", "seasonal", 40, 33, NOW - 6 * NS),
    ]
