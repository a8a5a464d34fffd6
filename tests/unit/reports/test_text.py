"""The line for the phone."""

from __future__ import annotations

from dataclasses import replace

from edge.reports.report import Part, Subject
from edge.reports.style import Style
from edge.reports.text import text
from tests.unit.reports import samples
from tests.unit.reports.sample_bookings import DAY, at

WAN = Style("zh", "wan_jin", "wan_yuan")


def test_a_day() -> None:
    """Output against plan, the year, people, value; what is not sure; and how it will end."""
    assert text(samples.day(), WAN) == (
        "9月15日 产量4.78万斤（计划4.62，103.5%），年累计668.30万斤，完成66.8%（计划65.5%），出勤111/118，产值28.64万元，OEE 46.9%\n"
        "⚠ 数据完整率79.5%，断线补记1,240.0斤，存疑1条，产品未知25件，出勤待确认2处，更正1处\n"
        "预计全年1,018.08万斤（1,008.03–1,028.28），达标概率99.3%\n"
    )


def test_in_english() -> None:
    """The same in other units."""
    lines = text(samples.month(), Style("en", "t")).splitlines()
    assert lines[0].startswith(
        "September 2026 output 625.708 t (plan 600.000, 104.3%), year 3,654.932 t, 73.1% done"
    )
    assert lines[1].startswith("⚠ data 79.5% complete")


def test_a_year_is_read_against_the_plan_until_now() -> None:
    """Done of the whole, beside what was planned by now."""
    assert text(samples.year(), WAN).startswith("2026年 产量730.99万斤，完成73.1%（计划71.5%）")


def test_nothing_known() -> None:
    """No zeros, and a mark."""
    assert text(samples.unwatched(), WAN) == "9月15日 产量—（计划4.62）\n⚠ 无数据\n"
    assert "⚠ 尚未开始" in text(samples.future(), WAN)
    cut = replace(samples.day(), until=at(DAY, 18, 30))
    assert "⚠ 数据只到18:30" in text(cut, WAN)


def test_a_clean_day_has_no_mark() -> None:
    """Where everything was heard of, nothing is said of it."""
    report = samples.week()
    assert report.total.good is not None
    clean = replace(
        report, sources=(), total=replace(report.total, good=replace(report.total.good, unweighed=0))
    )
    assert "⚠" not in text(clean, WAN)


def test_a_name_of_several_lines_stays_on_one() -> None:
    """Whatever somebody typed into it."""
    report = replace(samples.unwatched(), subject=Subject(Part.MACHINE, "a", "a\nb"))
    assert text(report, WAN).startswith("a b 9月15日 ")
