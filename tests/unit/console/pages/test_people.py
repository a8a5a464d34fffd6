"""Heads of a day by shift and group: sums of what was told, and nothing where nothing was."""

from __future__ import annotations

import json
from pathlib import Path

from edge.console.access.roles import Role
from edge.console.pages.people import people_question
from edge.historian.embedded import EmbeddedHistorian
from edge.messages import line_protocol
from edge.model.point import FieldValue, Point
from tests.fakes import FakeClock
from tests.unit.console.sample import NOW, PLANT
from tests.unit.reports.sample import at


def group(shift: str, team: str, kind: str, when: int, **heads: FieldValue) -> str:
    """Return a line of `attendance`."""
    tags = {"site": PLANT.site, "shift": shift, "team": team, "kind": kind}
    return line_protocol.encode(Point("attendance", tags, heads, when))


async def test_a_shift_is_the_sum_of_its_groups(tmp_path: Path) -> None:
    """The newest point of each group counts; a figure that one group does not tell is the others'."""
    async with EmbeddedHistorian(tmp_path / "historian.db") as historian:
        await historian.write(
            [
                group("D", "pack", "permanent", at(15, 8), planned=20, present=3),
                group(
                    "D",
                    "pack",
                    "permanent",
                    at(15, 15),
                    planned=20,
                    present=18,
                    late=2,
                    absent=2,
                    hours=120.5,
                ),
                group(
                    "D",
                    "prep",
                    "seasonal",
                    at(15, 15),
                    planned=40,
                    present=37,
                    late=1,
                    questions=2,
                    hours=80.25,
                ),
            ]
        )
        question = people_question(historian, PLANT, FakeClock(NOW))
        found = await question.answer({})
    day, night = found["shifts"]

    assert question.role is Role.VIEWER
    assert (day["phase"], night["phase"]) == ("on", "ahead")
    assert [day[key] for key in ("planned", "present", "late", "absent", "questions", "hours")] == [
        *(60, 55, 3, 2, 2),
        200.75,
    ]
    assert [(one["team"], one["kind"], one["present"]) for one in day["groups"]] == [
        ("pack", "permanent", 18),
        ("prep", "seasonal", 37),
    ]
    assert (night["planned"], night["groups"]) == (None, [])
    assert json.loads(json.dumps(found)) == found


async def test_a_plant_without_attendance_has_shifts_without_heads(tmp_path: Path) -> None:
    """Nothing was told: nothing is 0."""
    async with EmbeddedHistorian(tmp_path / "historian.db") as historian:
        found = await people_question(historian, PLANT, FakeClock(NOW)).answer({"day": "2026-09-10"})

    assert [one["present"] for one in found["shifts"]] == [None, None]
    assert {one["phase"] for one in found["shifts"]} == {"over"}
