"""What a machine's frames become: counts with grams, states, raw tags, the year's output; and what survives a restart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from edge.errors import EdgeError
from edge.messages.line_protocol import parse
from edge.messages.schema import Stream
from edge.model.calendar import NS, Calendar
from edge.model.frame import Frame, Quality, Value
from edge.model.plant import Device, JobOrder, Plant, Target
from edge.model.point import Point
from edge.model.product import Product
from edge.model.tag import Counter, CounterRole, Role, Tag
from edge.processing.ledger import load
from edge.processing.pipeline import HEARING_KEY, LEDGER_KEY, READ_KEY, UTILISATION_KEY, Lines, Pipeline

TAGS = ("state", "good", "reject", "speed", "sku")
JAR = Device(
    "jar_line",
    (
        Tag("state", role=Role.PACKML_STATE),
        Tag("good", counter=Counter(CounterRole.GOOD, 2**32, 3)),
        Tag("reject", counter=Counter(CounterRole.REJECT, 2**32, 3)),
        Tag("speed", role=Role.SPEED, deadband=0.5),
        Tag("sku", role=Role.SKU),
    ),
    scan=1.0,
)
PLANT = Plant(
    "tianjiao",
    "aikou",
    "suanjiao-1",
    Calendar(ZoneInfo("Asia/Shanghai"), time(7)),
    (JAR,),
    {
        "jar_280": Product("jar_280", "酸椒 280g", 280, Decimal(6), code=1),
        "jar_500": Product("jar_500", "酸椒 500g", 500, Decimal(6), code=2),
    },
    Target(2026, 5_000_000_000, 60_000_000, (Decimal("8.5"),) * 10 + (Decimal("7.5"),) * 2),
)
START = 1_790_000_000 * NS


def frame(at: int, *values: Value, quality: Quality = Quality.GOOD) -> Frame:
    """Return a jar line's frame `at` seconds after the start."""
    return Frame("jar_line", TAGS, values, (quality,) * len(TAGS), START + at * NS)


def points(lines: Lines, measurement: str) -> list[Point]:
    """Return what was said of a measurement."""
    return [
        point for part in lines.values() for line in part if (point := parse(line)).measurement == measurement
    ]


def counts(outputs: Iterable[Lines]) -> list[tuple[str, str, object, object]]:
    """Return counter, sku, pieces and grams of every count point."""
    return [
        (point.tags["counter"], point.tags.get("sku", ""), point.fields["n"], point.fields.get("g"))
        for output in outputs
        for point in points(output, "count")
        if point.fields["n"]
    ]


def test_pieces_become_grams_of_the_product_that_the_plc_names() -> None:
    """Good and reject pieces weigh what their product weighs."""
    pipeline = Pipeline(PLANT, {})

    outputs = [
        pipeline.process(frame(0, 6, 100, 10, 60.0, 1)),
        pipeline.process(frame(1, 6, 102, 11, 60.0, 1)),
    ]

    assert counts(outputs) == [("good", "jar_280", 2, 560), ("reject", "jar_280", 1, 280)]


def test_a_product_that_is_not_known_has_pieces_but_no_grams() -> None:
    """A number that nobody configured is not guessed at."""
    pipeline = Pipeline(PLANT, {})

    outputs = [
        pipeline.process(frame(0, 6, 100, 10, 60.0, 99)),
        pipeline.process(frame(1, 6, 102, 10, 60.0, 99)),
    ]

    assert counts(outputs) == [("good", "", 2, None)]


def test_an_increment_across_a_change_of_product_is_booked_to_the_former_and_marked() -> None:
    """What was made since the last reading was made of what was packed then."""
    pipeline = Pipeline(PLANT, {})
    pipeline.process(frame(0, 6, 100, 10, 60.0, 1))

    output = pipeline.process(frame(1, 6, 103, 10, 60.0, 2))

    assert counts([output]) == [("good", "jar_280", 3, 840)]
    assert points(output, "count")[0].fields["mark"] == "sku_change"


