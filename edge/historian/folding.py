"""A table of the embedded historian: each series is folded by itself, in the order in which it rests, and then the series of a group.

SQL could do both at once, by sorting every point with all its columns; a span of one series needs no sorting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from edge.errors import RejectedError
from edge.historian import sql
from edge.historian.base import Aggregate, Column, Table, TableRow, window_start
from edge.model.point import FieldValue

MANY_WINDOWS = 2000
"""A statement for each window costs less than sorting, up to about this many in a span."""
_INT64 = 2**63

Execute = Callable[[str, Sequence[sql.Parameter]], Iterable[tuple[Any, ...]]]
"""Runs a statement with parameters and returns its rows."""
_Part = tuple[Any, ...]
"""What is known of a column: what `sql.parts` says."""


def answer(execute: Execute, table: Table, known: Sequence[str]) -> list[TableRow]:
    """Return the rows of a checked table.

    Args:
        execute: asks the file.
        table: what is asked.
        known: columns that the file has; of others there are no values.

    Raises:
        RejectedError: a sum is no int64.
    """
    places = [place for place, column in enumerate(table.columns) if column.field in known]
    columns = [table.columns[place] for place in places]
    if not columns:
        return []
    groups: dict[tuple[tuple[str, ...], int], list[_Part | None]] = {}
    text, parameters = sql.series(table)
    for number, *tags in list(execute(text, parameters)):
        for start, parts in _series_parts(execute, table, columns, number):
            row = groups.setdefault((tuple(tags), start), [None] * len(columns))
            for place, (column, part) in enumerate(zip(columns, parts, strict=True)):
                row[place] = _merged(column.aggregate, row[place], part)
    found = []
    for (group, start), row in sorted(groups.items(), key=lambda item: item[0]):
        values: list[FieldValue | None] = [None] * len(table.columns)
        for place, column, part in zip(places, columns, row, strict=True):
            values[place] = _value(table, column, part)
        if any(value is not None for value in values):
            found.append(TableRow(dict(zip(table.group_by, group, strict=True)), start, tuple(values)))
    return found


def _series_parts(
    execute: Execute, table: Table, columns: Sequence[Column], series: int
) -> Iterator[tuple[int, list[_Part | None]]]:
    """Yield the windows of one series that have points, and a part of each column."""
    ends = {place for place, column in enumerate(columns) if _is_end(column)}
    folded = [column for place, column in enumerate(columns) if place not in ends]
    every = table.every
    is_sorted = every is not None and table.stop - table.start > MANY_WINDOWS * every
    if every is not None and is_sorted and not ends:
        text = sql.fold_windows(table.measurement, folded, every, table.offset)
        for start, *numbers in list(execute(text, [series, table.start, table.stop])):
            yield start, _parts(folded, numbers)
        return
    fold = sql.fold(table.measurement, folded) if folded else ""
    for window, begin, end in _windows(execute, table, series):
        span: list[sql.Parameter] = [series, begin, end]
        rest = iter(_parts(folded, next(iter(execute(fold, span))) if folded else ()))
        yield (
            window,
            [
                _end(execute, table.measurement, column, span) if place in ends else next(rest)
                for place, column in enumerate(columns)
            ],
        )


def _windows(execute: Execute, table: Table, series: int) -> Iterator[tuple[int, int, int]]:
    """Yield the windows of one series that have points: their start, and from when to when they are asked for."""
    if table.every is None:
        yield table.start, table.start, table.stop
        return
    begin, first = table.start, sql.first_time(table.measurement)
    while found := list(execute(first, [series, begin, table.stop])):
        start = window_start(found[0][0], table.every, table.offset)
        end = start + table.every
        yield start, max(start, table.start), min(end, table.stop)
        begin = end


def _end(execute: Execute, measurement: str, column: Column, span: Sequence[sql.Parameter]) -> _Part | None:
    found = list(execute(sql.end(measurement, column), span))
    return found[0] if found else None


def _parts(columns: Sequence[Column], numbers: Sequence[Any]) -> list[_Part | None]:
    rest = iter(numbers)
    parts: list[_Part | None] = []
    for column in columns:
        part = tuple(next(rest) for _ in sql.parts(column))
        parts.append(part if part[-1] else None)
    return parts


def _merged(aggregate: Aggregate, one: _Part | None, other: _Part | None) -> _Part | None:
    """Return the part of two series together."""
    if one is None or other is None:
        return one or other
    match aggregate:
        case Aggregate.MIN:
            return min(one, other)
        case Aggregate.MAX:
            return max(one, other)
        case Aggregate.FIRST:
            return min(one, other, key=lambda part: part[0]) if one[0] != other[0] else max(one, other)
        case Aggregate.LAST:
            return max(one, other)
    return tuple(mine + theirs for mine, theirs in zip(one, other, strict=True))


def _value(table: Table, column: Column, part: _Part | None) -> FieldValue | None:
    if part is None:
        return None
    value: FieldValue
    if _is_end(column):
        _, value = part
    elif column.aggregate is Aggregate.MEAN:
        value = float(part[0] / part[1])
    else:
        value = part[0]
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        raise RejectedError(f"{table.measurement}.{column.field}: integer overflow")
    return value


def _is_end(column: Column) -> bool:
    return column.aggregate in (Aggregate.FIRST, Aggregate.LAST)
