"""The result of each shift is its newest point, also when it is told later than another one's first."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from edge.historian.embedded import EmbeddedHistorian
from edge.messages import line_protocol
from edge.model.calendar import NS, to_ns
from edge.model.point import Point
from edge.processing.attendance.heads import Heads, point
from edge.production.attendance import Attended, attended
from tests.unit.processing.machines import ZONE, plant

MONDAY, TUESDAY = date(2026, 9, 21), date(2026, 9, 22)


def at(day: int, hour: int, minute: int = 0) -> int:
    """Return a local time of the month, ns UTC."""
    return to_ns(datetime(2026, 9, day, hour, minute, tzinfo=ZONE))


async def test_the_newest_point_of_each_shift_is_its_result(tmp_path: Path) -> None:
    """Live points of a shift are not those of the next one, and a group that tells no cost has none."""
    told = [
        point("aikou", "A", ("pack", "seasonal"), Heads(5, planned=5, present=2), at(21, 8)),
        point("aikou", "A", ("pack", "seasonal"), Heads(5, 5, 4, 1, 1, 0, 2, 1_950), at(21, 15) - NS),
        point("aikou", "B", ("pack", "seasonal"), Heads(3, planned=3, present=3, minutes=60), at(21, 16)),
        point("aikou", "A", ("prep", "permanent"), Heads(4, planned=4, present=4), at(22, 9)),
        point("elsewhere", "A", ("pack", "seasonal"), Heads(9, planned=9), at(22, 9)),
    ]
    old = {"planned": 4, "present": 3, "hours": 8.0, "cost": 128.0}
    tags = {"site": "aikou", "shift": "B", "team": "old", "kind": "seasonal"}
    async with EmbeddedHistorian(tmp_path / "historian.db") as historian:
        await historian.write(
            [line_protocol.encode(each) for each in [*told, Point("attendance", tags, old, at(22, 16))]]
        )
        found = await attended(historian, plant(), MONDAY, TUESDAY)

    assert found == [
        Attended(MONDAY, "A", "pack", "seasonal", 5, 4, 1, 1, 0, 2, 32.5),
        Attended(MONDAY, "B", "pack", "seasonal", 3, 3, 0, 0, 0, 0, 1.0),
        Attended(TUESDAY, "A", "prep", "permanent", 4, 4, 0, 0, 0, 0, 0.0),
        Attended(TUESDAY, "B", "old", "seasonal", 4, 3, hours=8.0, cost=128.0),
    ]
