"""The day's figures, from known points, asked of two historians."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from edge.errors import ConfigurationError
from edge.historian.embedded import EmbeddedHistorian
from edge.model.calendar import Calendar, Shift
from edge.reports.day import day_report
from edge.reports.figures import DayReport, Gaps, Machine, Packed
from tests.unit.reports.sample import (
    DAY,
    PLANT,
    MemoryHistorian,
    at,
    count,
    heads,
    known_day,
    other_line,
    state,
)


async def report_of(*lines: str, day: date = DAY) -> DayReport:
    """Return the report of a day from these lines alone."""
    return await day_report(MemoryHistorian(lines), PLANT, day)


@pytest.fixture
async def known() -> DayReport:
    """The day whose figures are known, among points of another line."""
    lines = known_day()
    return await report_of(*lines, *map(other_line, lines))


def test_output_is_the_good_product_from_seven_to_seven(known: DayReport) -> None:
    """Nothing of the neighbouring days, other counters or other lines is in the day; the year ends with the day."""
    day_g = 32_500 * 280 + 10_001 * 200
    assert known.grams == day_g
    assert known.year_grams == day_g + 5_001_000 * 280


def test_the_plan_is_that_of_the_day_and_of_the_year_up_to_its_end(known: DayReport) -> None:
    """15 of September's 30 days are over, and eight whole months: 59.5 % and half of 12 %."""
    assert known.plan is not None
    assert known.plan.day == 5_000_000_000 * 12 // 100 // 30
    assert known.plan.so_far == 5_000_000_000 * 655 // 1000
    assert known.plan.year == 5_000_000_000


def test_machines_that_count_output_have_their_pieces(known: DayReport) -> None:
    """A machine with a total uses it, one without adds good and reject up; an infeed counter is no output."""
    jar, pouch = known.machines
    assert (jar.name, jar.good, jar.reject, jar.pieces, jar.grams) == (
        "罐装线",
        32_500,
        309,
        32_815,
        9_100_000,
    )
    assert jar.quality == Fraction(32_500, 32_815)
    assert (pouch.good, pouch.reject, pouch.pieces, pouch.grams) == (10_026, 0, 10_026, 2_000_200)
    assert known.all_machines.pieces == 42_841


def test_products_have_pieces_mass_and_value(known: DayReport) -> None:
    """Value is jin times price, exactly; pieces without a product are in no mass and no value, and are named."""
    assert known.products == (
        Packed("酸椒 280g", 32_500, 9_100_000, Decimal(18_200) * 6),
        Packed("酸椒 200g", 10_001, 2_000_200, Decimal("4000.4") * Decimal("6.5")),
        Packed("", 25, 0, None),
    )
    assert known.unweighed == 25
    assert known.value == Decimal("135202.6")


def test_what_was_booked_across_gaps_is_said(known: DayReport) -> None:
    """Pieces, grams and length of the good counters' gaps; those of a reject counter are not counted twice."""
    jar, pouch = known.machines
    assert jar.gaps == Gaps(count=2, pieces=2_500, grams=700_000, seconds=3_965, longest=3_900)
    assert pouch.gaps == Gaps()


def test_only_marks_that_leave_a_doubt_are_counted(known: DayReport) -> None:
    """The start of a ledger is no doubt, a reset counter is."""
    assert known.marks == {"reset": 1}


def test_attendance_is_the_latest_of_each_shift(known: DayReport) -> None:
    """Groups add up; the night shift ends after the production day and is that of its beginning."""
    assert [(shift.name, shift.planned, shift.present) for shift in known.shifts] == [
        ("白班", 60, 52),
        ("夜班", 12, 12),
    ]


def test_the_newest_point_says_how_far_the_report_reaches(known: DayReport) -> None:
    """It is the last booking or state within the day."""
    assert known.until == at(16, 6, 59, 59)


async def test_a_shift_before_the_day_begins_belongs_to_the_day_before() -> None:
    """With a production day from 07:00, a shift from 05:00 begins in the last hours of the day."""
    early = replace(
        PLANT, calendar=Calendar(PLANT.calendar.zone, time(7), (Shift("E", "早", time(5), time(9)),))
    )
    historian = MemoryHistorian([heads("E", "permanent", 9, 7, at(16, 6))])

    (shift,) = (await day_report(historian, early, DAY)).shifts

    assert (shift.start, shift.stop, shift.present) == (at(16, 5), at(16, 9), 7)


async def test_the_report_is_the_same_from_every_historian(known: DayReport, tmp_path: Path) -> None:
    """The embedded historian gives the figures of the one in memory."""
    async with EmbeddedHistorian(tmp_path / "historian.db") as historian:
        await historian.write(known_day())
        assert await day_report(historian, PLANT, DAY) == known


async def test_a_day_of_which_nothing_is_known() -> None:
    """No machine was seen, nothing was counted, and the year is still there."""
    report = await report_of(*known_day(), day=date(2026, 9, 20))

    assert report.until is None
    assert report.machines == (Machine("罐装线", seen=False), Machine("袋装线", seen=False))
    assert report.products == ()
    assert {shift.present for shift in report.shifts} == {None}
    assert report.year_grams > 0


async def test_a_machine_that_stood_still_is_not_one_that_nobody_watched() -> None:
    """States without counts say that nothing was made; silence says nothing."""
    report = await report_of(state("jar_line", at(15, 12)))

    assert [machine.seen for machine in report.machines] == [True, False]
    assert (report.until, report.grams) == (at(15, 12), 0)


async def test_a_machine_and_a_product_that_left_the_configuration_still_count() -> None:
    """The sum of the rows is the day's output, whatever the configuration of today says."""
    old = count("old_line", "good", 10, at(15, 12), "jar_280").replace("sku=jar_280", "sku=jar_100")
    report = await report_of(old, count("old_infeed", "infeed", 5, at(15, 12)))

    assert [machine.name for machine in report.machines] == ["罐装线", "袋装线", "old_line"]
    assert report.products == (Packed("jar_100", 10, 2_800, None),)
    assert report.grams == 2_800


async def test_grams_stay_exact() -> None:
    """More than a float can hold is added up to the last gram, next to pieces without a weight."""
    odd = count("jar_line", "good", 2**40 + 1, at(15, 12), "jar_280")
    report = await report_of(odd, count("pouch_line", "good", 1, at(15, 12)))

    assert report.grams == (2**40 + 1) * 280


async def test_a_year_without_a_target_has_no_plan() -> None:
    """The plan of 2026 says nothing of 2025."""
    assert (await report_of(day=date(2025, 9, 15))).plan is None


@pytest.mark.parametrize("day", [date.min, date.max, date(1969, 12, 31)])
async def test_a_day_that_no_historian_holds_is_refused(day: date) -> None:
    """It is the user's mistake, said in one line."""
    with pytest.raises(ConfigurationError, match="between 1970 and 2261"):
        await report_of(day=day)
