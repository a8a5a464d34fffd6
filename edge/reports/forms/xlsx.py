"""A document as a workbook: real numbers, native charts, print set-up. Here alone is XlsxWriter imported for reports."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime

import xlsxwriter  # type: ignore[import-untyped]

from edge.reports.document import Chart, Document
from edge.reports.forms.values import clean
from edge.reports.forms.workbook import charts, strip, table
from edge.reports.forms.workbook.cover import Cover
from edge.reports.forms.workbook.looks import Looks

_TITLE = 31
"""The longest name that a sheet may have."""
_PROPERTY = 255
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_OPTIONS = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


def xlsx(document: Document) -> bytes:
    """Return a document as a workbook; the same document always gives the same bytes."""
    document = clean(document)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    day = date.fromisoformat(document.date)
    book.set_properties(
        {
            "title": f"{document.title} {document.subtitle}"[:_PROPERTY],
            "subject": document.name,
            # Of the report, not of the hour at which it was made.
            "created": datetime(day.year, day.month, day.day, tzinfo=UTC),
        }
    )
    looks = Looks(book.add_format)
    names: dict[str, None] = {}
    shown: list[tuple[str, str]] = []

    def name(title: str) -> str:
        found = sheet_name(title, names)
        names[found] = None
        shown.append((found, title))
        return found

    cover = book.add_worksheet(sheet_name(document.words.get("summary", document.title), names))
    names[cover.get_name()] = None
    for one in document.tables:
        table.draw(book.add_worksheet(name(one.title)), looks, document, one)
    strips = [one for one in document.pictures if one.chart is Chart.STATE_STRIP]
    for picture in strips:
        strip.draw(book.add_worksheet(name(picture.title)), looks, document, picture)
    pictures = [one for one in document.pictures if one not in strips]
    if pictures:
        sheet = book.add_worksheet(name(document.words.get("pictures", "pictures")))
        below = name(document.words.get("alternative", "numbers"))
        blocks = charts.numbers(book.add_worksheet(below), looks, document, pictures, below)
        charts.draw(sheet, looks, document, list(zip(pictures, blocks, strict=True)), book.add_chart)
    Cover(cover, looks, document).draw(shown)
    book.close()
    return buffer.getvalue()


def sheet_name(title: str, taken: dict[str, None]) -> str:
    """Return a title as the name of a sheet: short, without what Excel forbids there, and no other sheet's."""
    plain = _FORBIDDEN.sub(" ", title).strip(" '")[:_TITLE].strip(" '") or "-"
    if plain.casefold() == "history":
        plain = f"{plain} -"
    others = {one.casefold() for one in taken}
    found, number = plain, 1
    while found.casefold() in others:
        number += 1
        found = f"{plain[: _TITLE - len(f' {number}')]} {number}"
    return found