def test_where_no_plc_tells_it_the_product_is_that_of_the_orders_of_the_machine() -> None:
    """Each order holds from its moment on; before the first one it is what the configuration says, and a restart changes nothing."""
    filler = Device(
        "filler",
        (Tag("good", counter=Counter(CounterRole.GOOD, 2**32, 3)),),
        scan=1.0,
        product="jar_280",
        orders=(JobOrder(START + 2 * NS, "jar_500"), JobOrder(START + 5 * NS, "jar_280")),
    )
    plant = replace(PLANT, devices=(filler,))
    pipeline = Pipeline(plant, {})

    def read(at: int) -> Lines:
        return pipeline.process(Frame("filler", ("good",), (100 + 2 * at,), (Quality.GOOD,), START + at * NS))

    outputs = [read(at) for at in range(4)]
    pipeline = Pipeline(plant, pipeline.changes())
    outputs += [read(at) for at in range(4, 7)]

    found = [(sku, pieces, grams) for _, sku, pieces, grams in counts(outputs)]
    assert found == [
        ("jar_280", 2, 560),
        ("jar_280", 2, 560),
        ("jar_500", 2, 1000),
        ("jar_500", 2, 1000),
        ("jar_500", 2, 1000),
        ("jar_280", 2, 560),
    ]
    marks = [point.fields.get("mark") for output in outputs for point in points(output, "count")]
    assert [mark for mark in marks if mark != "start"] == [None, "sku_change", None, None, "sku_change", None]


def test_a_restart_from_the_committed_state_counts_what_ran_meanwhile() -> None:
    """The PLC's own totalizer covers the time in which the node was dead, and nothing is booked twice."""
    first = Pipeline(PLANT, {})
    first.process(frame(0, 6, 100, 10, 60.0, 1))
    first.process(frame(1, 6, 102, 10, 60.0, 1))
    committed = first.changes()
    first.process(frame(2, 6, 104, 10, 60.0, 1))  # lost with the process: never committed

    second = Pipeline(PLANT, committed)
    output = second.process(frame(30, 6, 140, 11, 60.0, 1))

    assert counts([output]) == [("good", "jar_280", 38, 38 * 280), ("reject", "jar_280", 1, 280)]
    assert points(output, "count")[0].fields["gap"] == 29
    assert points(output, "count")[0].fields["total"] == 40


def test_changes_are_given_once() -> None:
    """A state that did not change is not written again."""
    pipeline = Pipeline(PLANT, {})
    pipeline.process(frame(0, 6, 100, 10, 60.0, 1))

    assert set(pipeline.changes()) == {
        HEARING_KEY + "jar_line",
        LEDGER_KEY + "jar_line",
        READ_KEY + "jar_line",
        UTILISATION_KEY + "jar_line",
    }
    assert pipeline.changes() == {}


def test_bad_values_are_said_as_bad_and_never_counted() -> None:
    """A frame of bad quality gives raw tags with their quality alone, an offline machine, and no count."""
    pipeline = Pipeline(PLANT, {})
    pipeline.process(frame(0, 6, 100, 10, 60.0, 1))

    output = pipeline.process(Frame.bad("jar_line", TAGS, START + 5 * NS))

    assert counts([output]) == []
    assert {tuple(point.fields) for point in points(output, "tag")} == {("q",)}
    assert points(output, "state")[0].fields["category"] == "offline"
    assert "speed" not in points(output, "state")[0].fields


def test_a_state_is_said_on_change_and_again_after_ten_seconds() -> None:
    """A supervisor's screen tells a machine that goes on from one that nobody hears of."""
    pipeline = Pipeline(PLANT, {})

    said = [
        at
        for at in range(24)
        if points(pipeline.process(frame(at, 11 if at == 3 else 6, 100, 10, 60.0, 1)), "state")
    ]

    assert said == [0, 3, 4, 14]


def test_a_machine_whose_driver_falls_silent_is_offline() -> None:
    """A stuck driver does not leave its last state on the wall for ever."""
    pipeline = Pipeline(PLANT, {})
    pipeline.process(frame(0, 6, 100, 10, 60.0, 1))

    assert points(pipeline.tick(START + 11 * NS), "state")[0].fields["category"] == "running"
    assert points(pipeline.tick(START + 14 * NS), "state")[0].fields["category"] == "offline"


