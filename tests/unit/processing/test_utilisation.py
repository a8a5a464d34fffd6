"""What a machine made of its planned busy time, through the pipeline: time elements, quantities, restarts and clocks."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.messages.line_protocol import parse
from edge.messages.schema import Stream
from edge.model.calendar import NS
from edge.model.frame import Frame, Quality, Value
from edge.model.oee import FIELDS, Sums
from edge.model.plant import Device, Plant
from edge.model.point import Point
from edge.model.states import States
from edge.model.tag import Counter, CounterRole, Role, Tag
from edge.processing.pipeline import Lines, Pipeline
from tests.unit.processing.machines import REASONS, START, plant

TAGS = ("state", "reason", "total", "good", "sku", "batch", "mode")
JAR = Device(
    "jar_line",
    (
        Tag("state", role=Role.PACKML_STATE),
        Tag("reason", role=Role.STOP_REASON),
        Tag("total", counter=Counter(CounterRole.TOTAL, 2**32, 3)),
        Tag("good", counter=Counter(CounterRole.GOOD, 2**32, 3)),
        Tag("sku", role=Role.SKU),
        Tag("batch", role=Role.BATCH),
        Tag("mode", role=Role.UNIT_MODE),
    ),
    1.0,
    states=States(reasons=REASONS),
    rated={"jar_280": 60, "jar_500": 30},
)
CLOCKS = (
    Tag("run_s", counter=Counter(CounterRole.RUN_TIME, 2**32, 1)),
    Tag("down_s", counter=Counter(CounterRole.DOWN_TIME, 2**32, 1)),
)
EXECUTE, HELD, STOPPED, ABORTED, SUSPENDED = 6, 11, 2, 9, 5
END = 10_000
"""By then every test has a point that tells the rest."""


def frame(at: float, *values: Value, more: tuple[str, ...] = ()) -> Frame:
    """Return a frame of the jar line, some seconds after the start."""
    default: tuple[Value, ...] = (EXECUTE, 0, 0, 0, 1, "B-1", 1)
    return Frame(
        "jar_line",
        TAGS + more,
        (*values, *default[len(values) :]) if len(values) < len(TAGS) else values,
        (Quality.GOOD,) * (len(TAGS) + len(more)),
        START + round(at * NS),
    )


def told(outputs: Iterable[Lines], measurement: str) -> list[Point]:
    """Return the points of a measurement."""
    lines = [line for output in outputs for line in output[Stream.LEDGER]]
    return [point for point in map(parse, lines) if point.measurement == measurement]


def summed(outputs: Iterable[Lines], **tags: str) -> Sums:
    """Return the sums of all `oee` points with some tags."""
    sums: Tally[str] = Tally()
    for point in told(outputs, "oee"):
        if all(point.tags.get(tag, "") == value for tag, value in tags.items()):
            sums.update({name: int(value) for name, value in point.fields.items() if name in FIELDS})
    return Sums(**sums)


def run(frames: Iterable[Frame], of: Plant | None = None) -> list[Lines]:
    """Return what frames give rise to, and a break at the end that makes everything be told."""
    pipeline = Pipeline(of or plant(JAR), {})
    outputs = [pipeline.process(each) for each in frames]
    return [*outputs, pipeline.tick(START + END * NS)]


def test_time_goes_to_what_the_machine_does() -> None:
    """Produced, changed over, broke, waited, and had a break that was planned: each has its own sum."""
    script = [
        (0, EXECUTE, 0),
        (100, STOPPED, 8),
        (130, EXECUTE, 0),
        (150, ABORTED, 5),
        (210, EXECUTE, 0),
        (220, SUSPENDED, 1),
        (225, SUSPENDED, 2),
        (235, EXECUTE, 0),
        (240, STOPPED, 9),
        (300, EXECUTE, 0),
    ]
    states = {at: (packml, reason) for at, packml, reason in script}
    doing, frames = (EXECUTE, 0), []
    for at in range(301):
        doing = states.get(at, doing)
        frames.append(frame(at, *doing))

    sums = summed(run(frames))

    known = sums.apt, sums.asut, sums.adot, sums.adet, sums.starved, sums.blocked
    # After the last frame the machine is taken to go on for 13 s.
    assert known == (148_000, 30_000, 60_000, 15_000, 5_000, 10_000)
    assert sums.pbt == sums.apt + sums.asut + sums.adot + sums.adet + sums.unknown
    assert (sums.failures, sums.stops, sums.micro, sums.micro_ms) == (1, 2, 2, 75_000)


def test_losses_are_told_by_what_they_were_lost_to() -> None:
    """A category for people, the PLC's reason, and how many stops of it ended."""
    frames = [frame(at, HELD if at < 20 else EXECUTE, 3 if at < 20 else 0) for at in range(400)]

    losses = [point for point in told(run(frames), "loss") if point.tags["category"] == "held"]

    assert [(point.tags["reason"], dict(point.fields)) for point in losses] == [
        ("3", {"ms": 20_000, "stops": 1, "micro": 1})
    ]


