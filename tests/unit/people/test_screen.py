"""Attendance on the console's pages: who may know, what is logged, what a decision settles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edge.console.access.roles import Role
from edge.console.access.visitor import Visitor
from edge.console.question import BadQuestionError
from edge.people.screen import Settle, attendance_questions, settle_attendance
from tests.fakes import FakeClock
from tests.unit.people.site import NAMES, Site, ns, site

SUN = Visitor("192.168.1.20", Role.SUPERVISOR, "sun")
DAY = (("0001", "2026-11-03 07:55"), ("0002", "2026-11-03 08:20"), ("0501", "2026-11-03 07:40"))
MISSING = "missing:K-01:2026-11-03:D:out"


@pytest.fixture
def plant(tmp_path: Path) -> Site:
    """Return a site on the morning after a day on which three forgot to punch out."""
    made = site(tmp_path)
    made.punch(*DAY)
    made.now = "2026-11-04 07:00"
    return made


async def _open(plant: Site) -> list[dict[str, Any]]:
    asked = attendance_questions(plant.settings, FakeClock(ns(plant.now)))
    found = await asked.answer({}, SUN)
    return list(found["questions"])


async def _settle(plant: Site, **form: Any) -> Any:
    acting = settle_attendance(plant.settings, FakeClock(ns(plant.now)))
    return await acting.perform(Settle.model_validate({"why": "班长证明", **form}), "sun")


def test_only_a_supervisor_may_ask_and_decide(plant: Site) -> None:
    """Names are for nobody else."""
    clock = FakeClock(ns(plant.now))
    assert attendance_questions(plant.settings, clock).role is Role.SUPERVISOR
    assert settle_attendance(plant.settings, clock).role is Role.SUPERVISOR


async def test_questions_have_names_and_are_logged(plant: Site) -> None:
    """What is open, what may be decided, and a line in the records' own access log."""
    found = await _open(plant)
    assert [one["key"] for one in found] == [
        MISSING,
        "missing:K-02:2026-11-03:D:out",
        "missing:S-01:2026-11-03:D:out",
    ]
    assert (found[0]["name"], found[0]["clock"], found[0]["gap"]) == ("李光红", "11-03 07:55", "out")
    assert found[0]["choices"] == ["confirm", "punch", "void"]
    assert any(line.endswith("sun  questions  everybody") for line in plant.do("accesses"))


@pytest.mark.parametrize(
    "form",
    [
        {"decision": "confirm"},
        {"decision": "punch", "time": "2026-11-03T17:31"},
        {"decision": "punch", "time": "2026-11-03T09:31:00Z"},
        {"decision": "void"},
    ],
)
async def test_a_forgotten_punch_is_settled(plant: Site, form: dict[str, Any]) -> None:
    """The question is gone, its days are told again, and the audit's part tells nobody's name or number."""
    done = await _settle(plant, question=MISSING, **form)
    assert [one["worker"] for one in await _open(plant)] == ["K-02", "S-01"]
    assert (done.before["open"], done.after["open"]) == (3, 2)
    audited = f"{done.about} {done.before} {done.after}"
    assert not any(name in audited for name in (*NAMES, "K-01", "0001"))
    history = plant.do("history", "K-01")
    assert history[0].endswith("sun: 班长证明")
    records = plant.records()
    touched, _ = records.touched()
    records.close()
    assert {str(day) for day in touched} >= {"2026-11-03"}


async def test_a_pin_of_nobody_and_a_stray_punch_are_settled(plant: Site) -> None:
    """By giving the PIN to somebody, and by saying what the punch was."""
    plant.punch(("8888", "2026-11-03 07:50"), ("0504", "2026-11-03 12:00"))
    keys = {one["kind"]: one["key"] for one in await _open(plant)}
    await _settle(plant, question=keys["stranger"], decision="pin", worker="S-02")
    await _settle(plant, question=keys["stray"], decision="void")
    assert {one["kind"] for one in await _open(plant)} == {"missing"}


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"question": "missing:K-09:2026-11-03:D:out", "decision": "confirm"}, "settled already, or is none"),
        ({"question": MISSING, "decision": "pin", "worker": "K-01"}, "cannot be decided"),
        ({"question": MISSING, "decision": "punch"}, "needs time"),
        ({"question": MISSING, "decision": "punch", "time": "2026-12-03T17:31"}, "still to come"),
    ],
)
async def test_what_cannot_be_decided_is_a_sentence(plant: Site, form: dict[str, Any], why: str) -> None:
    """And nothing is."""
    with pytest.raises(BadQuestionError, match=why):
        await _settle(plant, **form)
    assert plant.do("history", "K-01") == []


async def test_the_same_question_is_settled_once(plant: Site) -> None:
    """Who is second is told."""
    await _settle(plant, question=MISSING, decision="confirm")
    with pytest.raises(BadQuestionError, match="settled already"):
        await _settle(plant, question=MISSING, decision="confirm")


async def test_without_the_nodes_records_it_says_so(tmp_path: Path) -> None:
    """On a host whose node runs elsewhere nothing is made up, and no file is made."""
    elsewhere = site(tmp_path)
    for file in (tmp_path / "var").glob("records*"):
        file.unlink()
    with pytest.raises(BadQuestionError, match="are not on this machine"):
        await _open(elsewhere)
    assert not list((tmp_path / "var").glob("records*"))
