"""The page as text: self-contained, escaped, small, and everything of the document on it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from fractions import Fraction
from functools import cache
from html.parser import HTMLParser

import pytest

from edge.reports.document import Document, KeyFigure
from edge.reports.forms.html import html
from edge.reports.forms.page_data import text_of
from edge.reports.pictures import draw
from tests.unit.reports.forms.documents import EMPTY, document, hostile, table

LARGEST = 300_000


@cache
def page(name: str) -> str:
    """Return the page of a sample."""
    return html(document(name), draw).decode()


class Reader(HTMLParser):
    """What a page is made of: tags with their attributes, and its texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.texts.append(data)


def without_pictures(whole: Document) -> str:
    """Return a page whose drawings are left empty."""
    return html(whole, lambda _: "<svg></svg>").decode()


@pytest.mark.parametrize("name", ["day", "month", "year", "unwatched"])
def test_page_asks_for_nothing_and_is_small(name: str) -> None:
    """No script, no address but of the page itself, no style but the one that the policy knows, at most 300 kB."""
    text = page(name)
    assert len(text.encode()) <= LARGEST
    reader = Reader(text)
    assert {tag for tag, _ in reader.tags} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "form",
        "base",
    } == set()
    found = [
        (tag, key) for tag, attrs in reader.tags for key in attrs if key.startswith("on") or key == "style"
    ]
    assert found == []
    targets = [attrs.get("href") or attrs.get("xlink:href") or "#" for _, attrs in reader.tags]
    assert [one for one in targets if not one.startswith("#")] == []
    (policy,) = [attrs["content"] for _, attrs in reader.tags if "http-equiv" in attrs]
    style = text.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@pytest.mark.parametrize("name", ["day", "month", "year"])
def test_everything_is_on_the_page(name: str) -> None:
    """Each text and number of the document is there as it is printed on paper as well."""
    whole = document(name)
    reader = Reader(page(name))
    said = "".join(reader.texts)
    expected = [
        *(whole.title, whole.subtitle, *whole.facts, *whole.remarks, *whole.footnotes),
        *(text for one in whole.figures for text in (one.label, one.detail)),
        *(text for one in whole.pictures for text in (one.title, one.alternative)),
        *(one.title for one in whole.tables if one.key != "sums"),
    ]
    assert [one for one in expected if one not in said] == []
    cells = iter(reader.texts)
    for one in whole.tables:
        if one.key == "sums":
            continue
        for line in [*one.rows, *((one.total,) if one.total is not None else ())]:
            for cell, column in zip(line, one.columns, strict=True):
                wanted = text_of(cell, column)
                assert not wanted or wanted in cells, (one.key, wanted)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "&lt;"]
)
def test_any_text_is_only_text(text: str) -> None:
    """Markup is shown as it was typed."""
    reader = Reader(without_pictures(hostile(text)))
    assert "".join(reader.texts).count(text) >= 30
    assert {tag for tag, _ in reader.tags} & {"script", "img"} == set()


def test_figure_is_a_large_number_with_its_unit() -> None:
    """Only what is a number and one word is set in two sizes; a share is a bar, with the plan where it is passed."""
    figures = (
        KeyFigure("a", "a", "1,018.08 万斤", share=Fraction(5, 4)),
        KeyFigure("b", "b", "12 h 30 min", share=Fraction(1, 2)),
        KeyFigure("c", "c", "—"),
        KeyFigure("d", "d", "-3斤"),
        KeyFigure("e", "e", "730.99 10k jin"),
        KeyFigure("f", "f", "+8.0%"),
        KeyFigure("g", "g", "111/118"),
    )
    text = without_pictures(replace(EMPTY, figures=figures))
    assert "1,018.08 <small>万斤</small>" in text
    assert "-3 <small>斤</small>" in text
    assert "730.99 <small>10k jin</small>" in text
    for whole in ("12 h 30 min", "—", "+8.0%", "111/118"):
        assert f">{whole}</p>" in text
    assert 'width="100.00" height="4"/><rect class="plan" x="80.00"' in text
    assert text.count('class="plan"') == 1
    assert 'width="50.00"' in text


def test_footnotes_lead_there_and_back() -> None:
    """Every mark leads to its note, and each note back to the first mark of it."""
    text = page("day")
    ids = set(re.findall(r'\bid="([^"]+)"', text))
    targets = set(re.findall(r'href="#([^"]+)"', text))
    assert targets <= ids
    used = {
        note for one in document("day").tables if one.key != "sums"
        for line in (*one.rows, *((one.total,) if one.total else ())) for cell in line for note in cell.notes
    }  # fmt: skip
    assert {f"mark-{note}" for note in used} <= targets
    assert {f"note-{note}" for note in used} <= targets


def test_document_of_nothing_is_a_page() -> None:
    """No heading stands above nothing."""
    text = without_pictures(EMPTY)
    assert "<h2" not in text
    assert "<h1>生产日报</h1>" in text


def test_table_without_rows_says_so() -> None:
    """A word instead of rows."""
    assert 'class="text none" colspan="2">无</td>' in without_pictures(
        replace(EMPTY, tables=(table(),), words={"none": "无"})
    )