def test_pieces_have_the_rated_speed_of_their_product() -> None:
    """60 a minute of one, 30 of the other: sums of time, so that products add up."""
    frames = [
        frame(at, EXECUTE, 0, min(at, 10) + max(0, (at - 10) // 2), 0, 1 if at <= 10 else 3)
        for at in range(31)
    ]

    outputs = run(frames)

    assert summed(outputs, sku="jar_280").ideal == 10_000
    assert summed(outputs, sku="jar_500").ideal == 20_000
    assert summed(outputs).pq == 20


def test_the_sums_do_not_depend_on_restarts() -> None:
    """A node that dies after every commit tells, all in all, what one tells that never dies."""
    frames = [
        frame(at, EXECUTE if at % 50 < 40 else HELD, 0 if at % 50 < 40 else 3, at, at - at // 10)
        for at in range(700)
    ]
    state: dict[str, str] = {}
    outputs = []
    for each in frames:
        pipeline = Pipeline(plant(JAR), state)
        outputs.append(pipeline.process(each))
        state |= pipeline.changes()
    outputs.append(Pipeline(plant(JAR), state).tick(START + END * NS))

    assert summed(outputs) == summed(run(frames))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([(EXECUTE, 0), (HELD, 3), (ABORTED, 5), (STOPPED, 9), (SUSPENDED, 1), (0, 0)]),
            st.integers(1, 5000),
        ),
        min_size=1,
        max_size=25,
    )
)
def test_planned_busy_time_is_the_sum_of_its_elements(steps: list[tuple[tuple[int, int], int]]) -> None:
    """And all of them with what was planned to stand are the time that has passed, however long the silences."""
    pipeline, at, outputs, planned = Pipeline(plant(JAR), {}), 0, [], 0
    for (packml, reason), seconds in steps:
        outputs.append(pipeline.process(frame(at, packml, reason)))
        planned += min(seconds, 13) if packml == STOPPED else 0
        at += seconds
    outputs.append(pipeline.process(frame(at, EXECUTE)))
    # Shift B ends nine hours after the start: beyond it only what runs is busy.
    at = max(at, 9 * 3600)
    outputs.append(pipeline.tick(START + (at + END) * NS))

    sums = summed(outputs)

    assert sums.pbt == sums.apt + sums.asut + sums.adet + sums.adot + sums.unknown
    in_shift = summed(outputs, shift="B") + summed(outputs, shift="A")
    assert in_shift.pbt <= 9 * 3600 * 1000
    if sum(seconds for _, seconds in steps) < 8 * 3600:
        assert in_shift.pbt == (9 * 3600 - planned) * 1000


def test_a_node_that_was_off_for_three_hours_books_what_the_plc_made_to_that_gap() -> None:
    """Exactly the pieces, at the reading that showed them, with the length of the gap; the time of it is unknown."""
    first = Pipeline(plant(JAR), {})
    first.process(frame(0, EXECUTE, 0, 1000, 990))
    first.process(frame(1, EXECUTE, 0, 1001, 991))
    off = Pipeline(plant(JAR), first.changes())

    outputs = [off.process(frame(10_801, EXECUTE, 0, 11_801, 11_291)), off.tick(START + 20_000 * NS)]

    counts = {point.tags["counter"]: dict(point.fields) for point in told(outputs, "count")}
    assert counts["total"] == {"n": 10_800, "total": 10_801, "g": 10_800 * 280, "gap": 10_800}
    assert counts["good"] == {"n": 10_300, "total": 10_301, "g": 10_300 * 280, "gap": 10_800}
    sums = summed(outputs)
    # Nobody knows how long it ran: its pieces are counted, but say nothing of its speed.
    assert (sums.pq, sums.gq, sums.unrated, sums.ideal) == (10_801, 10_301, 10_800, 1000)


def test_the_clocks_of_a_plc_know_how_long_it_ran_while_the_node_was_off() -> None:
    """Then availability and effectiveness of the gap are those of the PLC."""
    machine = replace(JAR, tags=(*JAR.tags, *CLOCKS))
    names = ("run_s", "down_s")
    first = Pipeline(plant(machine), {})
    first.process(frame(0, EXECUTE, 0, 0, 0, 1, "B-1", 1, 500, 70, more=names))
    off = Pipeline(plant(machine), first.changes())

    outputs = [
        off.process(frame(10_800, EXECUTE, 0, 8100, 8000, 1, "B-1", 1, 9500, 670, more=names)),
        off.tick(START + 20_000 * NS),
    ]

    sums = summed(outputs)
    assert (sums.pbt, sums.apt, sums.unknown) == (9_600_000, 9_000_000, 0)
    assert (sums.effectiveness, sums.faults) == (0.9, ())


def test_a_run_clock_alone_leaves_the_rest_to_what_was_seen() -> None:
    """Of 60 s the clock counted 45; the 20 s that were seen to be held are cut to the other 15."""
    machine = replace(JAR, tags=(*JAR.tags, CLOCKS[0]))
    frames = [
        frame(
            at,
            *((HELD, 3) if 10 <= at < 30 else (EXECUTE, 0)),
            0,
            0,
            1,
            "B-1",
            1,
            at * 3 // 4,
            more=("run_s",),
        )
        for at in range(0, 61, 10)
    ]

    sums = summed(run(frames, plant(machine)))

    assert (sums.apt, sums.adet) == (45_000, 15_000)


