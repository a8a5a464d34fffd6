"""How cells of a workbook look: colours, number formats with footnote marks, widths."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from typing import Any

from edge.reports.document import Column, Format
from edge.reports.forms.values import runs
from edge.reports.pictures import palette

Sheet = Any
Look = Any
"""Worksheets and formats are their library's own; only `xlsx.py` imports it."""
FONT = "Microsoft YaHei"
"""Where it is missing, a spreadsheet takes another that has Chinese."""
SOFT = "#eef2f6"
LINE = "#c3cad1"
AMBER = "#fff1d6"
GOOD = "#1b6b4c"
_POINTS = 15
"""Height of a line."""
_LONGEST = 32_000
"""A cell takes 32,767 characters."""
_MOST_MARKS = 150
"""A workbook takes about 200 formats of numbers."""


class Looks:
    """The formats of one workbook, each made once."""

    def __init__(self, make: Callable[[dict[str, Any]], Look]) -> None:
        self._make = make
        self._made: dict[tuple[tuple[str, Any], ...], Look] = {}
        self._marks: dict[tuple[int, ...], str] = {}

    def get(self, **properties: Any) -> Look:
        """Return a format, by the names that XlsxWriter has for its properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._make(
                {"font_name": FONT, "font_size": 10, "valign": "vcenter", **properties}
            )
        return self._made[key]

    def cell(self, column: Column, notes: tuple[int, ...], **properties: Any) -> Look:
        """Return the format of a cell of a table: its footnotes are shown behind it and are no part of its value."""
        text = column.format is Format.TEXT
        shown = "@" if text else _number(column)
        if notes:
            mark = self._mark(notes)
            shown = f"@{mark}" if text else f"{shown}{mark};-{shown}{mark};{shown}{mark};@{mark}"
        elif text:
            shown = "General"
        return self.get(
            num_format=shown,
            align="left" if text else "right",
            bottom=1,
            bottom_color=LINE,
            **{"text_wrap": True} if text else {},
            **properties,
        )

    def _mark(self, notes: tuple[int, ...]) -> str:
        if notes not in self._marks:
            known = len(self._marks) < _MOST_MARKS // 5
            self._marks[notes] = f'" [{",".join(map(str, notes))}]"' if known else '" [*]"'
        return self._marks[notes]

    def write(self, sheet: Sheet, row: int, column: int, text: str, **properties: Any) -> None:
        """Write a text that is a text whatever it looks like."""
        sheet.write_string(row, column, as_text(text), self.get(**quoted(text), **properties))


def quoted(text: str) -> dict[str, bool]:
    """Return what keeps a text a text also when somebody edits its cell."""
    return {"quote_prefix": True} if runs(text) else {}


def as_text(text: str) -> str:
    """Return as much of a text as a cell can hold."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _number(column: Column) -> str:
    places = "." + "0" * column.decimals if column.decimals else ""
    return f"0{places}%" if column.format is Format.RATIO else f"#,##0{places}"


def width(text: str) -> int:
    """Return how many characters of a column's width a text takes."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def height(text: str, room: float) -> float:
    """Return the points that a text takes that is wrapped within a width."""
    return _POINTS * max(1, sum(max(1, math.ceil(width(line) / room)) for line in text.split("\n")))


def on_paper(sheet: Sheet, footer: str, *, heading: int | None = None, wide: int = 1) -> None:
    """Set a sheet up for A4 landscape with page numbers, as wide as so many pages; a row of headings stands on each."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(wide, 0)
    sheet.set_footer(f"&L&8{footer.replace('&', '&&')[:_FOOTER]}&R&8&P / &N")
    if heading is not None:
        sheet.repeat_rows(heading)


_FOOTER = 180
"""A footer takes 255 characters."""


def ink(colour: str) -> str:
    """Return black or white, whichever is read better on a colour."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]  # noqa: PLR2004 – WCAG 2
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return palette.PAPER if 1.05 / (light + 0.05) > (light + 0.05) / 0.05 else "#000000"
