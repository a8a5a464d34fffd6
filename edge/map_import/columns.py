"""Which row is the heading, and which column holds what: by its words first, by what stands in it next. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from edge.documents.sheet import Sheet, filled, is_nothing, plain
from edge.drivers.modbus.notation import Brand
from edge.map_import import addresses, data_types, headings, scaling, words
from edge.map_import.headings import Column

_SEARCHED = 60
_SAMPLE = 300
_LEAST_KINDS = 2
_MOST = 0.5
_NEARLY_ALL = 0.8
_DISTINCT_NAMES = 0.5


@dataclass(frozen=True, slots=True)
class Columns:
    """Where things stand in a sheet.

    Attributes:
        heading: row of the heading, its last one when it takes two.
        first: row of the heading where it begins.
        headings: text of each column's heading.
        at: the column of each kind.
        guessed: kinds that no heading named, but what stands in the column.
        unused: columns in which something stands that is not read.
    """

    heading: int
    first: int
    headings: tuple[str, ...]
    at: Mapping[Column, int]
    guessed: frozenset[Column] = field(default=frozenset())
    unused: tuple[int, ...] = ()

    def heading_of(self, kind: Column) -> str:
        """Return the text above a kind's column."""
        column = self.at.get(kind)
        return self.headings[column] if column is not None else ""


def find(sheet: Sheet, brand: Brand | None = None) -> Columns | None:
    """Return where things stand, or None when no row of the sheet is the heading of a register table."""
    best = max(_candidates(sheet), key=lambda found: (found[0], -found[1]), default=None)
    if best is None or best[0] < _LEAST_KINDS:
        return None
    _, first, last, texts = best
    cells = _Cells(sheet, last, len(texts))
    at = _by_words(texts, cells, brand)
    named = frozenset(at)
    _by_content(texts, cells, at)
    used = set(at.values())
    unused = tuple(column for column in range(len(texts)) if column not in used and cells.of(column))
    return Columns(last, first, texts, at, frozenset(at) - named, unused)


def is_heading(sheet: Sheet, row: int) -> bool:
    """Return whether a row below the heading is one again, as tables of several pages have them."""
    found = [headings.of(text) for text in sheet.rows[row] if text]
    exact = {kind[0] for kind in found if kind is not None and kind[1]}
    return len(exact) > _LEAST_KINDS and len(exact) * 2 > len(found)


def _candidates(sheet: Sheet) -> Iterable[tuple[int, int, int, tuple[str, ...]]]:
    """Yield score, first and last row and texts of everything that may be the heading: a row, or two."""
    for row in range(min(len(sheet.rows), _SEARCHED)):
        texts = sheet.rows[row]
        score = _score(texts)
        yield score, row, row, texts
        if row + 1 < len(sheet.rows) and score and _score(sheet.rows[row + 1]):
            both = _joined(texts, sheet.rows[row + 1])
            if not any(plain(text)[:1].isdigit() for text in sheet.rows[row + 1] if text):
                yield _score(both), row, row + 1, both


def _joined(upper: tuple[str, ...], lower: tuple[str, ...]) -> tuple[str, ...]:
    width = max(len(upper), len(lower))
    padded = ((*cells, *[""] * (width - len(cells))) for cells in (upper, lower))
    return tuple(below or above for above, below in zip(*padded, strict=True))


def _score(texts: Iterable[str]) -> int:
    """Return of how many kinds of column a row speaks."""
    kinds = {found[0] for found in map(headings.of, texts) if found is not None}
    return len(kinds - {Column.OTHER})


class _Cells:
    """What stands below a heading, column by column."""

    def __init__(self, sheet: Sheet, heading: int, width: int) -> None:
        rows = range(heading + 1, min(len(sheet.rows), heading + 1 + _SAMPLE))
        rows_of_table = [row for row in rows if len(filled(sheet.rows[row])) > 1]
        self._columns = [
            [text for row in rows_of_table if not is_nothing(text := sheet.text(row, column))]
            for column in range(width)
        ]

    def of(self, column: int) -> list[str]:
        """Return the texts of a column that say anything."""
        return self._columns[column]

    def share(self, column: int, fits: Callable[[str], object]) -> float:
        """Return how much of a column fits."""
        texts = self._columns[column]
        return sum(1 for text in texts if fits(text)) / len(texts) if texts else 0.0