def test_time_outside_of_production_mode_is_not_planned() -> None:
    """Manual and maintenance: PackML's unit modes 2 and 3."""
    frames = [frame(at, STOPPED, 0, 0, 0, 1, "B-1", 3) for at in range(60)]

    assert summed(run(frames)).adot == 0


def test_an_impossible_effectiveness_is_told_when_the_shift_ends() -> None:
    """Two pieces a second of a machine that is rated at one: a data fault, and not an OEE of 200 %."""
    end_of_shift = 3600
    frames = [frame(at, EXECUTE, 0, 2 * at, 2 * at) for at in range(end_of_shift + 2)]

    faults = [point for point in told(run(frames), "oee") if "fault" in point.fields]

    assert [point.fields["fault"] for point in faults] == ["effectiveness"]
    assert faults[0].tags["shift"] == "A"
    assert faults[0].time < START + end_of_shift * NS


def test_batches_are_told_apart() -> None:
    """The pieces of the last reading of a batch belong to it."""
    frames = [frame(at, EXECUTE, 0, at, at, 1, "B-1" if at < 10 else "B-2") for at in range(31)]

    made: Tally[str] = Tally()
    for point in told(run(frames), "oee"):
        made[str(point.fields.get("batch", ""))] += int(point.fields.get("gq", 0))

    assert +made == {"B-1": 10, "B-2": 20}


def test_a_stuck_heartbeat_counts_nothing_and_knows_nothing() -> None:
    """Values that no program writes are old: the state is unknown, and what comes after is booked to the gap."""
    beating = replace(JAR, tags=(*JAR.tags, Tag("beat", role=Role.HEARTBEAT)))
    pipeline = Pipeline(plant(beating), {})
    outputs = [
        pipeline.process(
            frame(at, EXECUTE, 0, min(at, 10), min(at, 10), 1, "B-1", 1, min(at, 10), more=("beat",))
        )
        for at in range(60)
    ]
    outputs.append(pipeline.process(frame(60, EXECUTE, 0, 15, 15, 1, "B-1", 1, 60, more=("beat",))))

    states = [(point.fields["category"], (point.time - START) // NS) for point in told(outputs, "state")]
    assert next(at for category, at in states if category == "offline") == 16
    assert states[-1][0] == "running"
    (late,) = [
        point for point in told(outputs, "count") if "gap" in point.fields and point.tags["counter"] == "good"
    ]
    assert (late.fields["n"], late.fields["gap"]) == (5, 45)


@pytest.mark.parametrize("step_back", [3600, 90])
def test_no_sums_are_lost_when_the_clock_is_set_back(step_back: int) -> None:
    """What is told after it has other stamps than what was told before."""
    pipeline = Pipeline(plant(JAR), {})
    outputs = [pipeline.process(frame(at, EXECUTE, 0, at, at)) for at in range(700)]
    outputs += [
        pipeline.process(frame(at, EXECUTE, 0, at + step_back, at + step_back))
        for at in range(700 - step_back, 1400 - step_back)
    ]
    outputs.append(pipeline.tick(START + END * NS))

    points = told(outputs, "oee")

    assert summed(outputs).pq == 1399
    assert len({(point.time, point.tags.get("shift"), point.tags.get("sku")) for point in points}) == len(
        points
    )


def test_a_clock_that_was_reset_says_that_time_may_be_missing() -> None:
    """It is no piece, so the ledger has no entry of it; the sums that it gave have a fault."""
    machine = replace(JAR, tags=(*JAR.tags, *CLOCKS))
    clock = [500, 501, 2, 3, 4]
    frames = [
        frame(at, EXECUTE, 0, 0, 0, 1, "B-1", 1, run, 70, more=("run_s", "down_s"))
        for at, run in enumerate(clock)
    ]

    outputs = run(frames, plant(machine))

    assert {point.tags["counter"] for point in told(outputs, "count")} == {"good", "total"}
    assert [point.fields["fault"] for point in told(outputs, "oee") if "fault" in point.fields] == ["clock"]
    assert summed(outputs).apt == 5000


def test_energy_of_a_meter_adds_up_beside_what_was_made() -> None:
    """A meter has no state and no planned time: only what it measured, in Wh, whatever it counts in."""
    meter = Device("meter", (Tag("kwh", counter=Counter(CounterRole.ENERGY, 2**31, 1, size=1000)),), 10.0)
    pipeline = Pipeline(plant(meter), {})
    outputs = [
        pipeline.process(Frame("meter", ("kwh",), (500 + at // 10,), (Quality.GOOD,), START + at * NS))
        for at in range(0, 700, 10)
    ]

    sums = summed([*outputs, pipeline.tick(START + END * NS)])

    assert (sums.wh, sums.pbt, sums.unknown, sums.pq) == (69_000, 0, 0, 0)
    assert told(outputs, "count") == []
    assert (sums + Sums(g=2_000_000)).kwh_per_tonne == 34.5
    assert Sums(g=5).kwh_per_tonne is None
