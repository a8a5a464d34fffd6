"""A day's output by hour, shift and product, and the year's curve: sums of what was counted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from edge.console.pages.production import production_question, year_question
from edge.historian.embedded import EmbeddedHistorian
from edge.messages import line_protocol
from edge.model.calendar import NS
from edge.model.plant import Plant
from edge.model.point import FieldValue, Point
from tests.fakes import FakeClock
from tests.unit.console.sample import NOW, PLANT, at_work
from tests.unit.reports.sample import DAY, at, count

MADE = 30_500 * 280 + 10_000 * 200
PLAN = 5_000_000_000 * 12 // 100 // 30


@pytest.fixture
async def historian(tmp_path: Path) -> AsyncIterator[EmbeddedHistorian]:
    """A historian with a day at work."""
    async with EmbeddedHistorian(tmp_path / "historian.db") as opened:
        await opened.write(at_work())
        yield opened


async def day_of(historian: EmbeddedHistorian, plant: Plant = PLANT, **parameters: str) -> dict[str, Any]:
    """Ask for a day."""
    return dict(await production_question(historian, plant, FakeClock(NOW)).answer(parameters))


async def test_hours_and_products_add_up_to_the_day(historian: EmbeddedHistorian) -> None:
    """What the hours brought is the day, and so is what the products are; the plan is the day's."""
    told = await day_of(historian)

    assert (told["grams"], told["plan"], told["is_today"]) == (MADE, PLAN, True)
    assert sum(hour["grams"] for hour in told["hours"]) == MADE
    assert sum(product["grams"] or 0 for product in told["products"]) == MADE
    assert {hour["hour"]: hour["grams"] for hour in told["hours"] if hour["grams"]} == {
        "09:00": 30_000 * 280,
        "10:00": 10_000 * 200,
        "15:00": 500 * 280,
    }
    assert [hour["hour"] for hour in told["hours"]][:2] == ["07:00", "08:00"]
    assert [hour["over"] for hour in told["hours"]] == [True] * 9 + [False] * 15


async def test_the_plan_of_the_hours_is_the_shifts(historian: EmbeddedHistorian) -> None:
    """Nothing is asked for while no shift is on, and the hours ask for the day together."""
    plans = {hour["hour"]: hour["plan"] for hour in (await day_of(historian))["hours"]}

    assert plans["07:00"] > 0  # the night shift of the day before is on until eight
    assert plans["18:00"] == plans["19:00"] == 0
    assert sum(plans.values()) == pytest.approx(PLAN, abs=24)


async def test_shifts_have_what_was_counted_in_them(historian: EmbeddedHistorian) -> None:
    """The shift that is on leads somewhere, the one to come has made nothing yet."""
    on, ahead = (await day_of(historian))["shifts"]

    assert (on["name"], on["phase"], on["grams"], on["projected"]) == ("白班", "on", MADE, MADE * 95 // 80)
    assert (ahead["phase"], ahead["grams"], ahead["projected"]) == ("ahead", 0, None)


async def test_pieces_of_no_product_have_no_grams(historian: EmbeddedHistorian) -> None:
    """What is not known is told apart, by its pieces alone."""
    products = {one["sku"]: one for one in (await day_of(historian))["products"]}

    assert (products[""]["pieces"], products[""]["grams"]) == (25, None)
    assert products["jar_280"]["name"] == "酸椒 280g"


async def test_without_a_plan_there_is_output_all_the_same(historian: EmbeddedHistorian) -> None:
    """A plant without a target has hours without marks, and a year without a plan."""
    plant = replace(PLANT, target=None)
    told = await day_of(historian, plant)
    year = await year_question(historian, plant, FakeClock(NOW)).answer({})

    assert (told["plan"], told["hours"][3]["plan"], told["shifts"][0]["plan"]) == (None, None, None)
    assert (year["plan"], year["target"], year["forecast"]) == (None, None, None)


async def test_the_year_rises_to_today(historian: EmbeddedHistorian) -> None:
    """The curve adds the days up to this one, beside the plan of every day and the end that the host expects."""
    summed = {"device": "jar_line", "line": "suanjiao-1", "shift": "D", "site": "aikou", "sku": "jar_280"}
    start, _ = PLANT.calendar.day_span(DAY)
    ends: dict[str, FieldValue] = {"p10": 1, "p50": 2, "p90": 3}
    await historian.write(
        [
            line_protocol.encode(Point("oee", summed, {"g": 5_000, "gq": 1}, at(14, 9))),
            line_protocol.encode(Point("target", {"site": "aikou"}, ends, start)),
        ]
    )
    told = await year_question(historian, PLANT, FakeClock(NOW)).answer({})

    assert told["actual"][-2:] == [5_000, 5_000 + MADE]
    assert len(told["actual"]) == told["today"] + 1 == (DAY - date(2026, 1, 1)).days + 1
    assert (len(told["plan"]), told["plan"][-1], told["target"]) == (365, 5_000_000_000, 5_000_000_000)
    assert told["forecast"] == {"p10": 1, "p50": 2, "p90": 3}


async def test_many_viewers_add_the_year_up_once(tmp_path: Path) -> None:
    """For a minute the year that was added up last serves everybody, then it is asked for anew."""
    async with EmbeddedHistorian(tmp_path / "historian.db") as historian:
        clock = FakeClock(NOW)
        question = year_question(historian, PLANT, clock)
        await question.answer({})
        await historian.write([count("jar_line", "good", 10, NOW - NS, "jar_280")])

        assert (await question.answer({}))["actual"][-1] == 0
        clock.advance(61)
        assert (await question.answer({}))["actual"][-1] == 2_800
