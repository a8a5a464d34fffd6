"""What reports read, the sums of `oee`, is what the ledger has booked: by production day, machine and product, whatever happens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge.messages.line_protocol import parse
from edge.messages.schema import Stream
from edge.model.calendar import NS, to_ns
from edge.model.frame import Frame, Quality
from edge.model.oee import FIELDS, Sums
from edge.model.plant import Device, Plant
from edge.model.point import Point
from edge.model.states import States
from edge.model.tag import Counter, CounterRole, Role, Tag
from edge.processing import utilisation_points
from edge.processing.pipeline import UTILISATION_KEY, Pipeline
from edge.production import entries
from edge.production.entries import Correction
from tests.unit.processing.machines import REASONS, ZONE, plant

SEVEN = to_ns(datetime(2026, 9, 22, 7, tzinfo=ZONE))
"""When a production day begins."""
FILLER = Device(
    "filler",
    (
        Tag("state", role=Role.PACKML_STATE),
        Tag("good", counter=Counter(CounterRole.GOOD, 2**16, 3)),
        Tag("reject", counter=Counter(CounterRole.REJECT, 2**16, 3)),
        Tag("sku", role=Role.SKU),
        Tag("weight", unit="g", role=Role.NET_WEIGHT),
    ),
    1.0,
    states=States(reasons=REASONS),
    rated={"": 60},
)
MUTE = replace(FILLER, tags=FILLER.tags[1:])
"""It counts, and says nothing of its state."""
SHIFTLESS = replace(plant(FILLER), calendar=replace(plant(FILLER).calendar, shifts=()))
Step = tuple[str, int]


def told(lines: Iterable[str], measurement: str) -> list[Point]:
    """Return the points of a measurement."""
    return [point for point in map(parse, lines) if point.measurement == measurement]


def play(of: Plant, start: int, steps: Sequence[Step]) -> list[str]:
    """Return what a filler's life gives rise to; every line and its state are committed together."""
    device, state, lines = of.devices[0], dict[str, str](), list[str]()
    pipeline, now, good, reject, sku = Pipeline(of, state), start, 100, 7, 1
    for what, number in steps:
        lag = 0
        now += _passes(what, number)
        match what:
            case "run":
                good, reject = good + number // 4, reject + number % 2
            case "reset":
                good = reject = 0
            case "product":
                sku = number % 4
            case "late value":
                good, lag = good + 1, number * NS // 8
            case "kill":
                pipeline = Pipeline(of, state)
        if what == "tick":
            lines += pipeline.tick(now)[Stream.LEDGER]
        else:
            values = {"state": 6, "good": good, "reject": reject, "sku": sku, "weight": 281.5}
            lines += pipeline.process(_frame(device, values, now, lag))[Stream.LEDGER]
        state |= pipeline.changes()
    return lines + pipeline.tick(now + 40 * 86_400 * NS)[Stream.LEDGER]


def _passes(what: str, number: int) -> int:
    steps = {"run": number * NS // 4, "pass": number * 60 * NS, "clock back": -number * 60 * NS, "kill": 0}
    return steps.get(what, number * NS if what == "tick" else NS)


def _frame(device: Device, values: Mapping[str, int | float], now: int, lag: int) -> Frame:
    names = tuple(tag.name for tag in device.tags)
    times = tuple(now - lag if name == "good" else now for name in names) if lag else None
    qualities = (Quality.GOOD,) * len(names)
    return Frame(device.key, names, tuple(values[name] for name in names), qualities, now, times)


def booked(of: Plant, lines: Iterable[str]) -> dict[tuple[object, ...], tuple[int, int]]:
    """Return pieces and grams of the ledger's good entries, by production day, device and product."""
    found: defaultdict[tuple[object, ...], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for point in told(lines, "count"):
        if point.tags["counter"] == CounterRole.GOOD:
            _add(found, of, point, int(point.fields["n"]), int(point.fields.get("g", 0)))
    return {key: amount for key, amount in found.items() if any(amount)}


def summed(of: Plant, lines: Iterable[str]) -> dict[tuple[object, ...], tuple[int, int]]:
    """Return the same of the sums."""
    found: defaultdict[tuple[object, ...], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for point in told(lines, "oee"):
        _add(found, of, point, int(point.fields.get("gq", 0)), int(point.fields.get("g", 0)))
    return {key: amount for key, amount in found.items() if any(amount)}


def _add(found: dict[tuple[object, ...], tuple[int, int]], of: Plant, point: Point, n: int, g: int) -> None:
    key = of.calendar.production_day(point.time), point.tags["device"], point.tags.get("sku", "")
    found[key] = found[key][0] + n, found[key][1] + g


def unique(points: Sequence[Point]) -> bool:
    """Return whether no point takes another one's place."""
    return len({(tuple(sorted(point.tags.items())), point.time) for point in points}) == len(points)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("run"), st.integers(1, 40)),
        st.tuples(st.just("pass"), st.sampled_from([1, 5, 61, 480, 1440])),
        st.tuples(st.sampled_from(["reset", "kill", "tick"]), st.integers(1, 30)),
        st.tuples(st.just("product"), st.integers(0, 3)),
        st.tuples(st.just("clock back"), st.sampled_from([1, 7, 600])),
        st.tuples(st.just("late value"), st.integers(1, 12)),
    ),
    max_size=40,
)


