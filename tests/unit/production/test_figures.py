"""Throughput, OEE, losses and doubtful entries of a node's lines in a historian, and what corrections change of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge.errors import ConfigurationError
from edge.historian.embedded import EmbeddedHistorian
from edge.messages.schema import Stream
from edge.model.calendar import NS
from edge.model.oee import Sums
from edge.model.plant import Route
from edge.model.tag import CounterRole
from edge.processing.pipeline import Pipeline
from edge.production import entries, explanations, oee, tables, throughput
from edge.production.entries import Correction
from edge.production.explanations import Explanation
from edge.production.throughput import HOUR, Balance, Output
from tests.unit.processing.machines import START, plant
from tests.unit.processing.test_utilisation import EXECUTE, HELD, JAR, frame

PLANT = plant(JAR)
STOP = START + 4 * 3600 * NS
SIX_MINUTES = 360


@pytest.fixture
async def historian(tmp_path: Path) -> AsyncIterator[EmbeddedHistorian]:
    """A historian that knows of ten minutes of work, and of a quarter of an hour that nobody saw."""
    async with EmbeddedHistorian(tmp_path / "historian.db") as store:
        pipeline = Pipeline(PLANT, {})
        frames = [
            frame(
                at,
                *((HELD, 3) if 100 <= at < 130 else (EXECUTE, 0)),
                at,
                at - at // 10,
                1,
                "B-1" if at < SIX_MINUTES else "B-2",
            )
            for at in [*range(601), 1500]
        ]
        lines = [line for each in frames for line in pipeline.process(each)[Stream.LEDGER]]
        await store.write([*lines, *pipeline.tick(STOP)[Stream.LEDGER]])
        yield store


def correction(n: int, counter: CounterRole = CounterRole.GOOD, sku: str = "jar_280") -> Correction:
    """Return what a person says of the first minutes."""
    return Correction(JAR, counter, sku, n, START + 60 * NS, "王芳", "counted by hand", STOP)


async def test_output_adds_up_by_hour_product_and_batch(historian: EmbeddedHistorian) -> None:
    """Whichever way it is cut, it is the same output."""
    whole = await throughput.output(historian, PLANT, START, STOP)
    hours = await throughput.output(historian, PLANT, START, STOP, HOUR)
    batches = await throughput.by_batch(historian, PLANT, START, STOP)

    assert whole == {(START, "jar_line", "jar_280"): Output(1350, 1350 * 280)}
    assert sum(made.pieces for made in hours.values()) == 1350
    assert batches == {
        ("jar_line", "jar_280", "B-1"): Output(324, 324 * 280),
        ("jar_line", "jar_280", "B-2"): Output(1026, 1026 * 280),
    }
    by_shift = await throughput.table(historian, PLANT, START, STOP, "shift")
    assert [(row[0], row[3].pieces) for row in by_shift] == [("2026-09-21 A", 1350)]


async def test_balance_and_the_figure_of_the_route(historian: EmbeddedHistorian) -> None:
    """The route made what its last machine with a good counter made."""
    (balance,) = (await throughput.balances(historian, PLANT, START, STOP)).values()
    route = Route("jars", ("prep", "jar_line", "tunnel"), "jar_line")

    assert balance == Balance(total=1500, good=1350)
    assert balance.yield_ == 0.9
    assert Balance(infeed=100, good=90, reject=6).missing == 4
    assert throughput.route_output(route, PLANT, {"jar_line": Output(5, 6)}) == Output(5, 6)
    assert throughput.route_output(replace(route, machines=("prep",)), PLANT, {}) is None
    made = await throughput.routes(historian, replace(PLANT, routes=(route,)), START, STOP)
    assert list(tables.route_lines(made, "en")) == ["route jars: 1,350 pieces, 756.0 jin"]


async def test_oee_is_the_same_from_any_roll_up(historian: EmbeddedHistorian) -> None:
    """By shift and product, or of all."""
    (whole,) = (await oee.sums(historian, PLANT, START, STOP, by=())).values()
    parts = await oee.sums(historian, PLANT, START, STOP, by=("device", "shift", "sku"))

    added = Sums()
    for part in parts.values():
        added += part
    assert added == whole
    assert (whole.pq, whole.gq, whole.sq, whole.unrated) == (1500, 1350, 150, 900)
    assert (whole.apt, whole.adet, whole.micro) == (596_000, 30_000, 1)
    assert whole.pbt == whole.apt + whole.adet + whole.unknown
    losses = await oee.top_losses(historian, PLANT, START, STOP, "jar_line")
    assert [(loss.category, loss.reason) for loss in losses] == [("offline", 0), ("held", 3)]


async def test_an_entry_across_a_gap_is_listed(historian: EmbeddedHistorian) -> None:
    """With how long it was; the beginning of the ledger is no doubt."""
    found = await entries.doubtful(historian, PLANT, START, STOP)

    assert [(entry.counter, entry.mark, entry.n, entry.gap) for entry in found] == [
        ("good", "gap", 810, 900),
        ("total", "gap", 900, 900),
    ]


def test_neighbours_on_routes_are_balanced() -> None:
    """Two fillers feed one bath; a kitchen that feeds both says nothing of either, and is not guessed at."""
    routes = (
        Route("a", ("kitchen", "filler_a", "bath", "packer"), "filler_a"),
        Route("b", ("kitchen", "filler_b", "bath", "packer"), "filler_b"),
        Route("c", ("silent", "packer_c"), "silent"),
    )
    balances = {
        "kitchen": Balance(infeed=900),
        "filler_a": Balance(total=105, good=100),
        "filler_b": Balance(good=50, reject=2),
        "bath": Balance(infeed=148),
        "packer": Balance(infeed=149, total=140),
        "packer_c": Balance(infeed=1),
    }

    found = list(throughput.links(routes, balances))

    assert [(link.machine, link.given, link.taken, link.between) for link in found] == [
        ("bath", 150, 148, 2),
        ("packer", 148, 149, -1),
    ]
    assert (
        next(iter(tables.link_lines(found, "en")))
        == "filler_a + filler_b → bath: 150 given, 148 taken, +2 between"
    )


async def test_a_correction_is_a_new_entry_and_every_sum_follows(historian: EmbeddedHistorian) -> None:
    """Pieces, grams, the product's output, and the quality of the shift; who, when and why are listed."""
    stamp = await entries.free_stamp(historian, PLANT, correction(-12))
    lines = entries.lines(correction(-12), stamp, PLANT)

    await historian.write(lines)
    await historian.write(lines)

    made = await throughput.output(historian, PLANT, START, STOP)
    (sums,) = (await oee.sums(historian, PLANT, START, STOP)).values()
    assert made[START, "jar_line", "jar_280"] == Output(1338, 1338 * 280)
    assert (sums.pq, sums.gq, sums.sq, sums.g) == (1500, 1338, 162, 1338 * 280)
    entry = (await entries.doubtful(historian, PLANT, START, STOP))[0]
    assert (entry.mark, entry.n, entry.who, entry.why) == ("correction", -12, "王芳", "counted by hand")
    assert (entry.time // 1000, entry.entered) == ((START + 60 * NS) // 1000, STOP)


async def test_two_corrections_of_one_moment_are_two_entries(historian: EmbeddedHistorian) -> None:
    """Neither takes the place of the other, nor of what the node booked then."""
    for counter in (CounterRole.GOOD, CounterRole.GOOD, CounterRole.TOTAL):
        said = correction(5, counter)
        stamp = await entries.free_stamp(historian, PLANT, said)
        await historian.write(entries.lines(said, stamp, PLANT))

    (balance,) = (await throughput.balances(historian, PLANT, START, STOP)).values()
    (sums,) = (await oee.sums(historian, PLANT, START, STOP)).values()
    assert (balance.good, balance.total) == (1360, 1505)
    assert (sums.pq, sums.gq) == (1505, 1360)


async def test_two_people_correct_one_minute_at_once(historian: EmbeddedHistorian) -> None:
    """Neither sees the other's entry yet; both are booked."""
    said = [replace(correction(5), entered=STOP + moment) for moment in (1_000, 2_000)]
    stamps = [await entries.free_stamp(historian, PLANT, each) for each in said]
    for each, stamp in zip(said, stamps, strict=True):
        await historian.write(entries.lines(each, stamp, PLANT))

    (balance,) = (await throughput.balances(historian, PLANT, START, STOP)).values()
    assert balance.good == 1360


async def test_a_correction_takes_the_product_that_was_counted_then(historian: EmbeddedHistorian) -> None:
    """Nobody has to know the key of a product."""
    assert await entries.product_at(historian, PLANT, "jar_line", CounterRole.GOOD, STOP) == "jar_280"
    assert await entries.product_at(historian, PLANT, "jar_line", CounterRole.INFEED, STOP) == ""


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (correction(1, CounterRole.INFEED), "jar_line has no counter infeed; it has: good, total"),
        (correction(1, sku="jar_999"), "no such product; there are: jar_280, jar_500"),
    ],
)
def test_a_correction_of_nothing_is_refused(wrong: Correction, says: str) -> None:
    """Of a counter that the machine does not have, or a product that nobody packs."""
    with pytest.raises(ConfigurationError, match=says):
        entries.lines(wrong, START, PLANT)


