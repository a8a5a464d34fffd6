"""Cells as text, each with the name of its place: `table.xlsx!Sheet1!C7`, `table.csv:7:3`. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

MAX_ROWS = 100_000
MAX_COLUMNS = 256
_NOTHING = frozenset(
    {"", "-", "--", "—", "——", "–", "/", "\\", "无", "n/a", "na", "none", "nil", "null", "*"}
)
_LETTERS = 26


def plain(text: str) -> str:
    """Return text as it is compared: full-width characters as ASCII, blanks single, nothing that cannot be seen."""
    return shown(unicodedata.normalize("NFKC", text))


def shown(text: str) -> str:
    """Return text as people wrote it, on one line and without what would command a terminal."""
    seen = "".join(part if part.isprintable() else " " for part in text)
    return " ".join(seen.split())


def is_nothing(text: str) -> bool:
    """Return whether a cell says that there is nothing to say."""
    return plain(text).lower() in _NOTHING


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a table, rows and columns counted from 0.

    Attributes:
        file: where it was read from.
        name: of the sheet in a workbook; empty for a text file.
        rows: the text of each cell; rows may be of different length.
        lines: in a text file, the line on which each row begins, from 1.
        merged: cells that repeat the cell above because they are merged with it.
        numbers: cells that a workbook holds as a number with a fraction.
        made_by: how the cells were read, for people: encoding and delimiter.
    """

    file: Path
    name: str
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...] = ()
    merged: frozenset[tuple[int, int]] = frozenset()
    numbers: frozenset[tuple[int, int]] = field(default=frozenset())
    made_by: str = ""

    def text(self, row: int, column: int | None) -> str:
        """Return what a cell says, empty when there is no such cell."""
        cells = self.rows[row]
        return cells[column] if column is not None and column < len(cells) else ""

    def place(self, row: int, column: int) -> str:
        """Return the name of a cell."""
        cell = self.cell(row, column)
        return f"{self.file}:{cell}" if self.lines else f"{self.file}!{self.name}!{cell}"

    def cell(self, row: int, column: int) -> str:
        """Return the short name of a cell: `C7`, or line and column `7:3`."""
        if self.lines:
            return f"{self.lines[row]}:{column + 1}"
        return f"{self.column_name(column)}{row + 1}"

    def row_name(self, row: int) -> str:
        """Return the number of a row as the user's program shows it."""
        return str(self.lines[row] if self.lines else row + 1)

    def column_name(self, column: int) -> str:
        """Return `A`, `B`, … of a workbook; the number of a text file's column, from 1."""
        if self.lines:
            return str(column + 1)
        name, rest = "", column + 1
        while rest:
            rest, letter = divmod(rest - 1, _LETTERS)
            name = chr(ord("A") + letter) + name
        return name


def number(text: str) -> str:
    """Return a number as it is written in Python: `0,1` of a German or French table is 0.1.

    Raises:
        ValueError: it is not a number, or may be two.
    """
    written = plain(text).replace(" ", "").removeprefix("+")
    if re.fullmatch(r"-?[1-9]\d{0,2},\d{3}", written):
        raise ValueError(f"the comma of {written} may part thousands or a fraction: write it without")
    written = written.replace(",", ".", 1)
    if not re.fullmatch(r"-?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:[eE][+-]?\d{1,2})?", written):
        raise ValueError(f"{text} is not a number")
    return written


def filled(cells: Sequence[str]) -> list[int]:
    """Return the columns of a row in which something stands."""
    return [column for column, text in enumerate(cells) if text]
