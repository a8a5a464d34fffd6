"""A wide table as narrower ones that are asked at the same time, for a store that works a column at a time. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from edge.historian.base import Table, TableRow
from edge.model.point import FieldValue


def split(table: Table, parts: int) -> list[Table]:
    """Return tables that have the columns of one in their order, at most so many of them."""
    width = -(-len(table.columns) // parts)
    return [
        dataclasses.replace(table, columns=table.columns[at : at + width])
        for at in range(0, len(table.columns), width)
    ]


def join(table: Table, parts: Sequence[Sequence[TableRow]]) -> list[TableRow]:
    """Return the rows of a table from those of what it was split into."""
    found: dict[tuple[str | int, ...], tuple[TableRow, list[FieldValue | None]]] = {}
    place = 0
    for rows, part in zip(parts, split(table, len(parts)), strict=True):
        for row in rows:
            key: tuple[str | int, ...] = (*(row.tags[tag] for tag in table.group_by), row.time)
            _, values = found.setdefault(key, (row, [None] * len(table.columns)))
            values[place : place + len(row.values)] = row.values
        place += len(part.columns)
    return [
        TableRow(row.tags, row.time, tuple(values)) for _, (row, values) in sorted(found.items(), key=_key)
    ]


def _key(item: tuple[tuple[str | int, ...], object]) -> tuple[str | int, ...]:
    return item[0]
