"""A map in the making: its tags, what is wrong with its rows, and what is to be said of both. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from edge.documents.sheet import Sheet
from edge.errors import ConfigurationError, Fault
from edge.map_import.columns import Columns
from edge.map_import.entry import Entry, Reading, Remark
from edge.map_import.headings import Column
from edge.map_import.writer import Heading, map_text

_COLUMN_OF_KEY = {
    "address": Column.ADDRESS,
    "type": Column.TYPE,
    "length": Column.LENGTH,
    "scale": Column.SCALE,
    "offset": Column.OFFSET,
    "range": Column.RANGE,
    "scan": Column.PERIOD,
    "order": Column.ORDER,
}


class Draft:
    """The tags of a table that may still turn out not to make a map.

    Attributes:
        entries: rows that are tags.
        faults: of rows that are none.
    """

    def __init__(self, sheet: Sheet, where: Columns, reading: Reading) -> None:
        self._sheet = sheet
        self._where = where
        self._left_out = reading.left_out
        self._notes = reading.notes
        self.entries: Sequence[Entry] = reading.entries
        self.faults: Sequence[Remark] = reading.faults

    def refuse(self, faults: Iterable[Fault]) -> bool:
        """Take out the tags that a map does not load with; return whether there are any."""
        by_key = {entry.key: entry for entry in self.entries}
        refused = set()
        for fault in faults:
            key, _, inner = fault.key.removeprefix("tags.").partition(".")
            if key in by_key:
                kind = _COLUMN_OF_KEY.get(inner.partition("[")[0], Column.ADDRESS)
                column = self._where.at.get(kind, self._where.at[Column.ADDRESS])
                self.faults = [*self.faults, Remark(by_key[key].row, column, fault.message)]
                refused.add(key)
        self.entries = [entry for entry in self.entries if entry.key not in refused]
        return bool(refused)

    def error(self) -> ConfigurationError:
        """Return all faults, a line each, and what to do about them."""
        lines = self._located(self.faults)
        if not lines:
            heading = self._sheet.place(self._where.heading, self._where.at[Column.ADDRESS])
            lines = [*self._located(self._as_left_out()), f"{heading}: no row below this heading is a tag"]
        elif self.entries:
            lines.append(
                f"{_count(self._faulty_rows(), 'row')} cannot be imported, {len(self.entries)} can:"
                " correct the table, or write these rows as comments with --skip-faulty"
            )
        return ConfigurationError("\n".join(lines))

    def text(self, heading: Heading) -> str:
        """Return the map; rows that are no tags stand in it as comments."""
        remarks = sorted([*self._as_left_out(), *self._notes])
        rows = [f"{self._sheet.cell(remark.row, remark.column)}: {remark.text}" for remark in remarks]
        head = replace(heading, comments=[*heading.comments, *rows])
        return map_text(head, self.entries, map(self._faulty, sorted(self.faults)))

    def said(self) -> Iterator[str]:
        """Yield what is to be said of single rows, in the order of the table."""
        faulty = [replace(remark, text=f"faulty: {remark.text}") for remark in self.faults]
        yield from self._located([*self._as_left_out(), *faulty, *self._notes])

    def summary(self) -> str:
        """Return how many rows are what."""
        parts = [_count(len(self.entries), "tag")]
        if self._left_out:
            parts.append(f"{_count(len(self._left_out), 'row')} left out")
        if self.faults:
            parts.append(f"{_count(self._faulty_rows(), 'row')} faulty")
        return ", ".join(parts)

    def _as_left_out(self) -> list[Remark]:
        return [replace(remark, text=f"left out: {remark.text}") for remark in self._left_out]

    def _located(self, remarks: Iterable[Remark]) -> list[str]:
        return [
            f"{self._sheet.place(remark.row, remark.column)}: {remark.text}" for remark in sorted(remarks)
        ]

    def _faulty(self, remark: Remark) -> str:
        cells = " | ".join(text for text in self._sheet.rows[remark.row] if text)
        return f"{self._sheet.cell(remark.row, remark.column)}: {remark.text} [{cells}]"

    def _faulty_rows(self) -> int:
        return len({fault.row for fault in self.faults})


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
