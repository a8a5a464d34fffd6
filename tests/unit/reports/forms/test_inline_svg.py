"""Drawings made part of a page: no style but in the sheet, no font of their own, texts as they were."""

from __future__ import annotations

import re

from edge.reports.forms.inline_svg import InlineSvg
from edge.reports.pictures import draw, palette
from tests.unit.reports.forms.documents import document

SVG = (
    '<svg role="img"><title>style="fill: #fff" {}</title>\n'
    ' <path d="M 1.23456 2.3&#10;" style="fill: {colour}; font-family: \'A B\', c"/>\n'
    ' <rect fill="{colour}" transform="rotate(-0 1 2)"/></svg>'
)


def test_styles_become_classes_of_the_pages_colours() -> None:
    """The same style is one class, by the name that the page has for its colour, without a font."""
    drawings = InlineSvg()
    text = drawings.take(SVG.replace("{colour}", palette.MADE))
    assert drawings.sheet() == ".d0{fill: var(--made);}\n.d1{fill: var(--made)}\n"
    assert '<path d="M 1.23 2.3&#10;" class="d0"/><rect class="d1"/>' in text
    assert drawings.take(SVG.replace("{colour}", palette.MADE)) == text


def test_text_that_looks_like_a_style_is_left() -> None:
    """Only tags are changed: a machine may be called anything."""
    text = InlineSvg().take(SVG.replace("{colour}", "#123456"))
    assert '<title>style="fill: #fff" {}</title>' in text


def test_no_style_is_left_in_any_picture() -> None:
    """Not one style or colour attribute is left of what is drawn, so that the page's policy may forbid them."""
    drawings = InlineSvg()
    for picture in document("day").pictures:
        text = drawings.take(draw(picture))
        assert not re.search(r'\sstyle="|fill="#|stroke="#', text)
        assert picture.alternative.split("；")[0] in text
    assert "font-family" not in drawings.sheet()
    assert drawings.sheet().count("var(--ink)") > 3
