"""A plant whose jar line has stop reasons, and what it lost to them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from edge.historian.base import Aggregate, Historian, Query
from edge.messages import line_protocol
from edge.model.plant import Plant
from edge.model.point import FieldValue, Point
from edge.model.states import Reason, States, StopKind
from tests.unit.reports.sample import PLANT as REPORTED
from tests.unit.reports.sample import at

REASONS = {
    3: Reason("夹爪 gripper", StopKind.FAILURE),
    7: Reason("卡罐 jam", StopKind.DELAY),
    9: Reason("缺盖 no lids", StopKind.STARVED),
}
PLANT: Plant = replace(
    REPORTED,
    devices=(replace(REPORTED.devices[0], states=States(reasons=REASONS)), *REPORTED.devices[1:]),
)
START, STOP = at(15, 10, 20), at(15, 10, 40)


def lost(reason: int, ms: int, when: int, category: str = "down", **fields: FieldValue) -> str:
    """Return a line of `loss` of the jar line."""
    tags = {"site": "aikou", "line": "suanjiao-1", "device": "jar_line", "shift": "D"}
    tags |= {"category": category, "reason": str(reason), "cause": ""}
    return line_protocol.encode(Point("loss", tags, {"ms": ms, "stops": 1, "micro": 0, **fields}, when))


async def losses(historian: Historian) -> dict[int, int]:
    """Return all that is lost to each reason, ms."""
    found: Counter[int] = Counter()
    for row in await historian.query(Query("loss", "ms", Aggregate.SUM, 0, 2**62, group_by=("reason",))):
        found[int(row.tags["reason"])] += int(row.value)
    return {reason: ms for reason, ms in found.items() if ms}
