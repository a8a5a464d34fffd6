"""Names of a day: a supervisor's only, logged before they are told, and none without the records."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from edge.console.access.roles import Role
from edge.console.access.visitor import Visitor
from edge.people.names import names_question
from edge.records.custody import Custody
from tests.fakes import FakeClock
from tests.unit.people.site import ns, site

SUN = Visitor("127.0.0.1", Role.SUPERVISOR, "sun")


async def test_who_is_missing_late_and_on_leave_is_told_by_shift(tmp_path: Path) -> None:
    """Who came in time is on no list; the look stands in the access log under the supervisor's name."""
    made = site(tmp_path)
    made.punch(("0001", "2026-11-03 07:50"), ("0002", "2026-11-03 08:25"))
    made.do("leave", "K-03", "2026-11-03", "2026-11-03", "--why", "家里有事")
    question = names_question(made.settings, FakeClock(ns("2026-11-03 09:00")))

    found = await question.answer({"day": "2026-11-03"}, SUN)

    day = next(one for one in found["shifts"] if one["key"] == "D")
    assert question.role is Role.SUPERVISOR
    assert (found["here"], day["begun"]) == (True, True)
    assert [one["name"] for one in day["missing"]] == ["郑国洪", "冉红梅", "田水生"]
    assert [(one["name"], one["clock"], one["minutes"]) for one in day["late"]] == [("王小明", "08:25", 25)]
    assert [one["name"] for one in day["leave"]] == ["赵大山"]
    records = made.records()
    assert ("sun", "today") in {(one.by, one.what) for one in Custody(records).accesses()}
    records.close()


async def test_a_box_without_records_says_so(tmp_path: Path) -> None:
    """Neither one without people nor one whose records are elsewhere makes any."""
    made = site(tmp_path)
    elsewhere = replace(made.settings, data_dir=tmp_path / "elsewhere")

    for settings in (replace(made.settings, people=None), elsewhere):
        found = await names_question(settings, FakeClock(ns("2026-11-03 09:00"))).answer({}, SUN)
        assert found == {"here": False}
    assert not elsewhere.data_dir.exists()
