"""The forms of the report: golden text, a spreadsheet that runs nothing, a page that asks for nothing."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import string
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from edge.errors import ConfigurationError
from edge.model.plant import Plant
from edge.model.product import Product
from edge.model.work_days import WorkDays
from edge.reports.day import day_report
from edge.reports.figures import DayReport
from edge.reports.render import FORMS, render
from edge.reports.words import EN, WORDS, ZH
from tests.unit.reports.sample import DAY, PLANT, MemoryHistorian, at, count, known_day, state

GOLDEN_ZH = """\
aikou/suanjiao-1 生产日报 2026-09-15 数据截至 09-16 06:59
当日 22,200 斤（11.10 吨），计划 40,000 斤，完成 55.5%
全年 282.28 万斤，目标 1,000 万斤，完成 28.2%，比计划落后 372.72 万斤
预计全年 282.28 万斤（282.28 万斤–519.08 万斤），达标概率 0.4%
产值 13.52 万元，合格率 99.3%，次品 309 件
出勤 白班 52/60，夜班 12/12
2,500 件（1,400 斤，占产量 5.9%）在断线后补记：数量准确，但产出时刻不明。断线 2 次，各设备合计 1 小时 6 分，最长 1 小时 5 分。
"""
GOLDEN_EN = """\
aikou/suanjiao-1 Daily production report 2026-09-15 data until 09-16 06:59
Day: 22,200 jin (11.10 t), plan 40,000 jin, 55.5% done
Year: 2,822,760 jin, target 10,000,000 jin, 28.2% done, 3,727,240 jin behind plan
Expected year 2,822,760 jin (2,822,760 jin–5,190,751 jin), probability of the target 0.4%
Value 135,203 CNY, quality 99.3%, 309 pcs rejected
Present: 白班 52/60, 夜班 12/12
2,500 pcs (1,400 jin, 5.9% of the output) were booked after a gap: their number is right, the hour they were made is \
not known. Gaps: 2, 1 h 6 min in all machines together, the longest 1 h 5 min.
"""
EVIL = '=cmd|"/c calc"!A1<script>alert(1)</script>'


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag and what it would fetch."""
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action")]

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text += data


async def known(*lines: str, plant: Plant = PLANT) -> DayReport:
    """Return the known day, or that of other lines."""
    return await day_report(MemoryHistorian(lines or known_day()), plant, DAY)


async def unknown() -> DayReport:
    """Return a day without data."""
    return await day_report(MemoryHistorian(known_day()), PLANT, date(2026, 9, 20))


