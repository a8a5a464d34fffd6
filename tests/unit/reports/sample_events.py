"""What went wrong on the days of the sample plant, what they used and weighed, and how much of them was heard of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from edge.model.packml import Category
from edge.reports.report import Cell, Doubt, Loss, Source, Strip, Utility, Weight
from tests.unit.reports.sample_bookings import (
    DAY,
    DAY_MS,
    FILLERS,
    MINUTE,
    PRODUCTS,
    at,
    bookings_of,
    days,
    products,
    whole,
)

LOSSES = (
    Loss("pouch_a", "袋装线 A", Category.DOWN, 12, "横封温度低", "", 168 * MINUTE, 31, 22),
    Loss("pouch_b", "袋装线 B", Category.WAITING, 0, "", "杀菌机", 110 * MINUTE, 12, 3),
    Loss("jar_line", "罐装线", Category.DOWN, 5, "旋盖机卡瓶", "", 84 * MINUTE, 20, 14),
    Loss("pouch_a", "袋装线 A", Category.DOWN, 31, "", "", 87 * MINUTE, 9, 2),
    Loss("jar_line", "罐装线", Category.SETUP, 0, "", "", 56 * MINUTE, 2, 0),
    Loss("bulk", "大包装线", Category.HELD, 2, "等操作工", "", 32 * MINUTE, 7, 4),
    Loss("pouch_b", "袋装线 B", Category.SETUP, 0, "", "", 30 * MINUTE, 1, 0),
    Loss("jar_line", "罐装线", Category.IDLE, 0, "", "", 12 * MINUTE, 3, 1),
)
"""The longest first."""


DOUBTS = (
    Doubt(at(DAY, 9, 12), "pouch_a", "袋装线 A", "good", "gap", 1_240, 620_000, gap=2_460),
    Doubt(at(DAY, 9, 12), "pouch_a", "袋装线 A", "reject", "gap", 12, None, gap=2_460),
    Doubt(at(DAY, 13, 40), "jar_line", "罐装线", "good", "reset", 3, 840),
    Doubt(
        at(DAY, 20, 5),
        "pouch_a",
        "袋装线 A",
        "good",
        "correction",
        -60,
        -30_000,
        None,
        "王师傅",
        "返工",
        at(DAY, 22),
    ),
)


def strips() -> tuple[Strip, ...]:
    """Return each filler's day: by night nothing, by day what its losses look like."""
    asleep = Cell(at(DAY, 24), at(DAY, 31), Category.PLANNED)
    waking = (
        Cell(at(DAY, 7), at(DAY, 8), Category.SETUP),
        Cell(at(DAY, 8), at(DAY, 11), Category.RUNNING),
        Cell(at(DAY, 11), at(DAY, 11, 30), Category.PLANNED),
        Cell(at(DAY, 11, 30), at(DAY, 13), Category.DOWN),
        Cell(at(DAY, 13), at(DAY, 15, 30), Category.RUNNING),
        Cell(at(DAY, 15, 30), at(DAY, 16), None),
        Cell(at(DAY, 16), at(DAY, 18), Category.WAITING),
        Cell(at(DAY, 18), at(DAY, 24), Category.RUNNING),
    )
    heard = [Strip(key, name, (*waking, asleep)) for key, name in FILLERS.items() if key != "pail"]
    return (*heard, Strip("pail", FILLERS["pail"], (Cell(at(DAY, 7), at(DAY, 31), None),)))


def weights(first: date, last: date) -> tuple[Weight, ...]:
    """Return what the packs of some days weighed; nobody weighed the big pouches."""
    packed = {one.key: one.good.pieces for one in products(first, last) if one.good}
    milligrams = {"jar_280": 283_120, "pouch_200": 201_480}
    return tuple(
        Weight(
            key,
            PRODUCTS[key].name,
            PRODUCTS[key].net_weight_g,
            packed[key] if key in milligrams else 0,
            packed[key] * milligrams.get(key, 0),
        )
        for key in ("jar_280", "pouch_200", "pouch_500")
        if key in packed
    )


def utilities(first: date, last: date) -> tuple[Utility, ...]:
    """Return what some days used; nobody measures water."""
    good = whole("", "", first, last).good
    grams = good.grams if good else 0
    return (
        Utility("electricity", grams * 103 // 1_000),
        Utility("steam", grams * 31 // 100),
        Utility("water", None),
        Utility("infeed", grams * 106 // 100),
    )


def losses(first: date, last: date) -> tuple[Loss, ...]:
    """Return what the days with a plan lost, the longest first."""
    count = sum(bool(bookings_of(day)) for day in days(first, last))
    return tuple(
        replace(one, ms=one.ms * count, stops=one.stops * count, micro=one.micro * count) for one in LOSSES
    )


def sources(first: date, last: date) -> tuple[Source, ...]:
    """Return what was heard of the fillers and of a meter, of which the pail line was never."""
    passed = len(days(first, last)) * DAY_MS
    heard = {"pouch_a": passed - passed // 40, "pail": 0}
    fillers = [Source(key, name, heard.get(key, passed), passed) for key, name in FILLERS.items()]
    return (*fillers, Source("meter_1", "总电表", None, passed))