def test_raw_tags_are_said_when_they_move_beyond_their_deadband() -> None:
    """0.4 of a 0.5 deadband is noise."""
    pipeline = Pipeline(PLANT, {})
    pipeline.process(frame(0, 6, 100, 10, 60.0, 1))

    assert points(pipeline.process(frame(1, 6, 100, 10, 60.4, 1)), "tag") == []
    assert [p.fields["v"] for p in points(pipeline.process(frame(2, 6, 100, 10, 60.6, 1)), "tag")] == [60.6]


def test_the_output_of_day_and_year_is_said_against_the_plan() -> None:
    """Good product adds up; at 07:00 the day starts again and the year goes on."""
    pipeline = Pipeline(PLANT, {})
    pipeline.process(frame(0, 6, 100, 10, 60.0, 1))
    pipeline.process(frame(1, 6, 102, 10, 60.0, 1))

    today = points(pipeline.tick(START + 2 * NS), "target")[0].fields
    tomorrow = points(pipeline.tick(START + 86_400 * NS), "target")[0].fields

    assert (today["day_actual"], today["actual"], today["year"]) == (560, 560, 5_000_000_000)
    assert (tomorrow["day_actual"], tomorrow["actual"]) == (0, 560)


def test_every_stream_carries_only_its_own_measurements() -> None:
    """Raw tags go by the stream that may be dropped, everything else by the one that may not."""
    pipeline = Pipeline(PLANT, {})

    output = pipeline.process(frame(0, 6, 100, 10, 60.0, 1))

    assert {parse(line).measurement for line in output[Stream.TREND]} == {"tag"}
    assert {parse(line).measurement for line in output[Stream.LEDGER]} == {"count", "state"}


def test_a_ledger_of_another_version_is_not_misread() -> None:
    """A node that was rolled back says so instead of counting from a state that it does not understand."""
    with pytest.raises(EdgeError, match="version 2"):
        load('{"v": 2}')


def test_a_totalizer_that_comes_as_a_double_is_counted() -> None:
    """Some OPC UA servers keep their totalizers as Double; a whole number is a count, half a piece is none."""
    pipeline = Pipeline(PLANT, {})
    outputs = [
        pipeline.process(frame(at, 6, good, 0, 57.0, 1)) for at, good in enumerate((10.0, 12.0, 12.5, 14.0))
    ]
    assert [(counter, n) for counter, _, n, _ in counts(outputs)] == [("good", 2), ("good", 2)]


def test_a_frame_of_the_past_completes_the_trend_and_counts_nothing() -> None:
    """What was made in the gap is in the counter's next live reading; a late one would look like a reset."""
    pipeline = Pipeline(PLANT, {})
    pipeline.process(frame(0, 6, 100, 10, 60.0, 1))
    pipeline.process(frame(60, 6, 160, 10, 60.0, 1))
    pipeline.changes()

    late = replace(frame(30, 2, 130, 10, 60.2, 1), is_past=True, times=(START + 30 * NS + 5,) * len(TAGS))
    output = pipeline.process(late)

    said = {point.tags["tag"]: (point.fields["v"], point.time) for point in points(output, "tag")}
    assert said["good"] == (130.0, START + 30 * NS + 5)
    assert said["speed"] == (60.2, START + 30 * NS + 5)
    assert points(output, "count") == points(output, "state") == []
    assert pipeline.changes() == {}
    assert counts([pipeline.process(frame(61, 6, 161, 10, 60.0, 1))]) == [("good", "jar_280", 1, 280)]


def test_until_when_a_device_was_read_is_kept_with_the_rest() -> None:
    """To ten seconds: a driver whose server has a history asks for what was missed from there on."""
    pipeline = Pipeline(PLANT, {})
    assert pipeline.read_until("jar_line") is None
    pipeline.process(frame(0, None, None, None, None, None, quality=Quality.BAD))
    assert pipeline.read_until("jar_line") is None
    for second in range(25):
        pipeline.process(frame(second, 6, 100, 10, 60.0, 1))
    again = Pipeline(PLANT, pipeline.changes())
    assert again.read_until("jar_line") == START + 20 * NS