def _by_words(texts: tuple[str, ...], cells: _Cells, brand: Brand | None) -> dict[Column, int]:
    """Return the columns that their headings name, the best of each kind."""
    wanted: dict[Column, list[tuple[bool, int]]] = {}
    for column, text in enumerate(texts):
        found = headings.of(text)
        if found is None:
            continue
        kind = _judged(found[0], column, cells)
        wanted.setdefault(kind, []).append((found[1], column))
    wanted.pop(Column.OTHER, None)
    if brand is not None and brand.startswith("siemens") and Column.ADDRESS not in wanted:
        offsets = wanted.pop(Column.OFFSET, None)
        if offsets:
            wanted[Column.ADDRESS] = offsets
    at = {}
    for kind, candidates in wanted.items():
        best = max(candidates, key=lambda one: (_fitness(kind, one[1], texts, cells, brand), one[0], -one[1]))
        at[kind] = best[1]
        others = [column for _, column in candidates if column != best[1]]
        if kind is Column.NAME and Column.DESCRIPTION not in wanted and others:
            at[Column.DESCRIPTION] = others[0]
    if Column.NAME not in at and Column.DESCRIPTION in at:
        at[Column.NAME] = at.pop(Column.DESCRIPTION)
    return at


def _judged(kind: Column, column: int, cells: _Cells) -> Column:
    """Return what a column holds whose heading has several meanings: 类型 of a value or of a register, 功能码 of a drive."""
    if kind in (Column.TYPE, Column.TABLE):
        other = Column.TABLE if kind is Column.TYPE else Column.TYPE
        if cells.share(column, _FITS[kind]) < _MOST:
            if cells.share(column, _FITS[other]) >= _MOST:
                return other
            if kind is Column.TABLE and cells.share(column, _is_code) >= _MOST:
                return Column.CODE
    if kind is Column.ACCESS and cells.share(column, _FITS[kind]) < _MOST:
        return Column.OTHER
    if kind is Column.SCALE and cells.of(column) and not cells.share(column, _is_scale):
        return Column.OTHER
    return kind


def _fitness(kind: Column, column: int, texts: tuple[str, ...], cells: _Cells, brand: Brand | None) -> float:
    """Return how well a column does as one of its kind, where several are called so."""
    if kind is Column.ADDRESS:
        how = addresses.style(cells.of(column), texts[column], None, brand)
        return cells.share(column, lambda text: _reads(text, how))
    if kind is Column.NAME:
        return cells.share(column, str.isascii)
    return 0.0 if kind not in _FITS else cells.share(column, _FITS[kind])


def _by_content(texts: tuple[str, ...], cells: _Cells, at: dict[Column, int]) -> None:
    """Add the columns whose headings say nothing, by what stands in them."""
    free = [
        column
        for column in range(len(texts))
        if column not in at.values() and headings.of(texts[column]) is None
    ]
    for kind, fits in _FITS.items():
        if kind not in at:
            likely = [column for column in free if cells.share(column, fits) >= _NEARLY_ALL]
            if likely:
                at[kind] = likely[0]
                free.remove(likely[0])
    if Column.NAME not in at:
        likely = [column for column in free if _are_names(cells.of(column))]
        if likely:
            at[Column.NAME] = likely[0]


def _are_names(texts: list[str]) -> bool:
    worded = [text for text in texts if re.search(r"[^\W\d_]{2}", text)]
    return bool(texts) and len(set(worded)) >= len(texts) * _DISTINCT_NAMES


def _reads(text: str, how: addresses.Style) -> bool:
    try:
        addresses.read(text, how)
    except ValueError:
        return False
    return True


def _is_scale(text: str) -> bool:
    try:
        scaling.scale(text)
    except ValueError:
        return False
    return True


def _is_code(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z]{1,3}\d{0,2}[-_.]?\d{1,3}", plain(text)))


def _is_table(text: str) -> bool:
    return (
        words.table(text) is not None
        or bool(re.fullmatch(r"[01346]x(?:_?bit)?", plain(text).lower()))
        or words.only_writes(text)
    )


_FITS: Mapping[Column, Callable[[str], object]] = {
    Column.TABLE: _is_table,
    Column.TYPE: data_types.is_type,
    Column.ADDRESS: addresses.looks_like,
    Column.ACCESS: words.is_access,
    Column.UNIT: words.is_unit,
}
