"""The rows below a heading → tags, rows that are left out, and faults by cell. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from edge.documents.sheet import Sheet, filled, plain
from edge.drivers.modbus.address import Table
from edge.drivers.modbus.notation import Brand
from edge.map_import import addresses, columns, data_types, keys, words
from edge.map_import.columns import Columns
from edge.map_import.entry import Entry, Reading, Remark
from edge.map_import.headings import Column
from edge.map_import.row import Context, Faulty, Row
from edge.map_import.tags import entry

_RESERVED = re.compile(
    r"(?:预留|保留|备用|未使用|未用|空|reserved?|spare|unused|not used|n/?a)\W*\d*", re.IGNORECASE
)
_PANEL_MEMORY = re.compile(r"(?:LW|LB|RW|RWI|RB)(?:[-_: ]?\d+|[-_ ].*)?")


def read(sheet: Sheet, where: Columns, base: int | None, brand: Brand | None) -> tuple[Reading, Context]:
    """Return what the rows say, and how their addresses were understood.

    Args:
        sheet: the cells.
        where: what they hold.
        base: number of the first register, if it is given.
        brand: whose notation the addresses may have.
    """
    context = _context(sheet, where, base, brand)
    reader = _Reader(sheet, where, context)
    for number in range(where.heading + 1, len(sheet.rows)):
        if filled(sheet.rows[number]):
            reader.take(Row(sheet, where, number))
    return reader.result(), context


def _context(sheet: Sheet, where: Columns, base: int | None, brand: Brand | None) -> Context:
    below = [Row(sheet, where, number) for number in range(where.heading + 1, len(sheet.rows))]
    prefixes = {plain(row.text(Column.TABLE)).upper() for row in below}
    texts = [text for row in below if (text := row.text(Column.ADDRESS)) and any(map(str.isdigit, text))]
    style = addresses.style(texts, where.heading_of(Column.ADDRESS), base, brand)
    if any(re.fullmatch(r"[134]X", prefix) for prefix in prefixes):
        style = replace(style, panel=True)
    siemens = brand is not None and brand.startswith("siemens")
    offsets = [text for text in texts if re.fullmatch(r"\d+(?:\.[0-7])?", plain(text))]
    titles = {
        found
        for row in range(where.first)
        for text in sheet.rows[row]
        if (found := words.table(text)) is not None
    }
    return Context(
        style=style,
        brand=brand,
        byte_offsets=siemens and len(offsets) == len(texts),
        table=next(iter(titles)) if len(titles) == 1 else words.table(sheet.name),
        length_bytes=_length_bytes(below, where.heading_of(Column.LENGTH)),
    )


def _length_bytes(rows: list[Row], heading: str) -> float:
    """Return how many bytes one is in the column of lengths: of registers 2, of bytes 1, of bits 1/8."""
    named = plain(heading).lower()
    if re.search(r"字节|byte", named):
        return 1
    if re.search(r"寄存器|字|word|register|qty|数量|个数", named):
        return 2
    votes = {2.0: 0, 1.0: 0, 0.125: 0}
    for row in rows:
        width, length = row.width(), re.match(r"\d+", plain(row.text(Column.LENGTH)))
        for unit in votes:
            votes[unit] += bool(width and length and int(length[0]) * unit == width)
    best = max(votes, key=lambda unit: votes[unit])
    return best if votes[best] else 1


def _is_reserved(text: str) -> bool:
    return bool(_RESERVED.fullmatch(plain(text)))


def _is_panel_memory(text: str) -> bool:
    return bool(_PANEL_MEMORY.fullmatch(plain(text).upper()))


_NO_TAGS: tuple[tuple[Column, Callable[[str], bool], str], ...] = (
    (Column.ACCESS, words.only_writes, "can only be written, not read"),
    (Column.TABLE, words.only_writes, "can only be written, not read"),
    (Column.NAME, _is_reserved, "is reserved"),
    (Column.DESCRIPTION, _is_reserved, "is reserved"),
    (Column.TABLE, _is_panel_memory, "is the panel's own memory, not the PLC's"),
    (Column.ADDRESS, _is_panel_memory, "is the panel's own memory, not the PLC's"),
    (Column.TYPE, data_types.is_group, "is a group; what it holds follows"),
)
"""What a cell says by which a row is no tag."""


class _Reader:
    """Takes one row after the other; titles between them may name the table of what follows."""

    def __init__(self, sheet: Sheet, where: Columns, context: Context) -> None:
        self._sheet = sheet
        self._where = where
        self._context = context
        self._keys: set[str] = set()
        self._places: dict[tuple[Table, int, int | None], Entry] = {}
        self._entries: list[Entry] = []
        self._faults: list[Remark] = []
        self._left_out: list[Remark] = []
        self._notes: list[Remark] = []
        self._table_above = ""

    def result(self) -> Reading:
        """Return what has been found."""
        return Reading(
            tuple(self._entries),
            tuple(self._faults),
            tuple(self._left_out),
            tuple(self._notes),
        )

    def take(self, row: Row) -> None:
        """Take a row as a tag, or say why it is none."""
        reason = self._no_tag(row)
        if reason is not None:
            self._left_out.append(Remark(row.number, *reason))
            return
        try:
            found, notes = entry(self._with_table(row), self._context)
            former = self._former(found)
            if former is not None:
                if row.continues(former.row):
                    text = f"a further register of {former.key}"
                    self._left_out.append(Remark(row.number, row.column(Column.ADDRESS), text))
                    return
                raise Faulty([row.remark(Column.ADDRESS, self._overlap(found, former))])
        except Faulty as error:
            self._faults.extend(error.remarks)
            return
        found = replace(found, key=keys.unique(found.key, self._keys))
        self._places.update(dict.fromkeys(_places(found), found))
        self._entries.append(found)
        self._notes.extend(notes)

    def _no_tag(self, row: Row) -> tuple[int, str] | None:
        """Return the cell by which a row is known to be no tag, and what it is; titles are taken to heart."""
        cells = filled(self._sheet.rows[row.number])
        title = self._sheet.rows[row.number][cells[0]]
        is_address = cells[0] == self._where.at[Column.ADDRESS] and any(map(str.isdigit, title))
        if len(cells) == 1 and not is_address:
            found, self._table_above = words.table(title), ""
            if found is None:
                return cells[0], "a title or a remark, without an address"
            self._context = replace(self._context, table=found)
            return cells[0], f"a title; what follows is taken from table {found}"
        if columns.is_heading(self._sheet, row.number):
            return cells[0], "the heading once more"
        return next(
            ((row.column(kind), reason) for kind, applies, reason in _NO_TAGS if applies(row.text(kind))),
            None,
        )

    def _with_table(self, row: Row) -> Row:
        """Return a row whose table is that of the row above when its cell is empty, as with merged cells."""
        text = row.text(Column.TABLE)
        if text:
            self._table_above = text
        return replace(row, table=text or self._table_above)

    def _former(self, found: Entry) -> Entry | None:
        """Return the tag that has a register, or a bit, of another already."""
        return next((self._places[place] for place in _places(found) if place in self._places), None)

    def _overlap(self, found: Entry, former: Entry) -> str:
        column = self._where.at[Column.ADDRESS]
        same = "the same register" if found.bit is None else "the same bit"
        if found.table.is_bits:
            same = "the same address"
        return f"{same} as in {self._sheet.cell(former.row, column)} ({former.key})"


def _places(found: Entry) -> Iterator[tuple[Table, int, int | None]]:
    if found.bit is not None:
        for bit in range(found.bit, found.bit + max(found.bits, 1)):
            yield found.table, found.start, bit
    else:
        for start in range(found.start, found.stop):
            yield found.table, start, None
