"""A document as one page for phone, desktop and paper: works offline, asks for nothing, runs no script."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from edge.reports.document import Cell, Column, Document, Format, KeyFigure, Picture, Table
from edge.reports.forms.inline_svg import InlineSvg
from edge.reports.forms.page_data import RAW_SUMS, text_of
from edge.reports.forms.picture_table import picture_table
from edge.reports.forms.values import clean, lines
from edge.reports.pictures.labels import width

_SHEET = Path(__file__).with_name("report.css")
_WORDS = (
    "alternative", "blanks", "contents", "date", "figures", "footnotes", "none", "pictures", "remarks", "signatures",
    "tables", "unknown",
)  # fmt: skip
_NUMBER = re.compile(r"([+-]?\d[\d,.]*) ?([^\d\s%/.,]\S*|\d+k \S+)")
"""A number and its unit, which in English may be 10k jin."""
_NAME = 9.5
"""Sizes of font that a name takes in one line, also on a phone."""
_WIDE, _WIDER = 9, 13
"""Columns of a table that is set smaller on paper, and of one that is set smaller still."""


class Shown(NamedTuple):
    """A cell as it stands on the page; `first` are the notes that it is the first of its table to refer to."""

    text: str
    notes: tuple[int, ...]
    first: frozenset[int]
    anchors: frozenset[int]
    unknown: bool


@dataclass(slots=True)
class Marks:
    """Which footnotes were referred to already: the first mark of a page has an anchor to come back to."""

    page: set[int]
    table: set[int]

    def of(self, cell: Cell, column: Column) -> Shown:
        """Return a cell with its marks, in the order of reading."""
        notes = frozenset(cell.notes)
        shown = Shown(
            text_of(cell, column), cell.notes, notes - self.table, notes - self.page, cell.value is None
        )
        self.page |= notes
        self.table |= notes
        return shown


def html(document: Document, draw: Callable[[Picture], str]) -> bytes:
    """Return a document as a page; the same document and drawings always give the same bytes.

    Args:
        document: what the page shows.
        draw: returns a picture as an `svg` element, its texts escaped.
    """
    document = clean(document)
    drawings = InlineSvg()
    pictures = [(one, Markup(drawings.take(draw(one)))) for one in document.pictures]  # noqa: S704 – our own drawings
    # Drawings first, since the sheet is at the top of the page.
    style = f"{_SHEET.read_text(encoding='utf-8')}{drawings.sheet()}"
    marks = Marks(set(), set())
    page = (
        _templates()
        .get_template("report.html")
        .render(
            document=document,
            words={word: document.words.get(word, word) for word in _WORDS},
            policy=policy(style),
            style=Markup(style),  # noqa: S704 – our own
            figures=[_figure(one) for one in document.figures],
            pictures=[(one, svg, picture_table(one)) for one, svg in pictures],
            tables=[(one, *_table(one, marks)) for one in document.tables if one.key != RAW_SUMS],
            anchored=marks.page,
            is_text=lambda column: column.format is Format.TEXT,
            size=_size,
        )
    )
    return page.encode()


def policy(style: str) -> str:
    """Return what the page may do: show its own style, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("edge.reports", "forms"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class ShownFigure(NamedTuple):
    """A key figure as it stands on the page.

    Attributes:
        number, unit: its text in two parts.
        done: how long its bar is, in percent of the room; `plan` is where the whole plan is.
    """

    figure: KeyFigure
    number: str
    unit: str
    done: str
    plan: str


def _figure(one: KeyFigure) -> ShownFigure:
    found = _NUMBER.fullmatch(one.text)
    number, unit = found.groups() if found else (one.text, "")
    share = max(one.share or Fraction(0), Fraction(0))
    whole = max(share, Fraction(1))
    return ShownFigure(one, number, unit, _percent(share / whole), _percent(1 / whole))


def _percent(part: Fraction) -> str:
    return f"{float(part * 100):.2f}"


def _table(table: Table, marks: Marks) -> tuple[list[list[Shown]], list[Shown] | None]:
    marks.table = set()
    rows = [list(_row(table.columns, row, marks)) for row in table.rows]
    return rows, None if table.total is None else list(_row(table.columns, table.total, marks))


def _row(columns: Sequence[Column], row: Sequence[Cell], marks: Marks) -> Iterator[Shown]:
    return (marks.of(cell, column) for cell, column in zip(row, columns, strict=True))


def _size(table: Table) -> str:
    """Return the classes of a table: by its columns, and whether its names are short enough to stay in one line."""
    count = len(table.columns)
    names = (width(text_of(line[0], table.columns[0])) for line in lines(table))
    sizes = (
        "wider" if count >= _WIDER else "wide" if count >= _WIDE else "",
        "short" if max(names, default=0) <= _NAME else "",
    )
    return " ".join(filter(None, sizes))
