"""What pages ask with: days and instants, and nothing that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.console.pages.asked import day_of, instant_of
from edge.console.question import BadQuestionError
from tests.unit.reports.sample import DAY

MS = 1_000_000


@given(st.dates(min_value=DAY.replace(year=1971), max_value=DAY.replace(year=2199)))
def test_a_day_is_read(day: object) -> None:
    """Every day of two centuries is understood as it is written."""
    assert day_of({"day": str(day)}, DAY) == day


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31", "2026-09-15T10:00"])
def test_what_is_no_day_is_refused(text: str) -> None:
    """A day that is none, or one that no calendar reaches, is refused with a sentence."""
    with pytest.raises(BadQuestionError, match="day"):
        day_of({"day": text}, DAY)


def test_nothing_asked_is_the_other() -> None:
    """Without a day or an instant the page's own is meant."""
    assert day_of({}, DAY) == DAY
    assert instant_of({"from": ""}, "from", 7) == 7


@given(st.integers(0, 7_258_118_400_000))
def test_an_instant_is_read(ms: int) -> None:
    """Milliseconds become nanoseconds, exactly."""
    assert instant_of({"to": str(ms)}, "to", 0) == ms * MS


@pytest.mark.parametrize("text", ["-1", "1e9", "now", "٣", "7258118400001", "9" * 400])
def test_what_is_no_instant_is_refused(text: str) -> None:
    """Signs, words and numbers beyond all calendars are refused with a sentence."""
    with pytest.raises(BadQuestionError, match="to"):
        instant_of({"to": text}, "to", 0)