async def test_tables_are_for_reading(historian: EmbeddedHistorian) -> None:
    """Figures flush right, Chinese as wide as it is, and what cannot be true said in words."""
    found = await entries.doubtful(historian, PLANT, START, STOP)
    wrong: dict[tuple[str, ...], Sums] = {
        ("jar_line",): Sums(pbt=3_600_000, apt=3_600_000, ideal=4_500_000, pq=10, gq=10)
    }

    assert list(tables.entry_lines(found, PLANT.calendar.zone, "en"))[1] == (
        "2026-09-21 14:25:00  jar_line  good     jar_280  gap     +810  +453.6  900 s"
    )
    assert list(tables.oee_lines(wrong, ("device",), "en"))[-1].startswith(
        "jar_line: effectiveness is above 100 %"
    )
    assert list(tables.loss_lines([], {}, "en")) == ["nothing"]
    losses = await oee.top_losses(historian, PLANT, START, STOP, "jar_line")
    lines = list(tables.loss_lines(losses, {3: "卡料"}, "en"))
    assert lines[0].index("waits") == lines[1].index("-") == lines[2].index("-") + 2


async def test_tables_are_in_chinese_too(historian: EmbeddedHistorian) -> None:
    """Heads, categories, marks and sentences."""
    losses = await oee.top_losses(historian, PLANT, START, STOP, "jar_line")
    entry = await entries.doubtful(historian, PLANT, START, STOP)
    wrong: dict[tuple[str, ...], Sums] = {("jar_line",): Sums(pbt=1000, apt=1000, ideal=2000, pq=1, gq=1)}

    text = [
        *tables.loss_lines(losses, {3: "卡料"}, "zh"),
        *tables.entry_lines(entry, PLANT.calendar.zone, "zh"),
        *tables.oee_lines(wrong, ("device",), "zh"),
        *tables.route_lines({"jars": Output(2, 1000)}, "zh"),
        *tables.balance_lines({}, "zh"),
    ]

    assert text[0].split() == ["损失类别", "原因", "等待", "h", "停机次数", "短停次数"]
    assert {line.split()[0] for line in text[1:3]} == {"离线", "停机"}
    assert "间隔" in text[4]
    assert text[-3:] == [
        "jar_line：性能率超过 100 %：额定速度、计数器或时钟有误",
        "路线 jars：2 件，2.0 斤",
        "无",
    ]


async def test_a_person_says_what_a_stop_was(historian: EmbeddedHistorian) -> None:
    """The time goes from one reason to the other, with its stop; said twice alike, it is said once."""
    said = Explanation(
        "jar_line", START + 100 * NS, START + 130 * NS, 3, 5, "王芳", "the gripper was broken", STOP
    )

    moved = await explanations.lines(historian, PLANT, said)
    await historian.write(moved)
    await historian.write(moved)

    losses = await oee.top_losses(historian, PLANT, START, STOP, "jar_line")
    held = {loss.reason: (loss.ms, loss.stops) for loss in losses if loss.category == "held"}
    assert held == {3: (0, 0), 5: (30_000, 1)}
    assert await explanations.lines(historian, PLANT, said) == []
