"""A count is corrected, as `ledger correct` does."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from edge.console.actions.correct import CorrectCount, correct_count
from edge.console.question import BadQuestionError
from edge.production.entries import doubtful
from tests.fakes import FakeClock
from tests.unit.reports.sample import PLANT, MemoryHistorian, at, known_day

NOW = at(15, 16)


def form(**changed: Any) -> CorrectCount:
    """Return what a page sends."""
    document = {"device": "jar_line", "counter": "good", "n": -12, "at": at(15, 10), "why": "人工清点"}
    return CorrectCount.model_validate({**document, **changed})


async def test_a_correction_is_an_entry_of_its_own() -> None:
    """The day's sum follows it, the product is what was counted then, and who and why stay with it."""
    historian = MemoryHistorian(known_day())
    done = await correct_count(historian, PLANT, historian.write, FakeClock(NOW)).perform(form(), "sun")
    before = 0 + 30_000 + 2_000 + 500
    assert (done.before, done.after) == ({"day_pieces": before}, {"day_pieces": before - 12})
    found = [one for one in await doubtful(historian, PLANT, at(15, 9, 59), at(15, 10, 1)) if one.who]
    assert [(one.n, one.g, one.sku, one.who, one.why) for one in found] == [
        (-12, -12 * 280, "jar_280", "sun", "人工清点")
    ]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"device": "robot"}, "no such machine"),
        ({"counter": "infeed"}, "has no counter infeed"),
        ({"sku": "tin_400"}, "no such product"),
        ({"at": NOW + 1}, "still to come"),
    ],
)
async def test_what_cannot_be_is_a_sentence(changed: dict[str, Any], why: str) -> None:
    """And nothing is booked."""
    historian = MemoryHistorian(known_day())
    with pytest.raises(BadQuestionError, match=why):
        await correct_count(historian, PLANT, historian.write, FakeClock(NOW)).perform(form(**changed), "sun")
    assert not any(one.who for one in await doubtful(historian, PLANT, 0, NOW))


@pytest.mark.parametrize("changed", [{"n": 0}, {"n": 10**8}, {"n": "many"}, {"counter": "jars"}, {"why": ""}])
def test_a_form_that_is_none(changed: dict[str, Any]) -> None:
    """It is refused before anything is asked."""
    with pytest.raises(ValidationError):
        form(**changed)
