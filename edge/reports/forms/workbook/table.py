"""A table as a sheet: real numbers, totals that add up by formula, footnotes below."""

from __future__ import annotations

import math
from fractions import Fraction

from edge.reports.document import Cell, Column, Document, Format, Table
from edge.reports.forms.page_data import RAW_SUMS, text_of
from edge.reports.forms.values import MOST_EXACT, digits, heading, lines, nearest
from edge.reports.forms.workbook.looks import SOFT, Looks, Sheet, as_text, on_paper, quoted, width
from edge.reports.pictures import palette
from edge.reports.rounding import UNKNOWN

HEADINGS = 2
"""The row that they stand in, from 0."""
_NARROWEST, _WIDEST = 8, 30
_READABLE = 20
"""Columns that a page takes."""
_LONG = {
    "zh": f"大于 {MOST_EXACT:,} 的整数以文本记录，电子表格的数值存不下它们的全部数位。",
    "en": f"Integers above {MOST_EXACT:,} are texts: a spreadsheet's numbers cannot hold all their digits.",
}


def draw(sheet: Sheet, looks: Looks, document: Document, table: Table) -> None:
    """Write a table to a sheet of its own."""
    looks.write(sheet, 0, 0, table.title, bold=True, font_size=14)
    looks.write(sheet, 1, 0, f"{document.title} · {document.subtitle}", font_color=palette.QUIET)
    _headings(sheet, looks, table)
    row = HEADINGS
    for line in table.rows:
        row += 1
        for at, (cell, column) in enumerate(zip(line, table.columns, strict=True)):
            _cell(sheet, looks, (row, at), cell, column, exact=table.key == RAW_SUMS)
    if table.total is not None:
        row += 1
        _total(sheet, looks, row, table)
    if not table.rows:
        row += 1
        looks.write(sheet, row, 0, document.words.get("none", UNKNOWN), font_color=palette.QUIET)
    else:
        sheet.autofilter(HEADINGS, 0, HEADINGS + len(table.rows), len(table.columns) - 1)
    for note in _below(document, table):
        row += 1 if row > HEADINGS + len(table.rows) + 1 else 2
        looks.write(sheet, row, 0, note, font_color=palette.QUIET, font_size=9)
    for at, room in enumerate(_widths(table)):
        sheet.set_column(at, at, room)
    sheet.freeze_panes(HEADINGS + 1, 1)
    wide = math.ceil(len(table.columns) / _READABLE)
    if wide > 1:
        sheet.repeat_columns(0)
    on_paper(sheet, f"{document.title} · {document.subtitle} · {table.title}", heading=HEADINGS, wide=wide)


def _headings(sheet: Sheet, looks: Looks, table: Table) -> None:
    look = {"bold": True, "bg_color": SOFT, "text_wrap": True, "bottom": 2, "bottom_color": palette.MADE}
    for at, column in enumerate(table.columns):
        side = "left" if column.format is Format.TEXT else "right"
        looks.write(sheet, HEADINGS, at, heading(column, "\n"), align=side, **look)
    sheet.set_row(HEADINGS, 45)


def _cell(
    sheet: Sheet,
    looks: Looks,
    place: tuple[int, int],
    cell: Cell,
    column: Column,
    *,
    exact: bool,
    **look: object,
) -> None:
    value = cell.value
    if value is None:
        sheet.write_string(*place, UNKNOWN, looks.cell(column, cell.notes, font_color=palette.QUIET, **look))
        return
    if isinstance(value, str):
        sheet.write_string(*place, as_text(value), looks.cell(column, cell.notes, **quoted(value), **look))
        return
    number = nearest(value)
    if number is None or (exact and isinstance(value, int) and abs(value) > MOST_EXACT):
        sheet.write_string(*place, digits(value), looks.cell(column, cell.notes, **look))
    else:
        sheet.write_number(*place, number, looks.cell(column, cell.notes, **look))


def _total(sheet: Sheet, looks: Looks, row: int, table: Table) -> None:
    last = HEADINGS + len(table.rows)
    for at, (cell, column) in enumerate(zip(table.total or (), table.columns, strict=True)):
        look = {"bold": True, "top": 1, "top_color": palette.INK}
        value = cell.value
        number = None if value is None or isinstance(value, str) else nearest(value)
        if number is None or not adds_up(table, at):
            _cell(sheet, looks, (row, at), cell, column, exact=table.key == RAW_SUMS, **look)
        else:
            letter = letters(at)
            span = f"{letter}{HEADINGS + 2}:{letter}{last + 1}"
            sheet.write_formula(row, at, f"=SUM({span})", looks.cell(column, cell.notes, **look), number)


def adds_up(table: Table, at: int) -> bool:
    """Return whether a total is the sum of what is known above it: of two numbers or more, and not of ratios."""
    if table.total is None or table.columns[at].format is not Format.NUMBER:
        return False
    total = table.total[at].value
    known = [row[at].value for row in table.rows if row[at].value is not None]
    numbers = [Fraction(one) for one in known if one is not None and not isinstance(one, str)]
    if total is None or isinstance(total, str) or len(numbers) < 2:  # noqa: PLR2004 – a sum of one number says nothing
        return False
    return sum(numbers) == total and len(numbers) == len(known)


def letters(column: int) -> str:
    """Return what a spreadsheet calls a column, counted from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _below(document: Document, table: Table) -> list[str]:
    numbers = sorted({note for line in lines(table) for cell in line for note in cell.notes})
    notes = [
        f"[{number}] {document.footnotes[number - 1]}"
        for number in numbers
        if number <= len(document.footnotes)
    ]
    values = (cell.value for line in lines(table) for cell in line) if table.key == RAW_SUMS else ()
    if any(isinstance(one, int) and abs(one) > MOST_EXACT for one in values):
        notes.append(_LONG.get(document.language.partition("-")[0], _LONG["en"]))
    return notes


def _widths(table: Table) -> list[float]:
    widths = []
    for at, column in enumerate(table.columns):
        head = max(width(word) for word in (*column.heading.split(" "), f"({column.unit})"))
        most = max((_shown(line[at], column) for line in lines(table)), default=0)
        # The arrow of the filter covers two characters of the heading.
        widths.append(min(max(most, min(head, 14) + 2, _NARROWEST), _WIDEST) + 1.5)
    return widths


def _shown(cell: Cell, column: Column) -> int:
    marks = len(",".join(map(str, cell.notes))) + 3 if cell.notes else 0
    return width(text_of(cell, column)) + marks
