"""A strip of machine states as coloured cells with letters: a cell shows the state that it was in longest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from edge.reports.document import Band, Document, Picture
from edge.reports.forms.workbook.looks import LINE, SOFT, Looks, Sheet, height, ink, on_paper, width
from edge.reports.pictures import palette
from edge.reports.rounding import UNKNOWN

CELLS = 4
"""Of a place: quarters of an hour on a day."""
ROOM = 120
"""Characters that a line below the strip may take."""
_HEAD = 3
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def draw(sheet: Sheet, looks: Looks, document: Document, picture: Picture) -> None:
    """Write a strip to a sheet of its own."""
    looks.write(sheet, 0, 0, picture.title, bold=True, font_size=14)
    looks.write(sheet, 1, 0, f"{document.title} · {document.subtitle}", font_color=palette.QUIET)
    signs = letters_of(picture.legend)
    count = max(len(picture.places), 1) * CELLS
    for at, place in enumerate(picture.places):
        sheet.merge_range(_HEAD, 1 + at * CELLS, _HEAD, (at + 1) * CELLS, "", looks.get())
        looks.write(
            sheet,
            _HEAD,
            1 + at * CELLS,
            place,
            align="left",
            font_size=8,
            bg_color=SOFT,
            left=1,
            left_color=LINE,
        )
    row = _HEAD
    for name, bands in picture.rows:
        row += 1
        looks.write(sheet, row, 0, name, bold=True)
        for at, role in enumerate(roles(bands, count), 1):
            _state(sheet, looks, (row, at), role, signs)
        sheet.set_row(row, 20)
    row += 1
    for role, label in picture.legend:
        row += 1
        _state(sheet, looks, (row, 1), role, signs)
        looks.write(sheet, row, 0, label, align="right")
    row += 2
    sheet.merge_range(row, 0, row, count, "", looks.get())
    looks.write(
        sheet,
        row,
        0,
        picture.alternative,
        text_wrap=True,
        font_color=palette.QUIET,
        font_size=9,
        valign="top",
    )
    sheet.set_row(row, height(picture.alternative, ROOM))
    sheet.set_column(0, 0, max((width(name) for name, _ in picture.rows), default=8) + 4)
    sheet.set_column(1, count, 1.7)
    sheet.freeze_panes(_HEAD + 1, 1)
    on_paper(sheet, f"{document.title} · {document.subtitle} · {picture.title}", heading=_HEAD)


def _state(sheet: Sheet, looks: Looks, place: tuple[int, int], role: str, signs: Mapping[str, str]) -> None:
    colour = palette.state(role).colour
    looks.write(
        sheet,
        *place,
        signs.get(role, UNKNOWN),
        align="center",
        font_size=8,
        font_color=ink(colour),
        bg_color=colour,
        border=1,
        border_color=LINE,
    )


def letters_of(legend: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return a letter for each state: the first one of its name that no other has; unknown is a dash."""
    signs: dict[str, str] = {}
    for role, label in legend:
        free = (
            one.upper() for one in label + _LETTERS if one.isalpha() and one.upper() not in signs.values()
        )
        signs[role] = next(free, UNKNOWN) if role else UNKNOWN
    return signs


def roles(bands: Sequence[Band], count: int) -> list[str]:
    """Return the state that each of so many equal parts was in longest; what no band covers is unknown."""
    found = []
    for at in range(count):
        begin, end = at / count, (at + 1) / count
        longest: dict[str, float] = {"": end - begin}
        for band in bands:
            common = min(band.end, end) - max(band.begin, begin)
            if common > 0:
                longest[band.role] = longest.get(band.role, 0.0) + common
                longest[""] -= common
        found.append(max(longest, key=longest.__getitem__))
    return found