@pytest.mark.parametrize("of", [plant(FILLER), plant(MUTE), SHIFTLESS], ids=["states", "mute", "shiftless"])
@given(before=st.integers(0, 60), steps=STEPS)
@settings(max_examples=150, deadline=None)
@example(before=4, steps=[("run", 8), ("run", 8), ("run", 8), ("run", 8)])
@example(before=4, steps=[("run", 8), ("run", 8), ("late value", 8), ("late value", 8), ("run", 8)])
@example(before=0, steps=[("run", 40), ("run", 40), ("clock back", 1), ("run", 40), ("kill", 1), ("run", 9)])
def test_sums_are_the_counts(of: Plant, before: int, steps: Sequence[Step]) -> None:
    """Across days, gaps, resets, products, kills and clocks set back, what was made in a day's first instant is that day's."""
    lines = play(of, SEVEN - before * NS, [("run", 4), *steps])

    assert summed(of, lines) == booked(of, lines)
    assert unique(told(lines, "oee"))


def test_the_first_instant_of_a_day_is_that_day_s() -> None:
    """Of a reading at seven exactly, entry and sums are both of the day that begins."""
    of = plant(FILLER)
    lines = play(of, SEVEN - 6 * NS, [("run", 8)] * 5)

    assert [pieces for _, (pieces, _) in sorted(booked(of, lines).items(), key=str)] == [2, 6]
    assert summed(of, lines) == booked(of, lines)


def test_a_correction_changes_both() -> None:
    """Of any machine, whether it tells its state or not, and at any time."""
    for device in (FILLER, MUTE):
        of = plant(device)
        lines = play(of, SEVEN - 4 * NS, [("run", 8)] * 5)
        for n, at in ((-3, SEVEN), (5, SEVEN - NS)):
            said = Correction(device, CounterRole.GOOD, "jar_280", n, at, "王芳", "counted", SEVEN + n)
            lines += entries.lines(said, at + 999, of)

        assert summed(of, lines) == booked(of, lines)


def test_a_machine_that_tells_no_state_has_pieces_and_no_times() -> None:
    """Nobody knows whether it ran: it has no planned time that could be lost, and no rated speed to be measured by."""
    lines = play(plant(MUTE), SEVEN, [("run", 40)] * 20)
    fields = {name for point in told(lines, "oee") for name in point.fields}

    assert fields == {"pq", "gq", "sq", "g", "unrated", "weighed", "weight_mg"} - {"sq"}
    assert told(lines, "loss") == []


def test_what_was_weighed_gives_the_mean_weight() -> None:
    """The weight counts with the good pieces of its own reading, and not at all when it is bad."""
    lines = play(plant(FILLER), SEVEN, [("run", 8)] * 10)
    sums = Sums(
        **{
            name: sum(int(point.fields.get(name, 0)) for point in told(lines, "oee"))
            for name in ("gq", "weighed", "weight_mg")
        }
    )

    assert (sums.weighed, sums.mean_weight_g) == (sums.gq, 281.5)
    assert Sums().mean_weight_g is None


def test_infeed_steam_and_water_are_summed() -> None:
    """What enters a machine, and what meters say, in g and cm3 whatever they count in."""
    meters = (
        Tag("in", counter=Counter(CounterRole.INFEED, 2**32, 3)),
        Tag("out", counter=Counter(CounterRole.GOOD, 2**32, 3)),
        Tag("kg", counter=Counter(CounterRole.STEAM, 2**32, 5, size=1000)),
        Tag("dm3", counter=Counter(CounterRole.WATER, 2**32, 50, size=1000)),
    )
    of = plant(Device("cooker", meters, 1.0, "jar_280"))
    pipeline, lines = Pipeline(of, {}), list[str]()
    for at in range(11):
        values = (at, at // 2, 3 * at, 7 * at)
        frame = Frame("cooker", ("in", "out", "kg", "dm3"), values, (Quality.GOOD,) * 4, SEVEN + at * NS)
        lines += pipeline.process(frame)[Stream.LEDGER]
    lines += pipeline.tick(SEVEN + 3600 * NS)[Stream.LEDGER]
    sums = {
        name: sum(int(point.fields.get(name, 0)) for point in told(lines, "oee"))
        for name in ("infeed", "pq", "gq", "steam", "water")
    }

    assert sums == {"infeed": 10, "pq": 5, "gq": 5, "steam": 30_000, "water": 70_000}
    assert {point.tags["counter"] for point in told(lines, "count")} == {"infeed", "good"}


def test_the_state_of_an_older_node_is_read() -> None:
    """Sums that it did not know yet are 0; those it knew stay where they were."""
    pipeline = Pipeline(plant(FILLER), {})
    for at in range(3):
        values = (6, at, 0, 1, 280.0)
        names = tuple(tag.name for tag in FILLER.tags)
        pipeline.process(Frame("filler", names, values, (Quality.GOOD,) * 5, SEVEN + at * NS))
    text = pipeline.changes()[UTILISATION_KEY + "filler"]
    known = utilisation_points.load(text)
    values_known = list(known.sums.values())
    old = text.replace(str(values_known), str(values_known[: FIELDS.index("wh") + 1]))

    assert old != text
    assert utilisation_points.load(old) == replace(
        known, sums=replace(known.sums, infeed=0, steam=0, water=0, weighed=0, weight_mg=0)
    )
