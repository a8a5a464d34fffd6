"""Each chart of whole reports: as approved, well-formed, the same bytes twice, and with gaps where nobody knows."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree as ET

import pytest
import typst

from edge.reports.compose import compose
from edge.reports.document import Band, Chart, Picture, Series
from edge.reports.fonts import FOLDER
from edge.reports.pictures import draw
from edge.reports.style import Style
from tests import approved
from tests.unit.reports import samples

SVG = "{http://www.w3.org/2000/svg}"
_PAGE = b"""#set page(width: auto, height: auto, margin: 0pt)
#set text(font: "Noto Sans CJK SC")
#image(bytes(sys.inputs.svg), format: "svg")"""


@cache
def pictures(language: str) -> dict[Chart, Picture]:
    """Return one picture of each chart: of a day in Chinese, of a year in English, which has no strip."""
    found = (
        compose(samples.day(), Style(language="zh"))
        if language == "zh"
        else compose(samples.year(), Style(language="en"))
    )
    return {one.chart: one for one in found.pictures}


def png(svg: str) -> bytes:
    """Return how an SVG looks."""
    compiler = typst.Compiler(
        _PAGE,
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)]
        ),
    )
    found = compiler.compile(format="png", ppi=72, sys_inputs={"svg": svg})
    assert isinstance(found, bytes)
    return found


@pytest.mark.parametrize("chart", list(Chart))
def test_chinese_chart_as_approved(chart: Chart) -> None:
    """Each chart of a day looks as it was approved."""
    approved.check(f"pictures/{chart}.zh", png(draw(pictures("zh")[chart])))


@pytest.mark.parametrize("chart", [one for one in Chart if one is not Chart.STATE_STRIP])
def test_english_chart_as_approved(chart: Chart) -> None:
    """Each chart of a year looks as it was approved."""
    approved.check(f"pictures/{chart}.en", png(draw(pictures("en")[chart])))


@pytest.mark.parametrize("chart", list(Chart))
def test_same_picture_gives_same_text(chart: Chart) -> None:
    """No date, no random id."""
    assert draw(pictures("zh")[chart]) == draw(pictures("zh")[chart])


@pytest.mark.parametrize("chart", list(Chart))
def test_title_and_alternative_are_inside(chart: Chart) -> None:
    """Who cannot see the drawing is told what it shows, and texts are text."""
    picture = pictures("zh")[chart]
    root = ET.fromstring(draw(picture))  # noqa: S314 – our own
    assert root.findtext(f"{SVG}title") == picture.title
    assert root.findtext(f"{SVG}desc") == picture.alternative
    assert root.get("role") == "img"
    assert list(root.iter(f"{SVG}text"))


def test_ids_of_a_page_differ() -> None:
    """All charts may stand in one HTML page."""
    ids = [one for picture in pictures("zh").values() for one in re.findall(r'\bid="(.+?)"', draw(picture))]
    assert ids
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("chart", list(Chart))
@pytest.mark.parametrize("name", ["", '"<&>$x^2$ #{}', "龘", "很长的名字" * 30, "long" * 60])
def test_any_name_can_be_drawn(chart: Chart, name: str) -> None:
    """Markup, mathematics, rare characters and long names are just names."""
    picture = pictures("zh")[chart]
    odd = replace(
        picture,
        title=name,
        alternative=name,
        places=tuple(name for _ in picture.places),
        series=tuple(replace(one, label=name) for one in picture.series),
        rows=tuple((name, bands) for _, bands in picture.rows),
        legend=tuple((role, name) for role, _ in picture.legend),
    )
    ET.fromstring(draw(odd))  # noqa: S314 – our own


@pytest.mark.parametrize("chart", list(Chart))
def test_nothing_known_is_an_empty_chart(chart: Chart) -> None:
    """Without a single value there is still a drawing."""
    picture = pictures("zh")[chart]
    unknown = replace(
        picture, series=tuple(replace(one, values=(None,) * len(one.values)) for one in picture.series)
    )
    ET.fromstring(draw(unknown))  # noqa: S314 – our own
    ET.fromstring(draw(replace(picture, places=(), series=(), rows=(), legend=())))  # noqa: S314 – our own


def test_unknown_bar_is_a_gap() -> None:
    """A place that nobody knows has no number, where 0 has one."""

    def bars(value: float | None) -> str:
        return draw(
            Picture(Chart.OUTPUT_BARS, "t", "a", ("x", "y"), "kg", (Series("made", "m", (5.0, value)),))
        )

    def numbers(svg: str) -> int:
        return svg.count(">0</text>")

    assert numbers(bars(0.0)) == numbers(bars(None)) + 1


def test_many_machines_make_a_higher_strip() -> None:
    """Each of many machines keeps a row that can be read, up to what fits on a page."""
    bands = (Band(0, 0.5, "running"), Band(0.5, 1, ""))

    def height(machines: int) -> float:
        rows = (("m", bands),) * machines
        svg = ET.fromstring(draw(Picture(Chart.STATE_STRIP, "t", "a", ("07",), "", rows=rows)))  # noqa: S314 – our own
        return float(svg.attrib["height"].removesuffix("pt"))

    assert 1.5 * height(3) < height(20) < height(100) < 185 / 25.4 * 72
