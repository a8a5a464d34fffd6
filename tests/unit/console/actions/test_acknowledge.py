"""An event is acknowledged."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from edge.console.access.file import File
from edge.console.access.store import Acknowledgement, Store
from edge.console.actions.acknowledge import Acknowledge, acknowledge
from edge.console.question import BadQuestionError
from tests.fakes import FakeClock

STOP = "stop:jar_line:1789000000000000000"


async def test_it_is_kept_with_who_and_when() -> None:
    """Once: whoever is second is told who was first."""
    store, clock = Store(File(None)), FakeClock()
    acting = acknowledge(store, clock)
    done = await acting.perform(Acknowledge(event=STOP, note="看过了"), "sun")
    kept = Acknowledgement(clock.now(), "sun", "看过了")
    assert store.acknowledged([STOP]) == {STOP: kept}
    assert (done.before, done.after) == ({}, {"time": kept.time, "user": "sun", "note": "看过了"})
    with pytest.raises(BadQuestionError, match="sun has acknowledged it already"):
        await acting.perform(Acknowledge(event=STOP), "ada")
    assert store.acknowledged([STOP]) == {STOP: kept}


async def test_an_event_to_come_is_none() -> None:
    """Nothing can be seen before it happens."""
    acting = acknowledge(Store(File(None)), FakeClock())
    with pytest.raises(BadQuestionError, match="still to come"):
        await acting.perform(Acknowledge(event="stop:jar_line:1999000000000000000"), "sun")


@pytest.mark.parametrize(
    "event",
    [
        STOP,
        "communication:jar_line:1",
        "entry:jar_line:good:jar_280:1",
        "entry:jar_line:good::1",
        "alarm:tanks:ph:1",
    ],
)
def test_keys_of_events(event: str) -> None:
    """Kind, machine, what else tells it from others, time."""
    assert Acknowledge(event=event).event == event


@pytest.mark.parametrize(
    "event",
    [
        "",
        "stop",
        "stop:jar_line",
        "stop:jar_line:x",
        "rumour:jar_line:1",
        "stop::1",
        "stop:a b:1",
        f"stop:{'x' * 65}:1",
    ],
)
def test_what_is_no_key(event: str) -> None:
    """It is refused."""
    with pytest.raises(ValidationError):
        Acknowledge(event=event)
