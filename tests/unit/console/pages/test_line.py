"""A machine's day: when it was heard of, and its stops with length, reason and cause."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge.console.access.roles import Role
from edge.console.pages.line import machine_question
from edge.console.question import BadQuestionError
from edge.historian.embedded import EmbeddedHistorian
from edge.messages import line_protocol
from edge.model.calendar import NS
from edge.model.packml import State
from edge.model.point import FieldValue, Point
from edge.model.states import Reason, States, StopKind
from tests.fakes import FakeClock
from tests.unit.console.sample import NOW, PLANT, state
from tests.unit.reports.sample import at

JAM = States(reasons={12: Reason("卡瓶", StopKind.FAILURE)})
KNOWN = replace(PLANT, devices=(replace(PLANT.devices[0], states=JAM), *PLANT.devices[1:]))


def stop(when: int, device: str = "jar_line", **fields: FieldValue) -> str:
    """Return a line of `stop`; one that is on has no length."""
    said: dict[str, FieldValue] = {"packml": int(State.ABORTED), "category": "down", "reason": 12, **fields}
    return line_protocol.encode(
        Point("stop", {"site": "aikou", "line": "suanjiao-1", "device": device}, said, when)
    )


@pytest.fixture
async def historian(tmp_path: Path) -> AsyncIterator[EmbeddedHistorian]:
    """An empty historian."""
    async with EmbeddedHistorian(tmp_path / "historian.db") as opened:
        yield opened


async def ask(historian: EmbeddedHistorian, **parameters: str) -> dict[str, Any]:
    """Ask for the jar line's day."""
    question = machine_question(historian, KNOWN, FakeClock(NOW))
    return dict(await question.answer({"device": "jar_line", **parameters}))


async def test_why_the_jar_line_stopped_and_how_long(historian: EmbeddedHistorian) -> None:
    """Each stop of the day says when, how long, in which words, and for whom; another machine's is not among them."""
    await historian.write(
        [
            stop(at(15, 10, 20), ms=762_000),
            stop(at(15, 11), device="pouch_line", ms=1_000),
            stop(NOW - 90 * NS, category="waiting", reason=99, cause="pasteurizer"),
        ]
    )
    told = await ask(historian)

    first, last = told["stops"]
    assert (first["clock"], first["seconds"], first["reason_name"]) == ("10:20:00", 762, "卡瓶")
    assert (first["from"], first["to"]) == (str(at(15, 10, 20)), str(at(15, 10, 20) + 762 * NS))
    assert (last["to"], last["seconds"], last["category"], last["cause"]) == (None, 90, "waiting", "杀菌机")
    assert told["reasons"] == [{"number": 12, "name": "卡瓶"}]
    assert told["is_today"]


async def test_a_silent_time_is_no_running(historian: EmbeddedHistorian) -> None:
    """Where nothing was said for a minute nobody knows what the machine did."""
    begin = at(15, 9)
    said = [*range(0, 180, 10), *range(600, 660, 10)]
    await historian.write([state("jar_line", begin + s * NS, State.EXECUTE, "running") for s in said])

    heard = [
        (start - begin // 1_000_000, stop - begin // 1_000_000)
        for start, stop in (await ask(historian))["heard"]
    ]
    assert heard == [(0, 180_000), (600_000, 660_000)]


async def test_another_day_is_whole(historian: EmbeddedHistorian) -> None:
    """A day that is over ends where the next one begins; a stop that reached into it stands in it."""
    await historian.write([stop(at(14, 6, 59), ms=120_000), stop(at(15, 7), ms=1_000)])
    told = await ask(historian, day="2026-09-14")

    assert not told["is_today"]
    assert (told["start"], told["stop"]) == (at(14, 7) // 1_000_000, at(15, 7) // 1_000_000)
    assert [one["clock"] for one in told["stops"]] == ["06:59:00"]


async def test_a_day_to_come_is_empty(historian: EmbeddedHistorian) -> None:
    """Nothing is asked of days that have not begun."""
    told = await ask(historian, day="2026-09-16")

    assert (told["stops"], told["heard"]) == ([], [])
    assert told["stop"] == told["start"]


async def test_a_machine_that_is_none_is_refused(historian: EmbeddedHistorian) -> None:
    """Whoever asks for a machine that the plant does not have is told which there are."""
    question = machine_question(historian, KNOWN, FakeClock(NOW))
    assert question.role is Role.VIEWER
    with pytest.raises(BadQuestionError, match="jar_line"):
        await question.answer({"device": "nobody"})
