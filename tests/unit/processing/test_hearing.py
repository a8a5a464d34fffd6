"""How long a device was heard of: time between good readings, told by production day, once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.messages.line_protocol import parse
from edge.messages.schema import Stream
from edge.model.calendar import NS, to_ns
from edge.model.frame import Frame, Quality
from edge.model.plant import Device, Plant
from edge.model.point import Point
from edge.model.tag import Tag
from edge.processing.machine_state import patience
from edge.processing.pipeline import Pipeline
from tests.unit.processing.machines import ZONE, plant

PROBE = Device("probe", (Tag("t"),), 1.0)
PLANT = plant(PROBE)
EARLY = replace(PLANT, calendar=replace(PLANT.calendar, day_start=time(6, 50)))
"""Its production days end off the quarter of an hour."""
SEVEN = to_ns(datetime(2026, 9, 22, 7, tzinfo=ZONE))
PATIENCE = patience(PROBE.scan)


def play(of: Plant, readings: Iterable[tuple[int, bool]], *, dies: bool = False) -> list[Point]:
    """Return what is told of readings at some times, and an hour after the last."""
    state: dict[str, str] = {}
    pipeline, lines, at = Pipeline(of, state), list[str](), SEVEN
    for at, is_good in readings:
        quality = Quality.GOOD if is_good else Quality.BAD
        lines += pipeline.process(Frame("probe", ("t",), (1.0,), (quality,), at))[Stream.LEDGER]
        state |= pipeline.changes()
        if dies:
            pipeline = Pipeline(of, state)
    lines += pipeline.tick(at + 3600 * NS)[Stream.LEDGER]
    return [point for point in map(parse, lines) if point.measurement == "source"]


def heard(points: Iterable[Point]) -> int:
    """Return how many ms were told."""
    return sum(int(point.fields["ms"]) for point in points)


@pytest.mark.parametrize("of", [PLANT, EARLY], ids=["seven", "ten to seven"])
@given(
    steps=st.lists(st.tuples(st.sampled_from([1, 5, 13, 14, 600, 3000, 90_000]), st.booleans()), max_size=60),
    before=st.integers(0, 2000),
    dies=st.booleans(),
)
def test_time_is_heard_between_good_readings(
    of: Plant, steps: Sequence[tuple[int, bool]], before: int, *, dies: bool
) -> None:
    """Each day has what lies between two readings that are near enough, the first of them good; no point takes another's place."""
    readings = [(SEVEN - before * NS, True)]
    for seconds, is_good in steps:
        readings.append((readings[-1][0] + seconds * NS, is_good))
    told = play(of, readings, dies=dies)

    near = [
        (one, other)
        for (one, is_good), (other, _) in pairwise(readings)
        if is_good and other - one <= PATIENCE
    ]
    days = {of.calendar.production_day(at) for at, _ in readings} | {
        of.calendar.production_day(point.time) for point in told
    }
    for day in days:
        start, stop = of.calendar.day_span(day)
        expected = sum(max(0, min(other, stop) - max(one, start)) for one, other in near) // 1_000_000
        assert heard(point for point in told if start <= point.time < stop) == expected
    assert len({point.time for point in told}) == len(told)


def test_it_is_told_each_quarter_of_an_hour() -> None:
    """And at the end of the production day, wherever that is."""
    told = play(EARLY, [(SEVEN - 1800 * NS + at * NS, True) for at in range(0, 3600, 5)])
    ends = [round((point.time - SEVEN) / NS / 60) for point in told]

    assert ends == [-15, -10, 0, 15, 30]
    assert heard(told) == 3_595_000


def test_a_clock_that_is_set_back_costs_nothing() -> None:
    """What was heard by the old time stays, and the same time comes again with stamps of its own."""
    hour = [SEVEN + at * NS for at in range(0, 1000, 5)]
    told = play(PLANT, [(at, True) for at in [*hour, *hour]])

    assert heard(told) == 2 * 995_000
    assert len({point.time for point in told}) == len(told)


def test_a_node_that_was_off_has_not_heard() -> None:
    """What lies between the last reading before and the first one after is nobody's."""
    told = play(
        PLANT, [(SEVEN, True), (SEVEN + 5 * NS, True), (SEVEN + 605 * NS, True), (SEVEN + 610 * NS, True)]
    )

    assert heard(told) == 10_000
