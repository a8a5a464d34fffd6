"""A document as CSV: every table one below the other, exact numbers, for Excel and for programs alike. Pure.

Every line begins with the table's key, the kind of line and its footnotes, and all are equally long, so that one call reads the
file and two columns find what is wanted in it.
"""

from __future__ import annotations

import csv as writing
import io
from collections.abc import Iterable, Iterator, Sequence

from edge.reports.document import Cell, Column, Document, Table
from edge.reports.forms.values import clean, digits, heading, runs
from edge.reports.rounding import UNKNOWN

BOM = "\ufeff"
"""Without it Excel in China reads UTF-8 as GBK."""
LEADING = ("table", "line", "notes")
"""What each line begins with; the cells of the table follow."""
ESCAPE = "'"
Line = Sequence[str]


def csv(document: Document) -> bytes:
    """Return a document as CSV; the same document always gives the same bytes."""
    lines = list(_lines(clean(document)))
    width = max(len(line) for line in lines)
    text = io.StringIO()
    writer = writing.writer(text, lineterminator="\r\n")
    writer.writerow([*LEADING, *(str(number) for number in range(1, width - len(LEADING) + 1))])
    for line in lines:
        writer.writerow([*line, *[""] * (width - len(line))])
    return (BOM + text.getvalue()).encode()


def _lines(document: Document) -> Iterator[Line]:
    yield from _list(
        "document", ("title", "subtitle", "name", "date", "language"), [_head(document)], document.title
    )
    yield from _list("facts", ("text",), [(one,) for one in document.facts])
    if document.warning:
        yield from _list("warning", ("text",), [(document.warning,)])
    figures = [
        (
            one.key,
            one.label,
            one.text,
            one.detail,
            UNKNOWN if one.share is None else digits(one.share),
        )
        for one in document.figures
    ]
    title = document.words.get("figures", "")
    yield from _list("figures", ("key", "label", "text", "detail", "share"), figures, title)
    for table in document.tables:
        yield from _table(table)
    notes = [(str(number), text) for number, text in enumerate(document.footnotes, 1)]
    yield from _list("footnotes", ("number", "text"), notes, document.words.get("footnotes", ""))
    remarks = [(one,) for one in document.remarks]
    yield from _list("remarks", ("text",), remarks, document.words.get("remarks", ""))


def _head(document: Document) -> Line:
    return document.title, document.subtitle, document.name, document.date, document.language


def _list(key: str, keys: Line, rows: Iterable[Line], title: str = "") -> Iterator[Line]:
    """Yield lines that are no table of the document's own."""
    if title:
        yield _line(key, "title", (title,))
    yield _line(key, "keys", keys)
    for row in rows:
        yield _line(key, "row", row)


def _table(table: Table) -> Iterator[Line]:
    yield _line(table.key, "title", (table.title,))
    yield _line(table.key, "keys", [one.key for one in table.columns])
    yield _line(table.key, "headings", [heading(one) for one in table.columns])
    for row in table.rows:
        yield _cells(table, "row", row)
    if table.total is not None:
        yield _cells(table, "total", table.total)


def _cells(table: Table, kind: str, row: Sequence[Cell]) -> Line:
    return _line(table.key, kind, [_text(cell) for cell in row], _notes(table.columns, row))


def _notes(columns: Sequence[Column], row: Sequence[Cell]) -> str:
    """Return which cells refer to which footnotes: `plan 4; actual 1 2`."""
    referring = ((column, cell) for column, cell in zip(columns, row, strict=True) if cell.notes)
    return "; ".join(f"{column.key} {' '.join(map(str, cell.notes))}" for column, cell in referring)


def _text(cell: Cell) -> str:
    value = cell.value
    if value is None:
        return UNKNOWN
    return value if isinstance(value, str) else digits(value)


def _line(key: str, kind: str, cells: Iterable[str], notes: str = "") -> Line:
    return [_safe(key), kind, _safe(notes), *(_safe(one) for one in cells)]


def _safe(text: str) -> str:
    """Return a text that is shown and never run; one with an apostrophe in front gets another, so that it can be taken off."""
    return ESCAPE + text if runs(text) or text.startswith(ESCAPE) else text
