"""What is not as sure as it looks: said in words, in footnotes and in lists."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from edge.reports.compose import compose
from edge.reports.report import Part, Report, Row
from edge.reports.style import Style
from tests.unit.reports import samples
from tests.unit.reports.compose.test_document import column, table


def remarks(report: Report, language: str = "zh") -> str:
    """Return all remarks as one text."""
    return "\n".join(compose(report, Style("zh" if language == "zh" else "en")).remarks)


def test_a_bad_day_tells_all() -> None:
    """Gaps with pieces, mass, share and length; marks; what has no mass or price; who is incomplete; questions; corrections."""
    said = remarks(samples.day())
    for part in (
        "断线补记 1 次：合格品 1,240件（1,240斤，占产量 1.8%）",
        "断线最长 41.0分",
        "存疑记录 1 次：计数器清零",
        "产品未知 25件",
        "没有价格的产品 300斤",
        "数据完整率低于 99%：袋装线 A 97.5%、桶装线 0.0%。",
        "没有在线时间记录：总电表。",
        "打卡缺失未确认 2 处",
        "计数账与统计合计相差 1.7斤",
        "第 2 版，取代之前各版",
        "自上一版以来更正 1 处：20:05 袋装线 A 合格 -60（王师傅：返工）。",
    ):
        assert part in said


def test_a_good_week_tells_little() -> None:
    """Where nothing happened, nothing is said of it."""
    said = remarks(replace(samples.week(), sources=()), "en")
    assert said.splitlines() == [
        "Of unknown product, and in no mass and no value: 25 pcs.",
        "Without a price, and in no value: 300 jin.",
    ]


def test_what_is_not_listed_and_not_published() -> None:
    """Doubts beyond those listed, and a calendar that is only likely."""
    said = remarks(samples.month())
    assert "未列出的存疑记录 17 条" in said
    assert "2026 年放假安排尚未公布" in said


def test_former_machines() -> None:
    """A machine with rows that nobody is connected to any more was renamed or taken away."""
    report = samples.day()
    former = Row("old_line", "old_line")
    more = replace(report, parts={**report.parts, Part.MACHINE: (*report.parts[Part.MACHINE], former)})
    assert "已不在配置中的设备：old_line。" in remarks(more)
    assert "已不在配置中" not in remarks(report)


def test_parts_that_do_not_add_up() -> None:
    """A breakdown without its last part is told to differ from the whole, and by how much."""
    report = samples.day()
    short = replace(report, parts={**report.parts, Part.PRODUCT: report.parts[Part.PRODUCT][1:]})
    assert "分产品各行之和与总产量相差 14,224.0斤。" in remarks(short)


def test_plan_people_and_states_that_are_not_there() -> None:
    """A report without any of them says so instead of leaving columns out silently."""
    said = remarks(samples.unwatched())
    assert "没有设备时间统计" in said
    assert "没有出勤统计" in said
    assert "没有计划" in remarks(samples.planless())


def test_lists_of_bookings() -> None:
    """Doubts and corrections are apart; a correction says who, why, when, and whether it is new."""
    document = compose(samples.day(), Style("en"))
    assert column(table(document, "doubts"), "gap") == [41, 41, ""]
    corrections = table(document, "corrections")
    assert [cell.value for cell in corrections.rows[0]][-4:] == ["王师傅", "返工", "2026-09-15 22:00", "yes"]


def test_utilities_by_the_tonne() -> None:
    """What nobody measures is a dash with a footnote, and the yield is product by raw product."""
    document = compose(samples.day(), Style("en"))
    utilities = table(document, "utilities")
    assert column(utilities, "water") == [None]
    [water] = [
        cell for cell, one in zip(utilities.rows[0], utilities.columns, strict=True) if one.key == "water"
    ]
    assert document.footnotes[water.notes[0] - 1] == "Nobody measured it."
    good = samples.day().total.good
    assert good is not None
    assert column(utilities, "yield") == [Fraction(good.grams, good.grams * 106 // 100)]


def test_weights() -> None:
    """The mean of what was weighed, above the nominal weight; nothing weighed is no giveaway."""
    weights = table(compose(samples.day(), Style()), "weights")
    assert column(weights, "giveaway")[0] == Decimal("3.12")
    assert column(weights, "giveaway")[2] is None


def test_losses_beyond_the_first_are_one_line() -> None:
    """So the shares of a pareto come to all of it."""
    report = samples.day()
    many = replace(report, losses=report.losses * 2)
    losses = table(compose(many, Style()), "losses")
    assert len(losses.rows) == 11
    assert column(losses, "machine")[-2] == "其余 6 项"
    assert column(losses, "cumulative_share")[-2:] == [1, 1]
