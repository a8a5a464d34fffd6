"""A document as the entries that `report.typ` sets: every number a text, every table with its widths. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from edge.reports.document import Cell, Column, Document, Format, KeyFigure, Picture, Table
from edge.reports.fonts import FAMILY
from edge.reports.pictures.labels import width
from edge.reports.rounding import UNKNOWN, percent, rounded

RAW_SUMS = "sums"
"""A table for spreadsheets, too wide for paper."""
_FIRST = "cumulative"
"""The table of page one."""
_ROOM = 271 / 0.3528
"""Points between the margins."""
_SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0)
_INSET = 5.2
"""Points at the sides of a cell, both together."""
_SHORT = 14
"""Rows that may stand airily."""
_PAGE = 34
"""Lines of a table that is kept on one page."""
_WORD = 14
"""Characters of Latin text after which it may be broken."""
_HEADING = 4.2
"""Least width of a heading, in sizes of its font: it is broken into lines."""
_BAND = 6
_LONG_FIGURE = 7.2


def page_data(document: Document, pictures: Sequence[tuple[Picture, str]]) -> dict[str, Any]:
    """Return what the template sets; `pictures` are the document's own with their SVG."""
    day = date.fromisoformat(document.date)
    language, _, region = document.language.partition("-")
    tables = [_table(one) for one in document.tables if one.key != RAW_SUMS]
    first = tables[:1] if document.tables and document.tables[0].key == _FIRST else []
    return {
        "font": FAMILY,
        "lang": language,
        "region": region or None,
        "title": document.title,
        "subtitle": document.subtitle,
        "date": (day.year, day.month, day.day),
        "facts": document.facts,
        "footer": " · ".join((document.title, document.subtitle, *document.facts[1:-2])),
        "warning": document.warning,
        "band": _BAND,
        "figures": [_figure(one) for one in document.figures],
        "first": first,
        "tables": tables[len(first) :],
        "pictures": [
            {"title": one.title, "alternative": one.alternative or one.title or document.title, "svg": svg}
            for one, svg in pictures
        ],
        "remarks": document.remarks,
        "footnotes": document.footnotes,
        "blanks": document.blanks,
        "signatures": document.signatures,
        "words": {"page": "{page}", "of": "/ {pages}", "none": UNKNOWN, **document.words},
    }


def _figure(one: KeyFigure) -> dict[str, Any]:
    return {
        "label": one.label,
        "text": _breakable(one.text),
        "detail": _breakable(one.detail),
        "share": None if one.share is None else float(max(one.share, Fraction(0))),
        "good": one.good,
        "size": 13 if width(one.text) <= _LONG_FIGURE else 10.5,
    }


def text_of(cell: Cell, column: Column) -> str:
    """Return a cell as it is printed."""
    value = cell.value
    if value is None:
        return UNKNOWN
    if isinstance(value, str):
        return value
    if column.format is Format.RATIO:
        return percent(value, column.decimals)
    return rounded(value, column.decimals)


def _table(table: Table) -> dict[str, Any]:
    lines = [*table.rows, *((table.total,) if table.total is not None else ())]
    texts = [
        [text_of(cell, column) for cell, column in zip(line, table.columns, strict=True)] for line in lines
    ]
    needs = [
        _need(column, [line[at] for line in texts], [lines[row][at] for row in range(len(lines))])
        for at, column in enumerate(table.columns)
    ]
    size = next((one for one in _SIZES if sum(needs) * one + _INSET * len(needs) <= _ROOM), _SIZES[-1])
    widths = [need * size + _INSET for need in needs]

    def cells(line: tuple[Cell, ...], shown: Sequence[str]) -> list[dict[str, Any]]:
        return [
            {"text": _breakable(text), "notes": cell.notes} for cell, text in zip(line, shown, strict=True)
        ]

    return {
        "title": table.title,
        "size": size,
        "pad": 0.9 if len(table.rows) <= _SHORT else 0.72,
        "short": _lines(texts, needs) <= _PAGE,
        "columns": [
            {
                "heading": _breakable(column.heading),
                "unit": _breakable(column.unit),
                "number": column.format is not Format.TEXT,
                "width": round(room, 2),
            }
            for column, room in zip(table.columns, widths, strict=True)
        ],
        "rows": [cells(line, shown) for line, shown in zip(table.rows, texts, strict=False)],
        "total": None if table.total is None else cells(table.total, texts[-1]),
    }


def _lines(texts: Sequence[Sequence[str]], needs: Sequence[float]) -> int:
    """Return how many lines a table has at most, where names are broken."""
    return sum(
        max((math.ceil(width(text) / need) for text, need in zip(line, needs, strict=True)), default=1)
        for line in texts
    )


def _need(column: Column, texts: Sequence[str], cells: Sequence[Cell]) -> float:
    """Return the least width of a column, in sizes of its font: numbers are never broken, words may be."""
    heading = max((width(word) for word in (*column.heading.split(), *column.unit.split())), default=0.0)
    least = min(heading, _HEADING) if not column.heading.isascii() else heading * 1.05
    for text, cell in zip(texts, cells, strict=True):
        notes = 0.45 * len(",".join(map(str, cell.notes)))
        whole = width(text) * 1.04 + notes
        least = max(least, whole if column.format is not Format.TEXT else min(whole, _NAME))
    return least


_NAME = 13.0
"""Sizes of font that a name gets; a longer one is broken."""


def _breakable(text: str) -> str:
    """Return a text in which long runs without a space may be broken."""
    return " ".join("\u200b".join(_pieces(word)) for word in text.split(" "))


def _pieces(word: str) -> Iterator[str]:
    if not word.isascii() or len(word) <= _WORD:
        yield word
        return
    for at in range(0, len(word), _WORD):
        yield word[at : at + _WORD]
