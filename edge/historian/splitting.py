"""A wide table as narrower ones that are asked at the same time, for a store that works a column at a time. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from edge.historian.base import Table, TableRow
from edge.model.point import FieldValue


def split(table: Table, parts: int) -> list[Table]:
    """Return tables that have the columns of one between them, at most so many; neighbours, which weigh alike, go apart."""
    parts = min(parts, len(table.columns))
    return [dataclasses.replace(table, columns=table.columns[part::parts]) for part in range(parts)]


def join(table: Table, parts: Sequence[Sequence[TableRow]]) -> list[TableRow]:
    """Return the rows of a table from those of what it was split into."""
    found: dict[tuple[str | int, ...], tuple[TableRow, list[FieldValue | None]]] = {}
    for part, rows in enumerate(parts):
        for row in rows:
            key: tuple[str | int, ...] = (*(row.tags[tag] for tag in table.group_by), row.time)
            _, values = found.setdefault(key, (row, [None] * len(table.columns)))
            values[part :: len(parts)] = row.values
    return [
        TableRow(row.tags, row.time, tuple(values)) for _, (row, values) in sorted(found.items(), key=_key)
    ]


def _key(item: tuple[tuple[str | int, ...], object]) -> tuple[str | int, ...]:
    return item[0]
