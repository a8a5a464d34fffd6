"""What a route does by its bottleneck, and whom a starved or blocked machine waits for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge.messages.line_protocol import parse
from edge.messages.schema import Stream
from edge.model.frame import Frame, Quality
from edge.model.packml import Category
from edge.model.plant import Device, Route
from edge.model.states import States, StopKind
from edge.model.tag import Role, Tag
from edge.processing.line_state import cause_of, route_state
from edge.processing.machine_state import MachineState
from edge.processing.pipeline import Pipeline
from tests.unit.processing.machines import REASONS, START, plant

RUNS = MachineState(category=Category.RUNNING)
STARVED = MachineState(category=Category.WAITING, kind=StopKind.STARVED, reason=1)
BLOCKED = MachineState(category=Category.WAITING, kind=StopKind.BLOCKED, reason=2)
BROKEN = MachineState(category=Category.DOWN, kind=StopKind.FAILURE, reason=5)
LOST = MachineState()
LINE = Route("jars", ("prep", "filler", "tunnel", "packer"), "filler")


def states(*machines: MachineState) -> dict[str, MachineState]:
    """Return the states of the line's machines."""
    return dict(zip(LINE.machines, machines, strict=True))


@pytest.mark.parametrize(
    ("machines", "category", "cause"),
    [
        ((RUNS, RUNS, RUNS, RUNS), Category.RUNNING, ""),
        ((BROKEN, RUNS, RUNS, RUNS), Category.RUNNING, ""),
        ((BROKEN, STARVED, STARVED, RUNS), Category.WAITING, "prep"),
        ((RUNS, STARVED, STARVED, RUNS), Category.WAITING, ""),
        ((BLOCKED, BLOCKED, BROKEN, RUNS), Category.WAITING, "tunnel"),
        ((BLOCKED, BLOCKED, BLOCKED, LOST), Category.WAITING, "packer"),
        ((RUNS, BROKEN, STARVED, STARVED), Category.DOWN, "filler"),
        ((RUNS, LOST, RUNS, RUNS), Category.OFFLINE, "filler"),
    ],
)
def test_a_route_does_what_its_bottleneck_does(
    machines: tuple[MachineState, ...], category: Category, cause: str
) -> None:
    """And is kept from it by the first machine up- or downstream that does not itself wait for another."""
    state = route_state(LINE, states(*machines), (LINE,))

    assert (state.category, state.cause) == (category, cause)


def test_a_machine_on_several_routes_is_asked_for_on_each() -> None:
    """Two fillers on one tunnel: what blocks the tunnel may stand on either way."""
    other = Route("pouches", ("pouch", "tunnel", "boxes"), "pouch")
    known = {**states(RUNS, RUNS, BLOCKED, RUNS), "pouch": BLOCKED, "boxes": BROKEN}

    assert cause_of("tunnel", known, (LINE, other)) == "boxes"
    assert route_state(other, known, (LINE, other)).cause == "boxes"


def test_the_cause_is_told_of_the_line_and_of_the_machine() -> None:
    """On each change, and again after ten seconds."""
    tags = (Tag("state", role=Role.PACKML_STATE), Tag("reason", role=Role.STOP_REASON))
    machines = [Device(key, tags, 1.0, states=States(reasons=REASONS)) for key in LINE.machines]
    pipeline = Pipeline(replace(plant(*machines), routes=(LINE,)), {})
    told = []
    for at, filler in enumerate([(6, 0), (6, 0), (5, 2), (5, 2)]):
        for key, doing in zip(LINE.machines, [(6, 0), filler, (9, 5), (6, 0)], strict=True):
            time = START + at * 10**9
            lines = pipeline.process(Frame(key, ("state", "reason"), doing, (Quality.GOOD,) * 2, time))
            told += [parse(line) for line in lines[Stream.LEDGER]]

    line = [point for point in told if point.measurement == "line"]
    assert [(point.fields["category"], point.fields.get("cause")) for point in line] == [
        ("offline", "filler"),
        ("running", ""),
        ("waiting", "tunnel"),
    ]
    waiting = [
        point for point in told if point.measurement == "state" and point.fields["category"] == "waiting"
    ]
    assert [point.fields["cause"] for point in waiting] == ["tunnel"]
