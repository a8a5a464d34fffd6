"""A stop is given its reason, as `ledger explain` does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from edge.console.actions.action import Action
from edge.console.actions.explain import ExplainStop, explain_stop
from edge.console.question import BadQuestionError
from edge.historian.base import Historian
from edge.historian.embedded import EmbeddedHistorian
from edge.historian.influxdb import InfluxHistorian
from tests.contract.test_historian import influx_options
from tests.fakes import FakeClock
from tests.servers import Server
from tests.unit.console.actions.plant import PLANT, START, STOP, losses, lost
from tests.unit.reports.sample import MemoryHistorian, at

NOW = at(15, 16)
TWENTY_MINUTES = 1_200_000


@pytest.fixture(params=["model", "embedded", "influxdb"])
async def historian(
    request: pytest.FixtureRequest, tmp_path: Path, influxd: Server
) -> AsyncIterator[Historian]:
    """Return a historian that knows of a stop of twenty minutes."""
    made: dict[str, Callable[[], Historian]] = {
        "model": MemoryHistorian,
        "embedded": lambda: EmbeddedHistorian(tmp_path / "historian.db"),
        "influxdb": lambda: InfluxHistorian(influx_options(influxd)),
    }
    async with made[request.param]() as opened:
        await opened.write([lost(0, TWENTY_MINUTES, at(15, 10, 41)), lost(7, 60_000, at(15, 13))])
        yield opened


def action(historian: Historian) -> Action[ExplainStop]:
    """Return the action."""
    return explain_stop(historian, PLANT, historian.write, FakeClock(NOW))


def form(**changed: Any) -> ExplainStop:
    """Return what a page sends."""
    document = {"device": "jar_line", "from": START, "to": STOP, "reason": 3, "why": "夹爪坏了"}
    return ExplainStop.model_validate({**document, **changed})


async def test_time_is_moved_to_the_right_reason(historian: Historian) -> None:
    """Before and after are ms by reason around the stop; other stops keep theirs."""
    done = await action(historian).perform(form(), "sun")
    assert (done.before, done.after) == ({"0": TWENTY_MINUTES}, {"3": TWENTY_MINUTES})
    assert await losses(historian) == {3: TWENTY_MINUTES, 7: 60_000}


async def test_pressed_twice_it_is_moved_once(historian: Historian) -> None:
    """Also by two people at once: who is second is told."""
    acting = action(historian)
    first, second = await asyncio.gather(
        acting.perform(form(), "sun"), acting.perform(form(), "ada"), return_exceptions=True
    )
    assert not isinstance(first, BaseException)
    assert isinstance(second, BadQuestionError)
    assert "already" in str(second)
    assert await losses(historian) == {3: TWENTY_MINUTES, 7: 60_000}


async def test_who_knows_better_still_explains_it_anew(historian: Historian) -> None:
    """It goes from what was said last."""
    await action(historian).perform(form(), "sun")
    later = explain_stop(historian, PLANT, historian.write, FakeClock(NOW + 61 * 10**9))
    done = await later.perform(form(reason=9), "ada")
    assert done.after == {"9": TWENTY_MINUTES}
    assert await losses(historian) == {9: TWENTY_MINUTES, 7: 60_000}


async def test_of_several_reasons_one_must_be_named(historian: Historian) -> None:
    """And no more is moved than was lost to it."""
    await historian.write([lost(7, 30_000, at(15, 10, 30))])
    with pytest.raises(BadQuestionError, match=r"several reasons then \(0, 7\)"):
        await action(historian).perform(form(), "sun")
    done = await action(historian).perform(form(was=7), "sun")
    assert done.after == {"0": TWENTY_MINUTES, "3": 30_000}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"device": "robot"}, "no such machine"),
        ({"reason": 4}, "no such reason; it has: 3 夹爪 gripper"),
        ({"to": START}, "ends after it begins"),
        ({"to": NOW + 1}, "is over"),
        ({"from": START - 8 * 86_400 * 10**9}, "seven days"),
        ({"was": 9}, "Nothing was lost to reason 9"),
        ({"from": at(14, 3), "to": at(14, 4)}, "No time was lost then"),
        ({"was": 3}, "already"),
    ],
)
async def test_what_cannot_be_is_a_sentence(historian: Historian, changed: dict[str, Any], why: str) -> None:
    """And nothing is moved."""
    with pytest.raises(BadQuestionError, match=why):
        await action(historian).perform(form(**changed), "sun")
    assert await losses(historian) == {0: TWENTY_MINUTES, 7: 60_000}


@pytest.mark.parametrize(
    "changed",
    [
        {"why": " "},
        {"why": "\x00"},
        {"why": "x" * 401},
        {"from": -1},
        {"to": 2**63},
        {"reason": 1.5},
        {"x": 1},
    ],
)
def test_a_form_that_is_none(changed: dict[str, Any]) -> None:
    """It is refused before anything is asked."""
    with pytest.raises(ValidationError):
        form(**changed)


def test_digits_as_a_string_are_an_instant() -> None:
    """JavaScript's numbers do not hold ns."""
    assert form(**{"from": str(START)}).start == START


async def test_a_reason_of_several_lines_is_one_line(historian: Historian) -> None:
    """So that it cannot end a line of the historian's."""
    assert form(why="broken\n  twice").why == "broken twice"
