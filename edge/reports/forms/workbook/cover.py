"""The first sheet: what the report is, what must be known before any number, key figures, and where everything else stands."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from edge.reports.document import Document, KeyFigure
from edge.reports.forms.values import nearest
from edge.reports.forms.workbook.looks import AMBER, GOOD, LINE, SOFT, Looks, Sheet, as_text, height, on_paper
from edge.reports.pictures import palette

_WIDTHS = (24, 24, 70, 12)
"""Label, figure, detail, share of the plan."""
_LAST = len(_WIDTHS) - 1
_ROOM = sum(_WIDTHS)


class Cover:
    """Writes from the top down."""

    def __init__(self, sheet: Sheet, looks: Looks, document: Document) -> None:
        self._sheet, self._looks, self._document = sheet, looks, document
        self._row = 0

    def draw(self, sheets: Sequence[tuple[str, str]]) -> None:
        """Write all of it; `sheets` are the other sheets' names with what they show."""
        document = self._document
        for at, room in enumerate(_WIDTHS):
            self._sheet.set_column(at, at, room)
        self._across(document.title, bold=True, font_size=18, font_color=palette.MADE)
        self._across(document.subtitle, font_size=12)
        for fact in document.facts:
            self._across(fact, font_color=palette.QUIET, font_size=9)
        if document.warning:
            self._row += 1
            self._across(document.warning, bold=True, bg_color=AMBER)
        self._figures(document.figures)
        self._listed("contents", (), sheets)
        self._listed("remarks", document.remarks)
        self._listed("footnotes", [f"[{at}] {one}" for at, one in enumerate(document.footnotes, 1)])
        self._by_hand()
        self._sheet.hide_gridlines(2)
        on_paper(self._sheet, f"{document.title} · {document.subtitle}")

    def _across(self, text: str, **look: Any) -> None:
        """Write a text over the whole width, wrapped."""
        plain = {"text_wrap": True, "align": "left", **look}
        self._sheet.merge_range(self._row, 0, self._row, _LAST, "", self._looks.get(**plain))
        self._looks.write(self._sheet, self._row, 0, text, **plain)
        # A larger font takes more of the width, and more height.
        larger = max(look.get("font_size", 10) / 10, 0.9)
        self._sheet.set_row(self._row, height(text, _ROOM / larger) * larger + 3)
        self._row += 1

    def _heading(self, word: str) -> None:
        self._row += 1
        look = {"bold": True, "font_size": 12, "font_color": palette.MADE}
        self._looks.write(self._sheet, self._row, 0, self._document.words.get(word, ""), **look)
        self._row += 1

    def _figures(self, figures: Sequence[KeyFigure]) -> None:
        if not figures:
            return
        self._heading("figures")
        first = self._row
        for one in figures:
            colour = {True: GOOD, False: palette.TARGET, None: palette.INK}[one.good]
            line = {"bottom": 1, "bottom_color": LINE, "text_wrap": True}
            self._looks.write(self._sheet, self._row, 0, one.label, **line)
            self._looks.write(
                self._sheet,
                self._row,
                1,
                one.text,
                bold=True,
                font_size=13,
                align="right",
                font_color=colour,
                **line,
            )
            self._looks.write(
                self._sheet, self._row, 2, one.detail, indent=1, font_color=palette.QUIET, **line
            )
            share = None if one.share is None else nearest(one.share)
            look = self._looks.get(num_format="0.0%", align="right", **line)
            if share is None:
                self._sheet.write_blank(self._row, 3, None, look)
            else:
                self._sheet.write_number(self._row, 3, share, look)
            self._sheet.set_row(self._row, max(24.0, height(one.detail, _WIDTHS[2] - 4) + 4))
            self._row += 1
        bar = {
            "type": "data_bar",
            "bar_color": palette.PALE,
            "min_type": "num",
            "min_value": 0,
            "max_type": "num",
            "max_value": 1,
        }
        self._sheet.conditional_format(first, 3, self._row - 1, 3, bar)

    def _listed(self, word: str, texts: Iterable[str], links: Sequence[tuple[str, str]] = ()) -> None:
        """Write a heading with lines below it, where there are any."""
        lines = list(texts)
        if not lines and not links:
            return
        self._heading(word)
        for line in lines:
            self._across(line, font_size=9)
        look = self._looks.get(font_color=palette.MADE, underline=1)
        for at, (name, title) in enumerate(links):
            quoted = name.replace("'", "''")
            place = (self._row + at // _LAST, at % _LAST)
            self._sheet.write_url(*place, f"internal:'{quoted}'!A1", look, as_text(title))
        self._row += math.ceil(len(links) / _LAST)

    def _by_hand(self) -> None:
        document = self._document
        if document.blanks:
            self._heading("blanks")
        for label in document.blanks:
            self._looks.write(self._sheet, self._row, 0, label, bg_color=SOFT, border=1, border_color=LINE)
            look = self._looks.get(border=1, border_color=LINE)
            self._sheet.merge_range(self._row, 1, self._row, _LAST, "", look)
            self._sheet.set_row(self._row, 28)
            self._row += 1
        if document.signatures:
            self._heading("signatures")
        for label in document.signatures:
            self._looks.write(self._sheet, self._row, 0, label)
            line = self._looks.get(bottom=1, bottom_color=palette.INK)
            self._sheet.write_blank(self._row, 1, None, line)
            self._looks.write(self._sheet, self._row, 2, document.words.get("date", ""), align="right")
            self._sheet.write_blank(self._row, 3, None, line)
            self._sheet.set_row(self._row, 30)
            self._row += 1
