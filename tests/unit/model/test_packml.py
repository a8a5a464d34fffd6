"""The same states by other numbers, and what their time counts as."""

from __future__ import annotations

import pytest

from edge.model.packml import Category, Numbers, State, numbered
from edge.model.states import Element, StopKind, classify


def test_the_two_numberings_mean_other_states_by_the_same_number() -> None:
    """OPC 30060 begins at Stopped: its 4 is Execute, where PackTags' 4 is Idle."""
    assert numbered(4, Numbers.PACKTAGS) is State.IDLE
    assert numbered(4, Numbers.OPC30060) is State.EXECUTE
    assert numbered(0, Numbers.OPC30060) is State.STOPPED
    assert {numbered(number, Numbers.OPC30060) for number in range(17)} == set(State) - {State.UNDEFINED}
    assert numbered(17, Numbers.OPC30060) is numbered(-1, Numbers.PACKTAGS) is State.UNDEFINED


@pytest.mark.parametrize(
    ("category", "kind", "shown", "element"),
    [
        (Category.RUNNING, StopKind.PLANNED, Category.RUNNING, Element.PRODUCTION),
        (Category.OFFLINE, StopKind.FAILURE, Category.OFFLINE, Element.UNKNOWN),
        (Category.DOWN, StopKind.PLANNED, Category.PLANNED, Element.PLANNED),
        (Category.DOWN, None, Category.DOWN, Element.DOWN),
        (Category.SETUP, StopKind.SETUP, Category.SETUP, Element.SETUP),
        (Category.SETUP, None, Category.SETUP, Element.DELAY),
        (Category.HELD, StopKind.DELAY, Category.HELD, Element.DELAY),
        (Category.WAITING, None, Category.WAITING, Element.DELAY),
        (Category.IDLE, StopKind.STARVED, Category.WAITING, Element.DELAY),
    ],
)
def test_a_reason_says_more_than_a_state(
    category: Category, kind: StopKind | None, shown: Category, element: Element
) -> None:
    """But for a machine that runs, or of which nobody knows what it does."""
    assert classify(category, kind) == (shown, element)
