"""Stops as events: begun, ended, explained, across restarts and while nobody hears of the machine."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from edge.messages.line_protocol import parse
from edge.model.calendar import NS
from edge.model.frame import Frame, Quality, Value
from edge.model.packml import Category, State
from edge.model.plant import Device, Plant
from edge.model.point import Point
from edge.model.states import Reason, States, StopKind
from edge.model.tag import Role, Tag
from edge.processing import stops
from edge.processing.machine_state import MachineState
from edge.processing.pipeline import Lines, Pipeline
from edge.processing.stops import Stop
from tests.unit.processing.test_pipeline import PLANT, START

TAGS = ("state", "reason")
JAR = Device(
    "jar_line",
    (Tag("state", role=Role.PACKML_STATE), Tag("reason", role=Role.STOP_REASON)),
    scan=1.0,
    states=States(reasons={3: Reason("卡料", StopKind.DELAY), 5: Reason("故障", StopKind.FAILURE)}),
)
SITE = Plant(PLANT.enterprise, PLANT.site, PLANT.line, PLANT.calendar, (JAR,))


def frame(at: float, state: State, reason: int = 0, quality: Quality = Quality.GOOD) -> Frame:
    """Return a frame `at` seconds after the start."""
    values: tuple[Value, ...] = (int(state), reason)
    return Frame("jar_line", TAGS, values, (quality, quality), START + round(at * NS))


def said(*of: Lines) -> list[Point]:
    """Return the stops that were said."""
    found = (parse(line) for lines in of for part in lines.values() for line in part)
    return [point for point in found if point.measurement == "stop"]


def test_a_stop_is_said_when_it_begins_and_whole_when_it_is_over() -> None:
    """At the time that it began, so the second point takes the place of the first."""
    pipeline = Pipeline(SITE, {})

    points = said(
        pipeline.process(frame(0, State.EXECUTE)),
        pipeline.process(frame(10, State.HELD, 3)),
        pipeline.process(frame(20, State.HELD, 3)),
        pipeline.process(frame(100, State.EXECUTE)),
    )

    assert [point.time for point in points] == [START + 10 * NS] * 2
    assert [point.fields.get("ms") for point in points] == [None, 90_000]
    assert points[1].fields["category"] == Category.HELD
    assert points[1].fields["reason"] == 3


def test_a_stop_that_becomes_another_one_is_two() -> None:
    """A jam that turns out to be a breakdown: what each took is told apart, and nothing lies between them."""
    pipeline = Pipeline(SITE, {})

    points = said(
        pipeline.process(frame(0, State.HELD, 3)),
        pipeline.process(frame(60, State.HELD, 5)),
        pipeline.process(frame(90, State.EXECUTE)),
    )

    whole = {point.time: point.fields for point in points}
    assert [(fields["category"], fields["ms"]) for fields in whole.values()] == [
        (Category.HELD, 60_000),
        (Category.DOWN, 30_000),
    ]


def test_nobody_hearing_of_a_machine_is_an_event() -> None:
    """From when it was last heard of until it is heard of again."""
    pipeline = Pipeline(SITE, {})

    points = said(
        pipeline.process(frame(0, State.EXECUTE)),
        pipeline.tick(START + 60 * NS),
        pipeline.process(frame(300, State.EXECUTE)),
    )

    assert [(point.time, point.fields["category"], point.fields.get("ms")) for point in points] == [
        (START, Category.OFFLINE, None),
        (START, Category.OFFLINE, 300_000),
    ]


def test_a_stop_survives_a_kill() -> None:
    """Within moments it goes on; after a longer time the node says that it was not there."""
    for away, expected in ((5, [(10, 25_000)]), (3600, [(10, 10_000), (20, 3_600_000)])):
        before = Pipeline(SITE, {})
        before.process(frame(0, State.EXECUTE))
        before.process(frame(10, State.HELD, 3))
        before.process(frame(20, State.HELD, 3))
        after = Pipeline(SITE, before.changes())

        points = said(
            after.tick(START + 21 * NS),
            after.process(frame(20 + away, State.HELD, 3)),
            after.process(frame(20 + away + 10, State.EXECUTE)),
        )

        ends = {(point.time - START) // NS: point.fields.get("ms") for point in points}
        assert [(at, ends[at]) for at, _ in expected] == expected


def test_what_a_machine_waits_for_may_be_known_later() -> None:
    """The stop stays one, and is said again with its cause."""
    waiting = MachineState(State.SUSPENDED, Category.WAITING, reason=1, seen=START)
    known = MachineState(State.SUSPENDED, Category.WAITING, reason=1, seen=START + NS, cause="prep")

    first, _ = stops.after(None, waiting)
    second, told = stops.after(first, known)

    assert second is not None
    assert (second.since, second.cause, told) == (START, "prep", [second])


def test_what_another_version_kept_is_no_stop() -> None:
    """Its end is never said, and nothing breaks."""
    stop = Stop(START, Category.HELD, State.HELD, 3, "prep")

    assert stops.load(stops.dump(stop)) == stop
    assert stops.load(stops.dump(None)) is None
    assert stops.load('{"v": 99, "stop": [1, 2]}') is None


@given(
    st.lists(
        st.tuples(
            st.integers(0, 600),
            st.sampled_from([State.EXECUTE, State.HELD, State.STOPPED]),
            st.integers(0, 5),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_stops_never_overlap_and_cover_all_time_that_is_not_run(
    readings: list[tuple[int, State, int]],
) -> None:
    """Whatever a machine does: run time and stops together are the whole time."""
    pipeline, points, now = Pipeline(SITE, {}), [], 0.0
    ran = 0.0
    previous: State | None = None
    for wait, state, reason in readings:
        # Readings come each second, so nothing is unheard.
        for _ in range(wait):
            points += said(pipeline.process(frame(now, previous or State.EXECUTE, 0)))
            ran += (previous or State.EXECUTE) is State.EXECUTE
            now += 1
        points += said(pipeline.process(frame(now, state, reason)))
        ran += state is State.EXECUTE
        now += 1
        previous = state
    points += said(pipeline.process(frame(now, State.EXECUTE)))

    whole = {point.time: int(point.fields["ms"]) for point in points if "ms" in point.fields}
    ends = [(time, time + ms * 1_000_000) for time, ms in sorted(whole.items())]
    assert all(end <= begin for (_, end), (begin, _) in pairwise(ends))
    assert sum(whole.values()) / 1000 + ran == now
