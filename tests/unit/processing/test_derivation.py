"""States of machines without a state tag, from bits, bools, speeds and counters; and a heartbeat that stands still."""

from __future__ import annotations

import pytest

from edge.model.calendar import NS
from edge.model.frame import Frame, Quality, Value
from edge.model.packml import State
from edge.model.states import Rule, States
from edge.processing.derivation import Signs, derive, look
from edge.processing.heartbeat import Heartbeat

TAGS = ("status", "running", "speed", "count")
START = 1_790_000_000 * NS


def frame(at: float, *values: Value) -> Frame:
    """Return a frame; None is a value that could not be read."""
    qualities = [Quality.BAD if value is None else Quality.GOOD for value in values]
    return Frame("machine", TAGS[: len(values)], values, qualities, START + round(at * NS))


def state(rule: Rule, *values: Value) -> State:
    """Return the state by one rule, after one frame."""
    signs = look({}, frame(0, *values), (rule,))
    return derive(States(rules=(rule,)), signs, START)[0]


@pytest.mark.parametrize(
    ("rule", "holds", "does_not"),
    [
        (Rule("status", State.ABORTED, bit=2), (0b100,), (0b011,)),
        (Rule("running", State.EXECUTE), (0, True), (0, False)),
        (Rule("status", State.HELD, equals=7), (7,), (8,)),
        (Rule("speed", State.EXECUTE, above=0.5), (0, False, 0.6), (0, False, 0.5)),
        (Rule("speed", State.IDLE, below=1), (0, False, 0.6), (0, False, 1.0)),
    ],
)
def test_a_rule_tells_a_state(rule: Rule, holds: tuple[Value, ...], does_not: tuple[Value, ...]) -> None:
    """Its state while its one condition holds, else the one that the map gives otherwise."""
    assert state(rule, *holds) is rule.state
    assert state(rule, *does_not) is State.STOPPED


def test_the_first_rule_that_holds_wins_and_brings_its_reason() -> None:
    """Fault before running: a machine that says both has a fault."""
    rules = (Rule("status", State.ABORTED, reason=5, bit=2), Rule("status", State.EXECUTE, bit=1))

    told = [derive(States(rules=rules), look({}, frame(0, word), rules), START) for word in (6, 2, 0)]

    assert told == [(State.ABORTED, 5), (State.EXECUTE, None), (State.STOPPED, None)]


def test_a_rule_that_cannot_be_judged_leaves_the_state_unknown() -> None:
    """Nobody says Running while the word with the fault bit cannot be read."""
    rules = (Rule("status", State.ABORTED, bit=2), Rule("running", State.EXECUTE))

    assert derive(States(rules=rules), look({}, frame(0, None, True), rules), START) == (
        State.UNDEFINED,
        None,
    )


def test_a_counter_that_moves_is_a_machine_that_runs() -> None:
    """Where nothing else tells it: from the first piece, until a while after the last."""
    rules = (Rule("count", State.EXECUTE, moves_within=3.0),)
    signs: Signs = {}
    told = []
    for at, count in enumerate((5, 5, 6, 7, 7, 7, 7, 7)):
        signs = look(signs, frame(at, 0, False, 0.0, count), rules)
        told.append(derive(States(rules=rules), signs, START + at * NS)[0] is State.EXECUTE)

    assert told == [False, False, True, True, True, True, True, False]


def test_a_heartbeat_that_stands_still_is_stuck() -> None:
    """After five seconds, or three readings; it is alive again at its next change."""
    heartbeat = Heartbeat()
    stuck = []
    for at, beat in enumerate((1, 2, 2, 2, 2, 2, 2, 2, 3)):
        heartbeat = heartbeat.after(frame(at, beat), "status")
        stuck.append(heartbeat.is_stuck(START + at * NS, 1.0))

    assert stuck == [False] * 7 + [True, False]
    assert not heartbeat.is_stuck(START + 60 * NS, 20.0)
    assert not Heartbeat().after(frame(0, None), "status").is_stuck(START + 10**6 * NS, 1.0)