def rows(report: DayReport, language: str = "zh") -> list[list[str]]:
    """Return the cells of the spreadsheet."""
    return list(csv.reader(io.StringIO(render(report, "csv", language).decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(("language", "golden"), [("zh", GOLDEN_ZH), ("en", GOLDEN_EN)])
async def test_the_text_for_the_phone(language: str, golden: str) -> None:
    """Seven lines say it all."""
    assert render(await known(), "text", language).decode() == golden


async def test_the_text_of_a_day_without_data() -> None:
    """It says so in place of zeros, and still gives the year."""
    first, second, third, _ = render(await unknown(), "text", "zh").decode().splitlines()

    assert first == "aikou/suanjiao-1 生产日报 2026-09-20"
    assert second == ZH.no_data
    assert third.startswith("全年 282.71 万斤")


async def test_the_years_end_is_in_every_form() -> None:
    """In mass and in value, with its certainty and what each day left must bring."""
    report = await known()
    year = report.outlook
    assert year is not None
    assert year.value is not None
    cells, page = rows(report), Page(render(report, "html", "zh").decode()).text

    (p90,) = [row for row in cells if row[:1] == ["预计全年 P90"]]
    assert Decimal(p90[1]) * 500 == year.mass.outlook.quantile(0.9)
    assert ["达标概率 %", f"{year.mass.probability * 100:.2f}"] in cells
    assert ["全年累计产值（元）", f"{float(year.value.made):.2f}"] in cells
    assert "剩余 107 个生产日，每日需" in page
    assert "目标 6,000 万元，完成 28.2%" in page


async def test_a_day_without_a_plan_and_a_year_that_is_not_published() -> None:
    """A rest day has no share of anything, and a provisional calendar is said."""
    sundays_off = WorkDays(frozenset(range(6)), published=lambda _: None)
    plant = replace(PLANT, calendar=replace(PLANT.calendar, work_days=sundays_off))
    report = await day_report(MemoryHistorian(known_day()), plant, date(2026, 9, 20))

    assert ZH.rest_day in render(report, "html", "zh").decode()
    assert "放假安排尚未公布" in render(report, "csv", "zh").decode()


async def test_the_text_of_a_day_on_which_nothing_was_made() -> None:
    """A line that was watched and made nothing is told from one that nobody watched."""
    report = await known(state("jar_line", at(15, 12)))

    assert ZH.nothing_made in render(report, "text", "zh").decode()
    assert ZH.no_data not in render(report, "text", "zh").decode()


async def test_the_spreadsheet_opens_in_excel() -> None:
    """It has a byte order mark, Windows line ends and plain exact numbers."""
    data = render(await known(), "csv", "zh")
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n")

    cells = rows(await known())
    assert ["当日产量", "22200.4", "11.100200"] in cells
    assert ["罐装线", "32500", "309", "32815", "99.0401", "18200", "2", "2500", "3965"] in cells
    assert ["白班", "08:00–17:30", "60", "52"] in cells


async def test_the_spreadsheet_of_a_day_without_data_has_no_zeros() -> None:
    """An unknown figure is an empty cell."""
    cells = rows(await unknown())

    assert [ZH.no_data] in cells
    assert ["当日产量", "", ""] in cells
    assert ["罐装线", "无数据"] in cells
    assert ["白班", "08:00–17:30", "未统计"] in cells


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "＝", "＋", "－", "＠"])
async def test_no_name_is_a_formula(start: str) -> None:
    """A name that a spreadsheet would run is text in it."""
    product = Product("jar_280", f"{start}1+1", 280, PLANT.products["jar_280"].price_yuan_per_jin)
    plant = dataclasses.replace(PLANT, products={"jar_280": product})

    cells = [cell for row in rows(await known(plant=plant)) for cell in row]

    assert f"'{start}1+1" in cells
    assert f"{start}1+1" not in cells


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_page_is_self_contained_and_escaped(language: str) -> None:
    """A name with markup in it is shown as it is; nothing is fetched and nothing runs."""
    product = dataclasses.replace(PLANT.products["jar_280"], name=EVIL)
    page = Page(
        render(
            await known(plant=dataclasses.replace(PLANT, products={"jar_280": product})), "html", language
        ).decode()
    )

    assert EVIL in page.text
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert page.links == []
    assert "url(" not in page.text
    assert "@import" not in page.text


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_page_says_what_the_report_knows(language: str) -> None:
    """Output, shares, machines, products, people and gaps are on it; and a day without data says so."""
    page, words = Page(render(await known(), "html", language).decode()), WORDS[language]

    for text in ("22,200", "55.5%", "28.2%", "罐装线", "99.0%", "酸椒 280g", "109,200", "52", "2,500"):
        assert text in page.text
    assert words.no_data in Page(render(await unknown(), "html", language).decode()).text


async def test_what_may_be_wrong_is_said() -> None:
    """Pieces without a product, products without a price, doubtful counts and new reasons for doubt are in the notes."""
    sold = count("jar_line", "good", 5, at(15, 9), "jar_280").replace("sku=jar_280", "sku=secret")
    report = await known(*known_day(), sold, count("jar_line", "good", 1, at(15, 8), "jar_280", mark="odd"))

    text = "\n".join(cell for row in rows(report) for cell in row)

    assert "25 件的产品未知" in text
    assert "secret：没有价格" in text
    assert "1 次计数存疑：计数器清零" in text
    assert "1 次计数存疑：odd" in text


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", WORDS)
async def test_a_year_without_a_plan_is_said(form: str, language: str) -> None:
    """Every form does without a target."""
    report = await known(plant=dataclasses.replace(PLANT, target=None))

    text = render(report, form, language).decode()

    assert form == "csv" or WORDS[language].no_plan in text


@pytest.mark.parametrize("form", FORMS)
async def test_the_same_report_gives_the_same_bytes(form: str) -> None:
    """Nothing of the moment of printing is in it."""
    assert render(await known(), form, "zh") == render(await known(), form, "zh")


async def test_an_unknown_form_or_language_is_refused() -> None:
    """It is the user's mistake, said in one line."""
    report = await unknown()
    with pytest.raises(ConfigurationError, match="pdf is not one of html, csv, text"):
        render(report, "pdf", "zh")
    with pytest.raises(ConfigurationError, match="fr is not one of zh, en"):
        render(report, "text", "fr")


def test_both_languages_fill_in_the_same_numbers() -> None:
    """A sentence has the same places for numbers in either language, and English has no Chinese in it."""
    for field in dataclasses.fields(ZH):
        chinese, english = getattr(ZH, field.name), getattr(EN, field.name)
        if isinstance(chinese, str):
            assert _places(chinese) == _places(english), field.name
            assert not re.search(r"[\u4e00-\u9fff]", english), field.name


def _places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
