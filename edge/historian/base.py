"""The historian port: what ingest writes to and what console and reports ask."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol, Self

from edge.model.point import FieldValue


class Aggregate(StrEnum):
    """What becomes of a field's values in each group and window; names are InfluxQL's functions."""

    SUM = "sum"
    COUNT = "count"
    MIN = "min"
    MAX = "max"
    MEAN = "mean"
    FIRST = "first"
    LAST = "last"


@dataclasses.dataclass(frozen=True, slots=True)
class Query:
    """One field of one measurement, aggregated.

    Attributes:
        measurement, field: of `messages/schema.py`.
        aggregate: None returns every value.
        start, stop: half-open, ns UTC.
        where: tag values that must be equal.
        group_by: tags; a row for each combination of their values.
        every: window, ns; None for one window over all. Empty windows give no row.
        offset: ns; windows begin at 1970-01-01 UTC + offset + k x every, for every whole k.
    """

    measurement: str
    field: str
    aggregate: Aggregate | None
    start: int
    stop: int
    where: Mapping[str, str] = dataclasses.field(default_factory=dict)
    group_by: tuple[str, ...] = ()
    every: int | None = None
    offset: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """An answer: the group's tags (`""` where the tag is absent), a time (ns UTC) and a value.

    With windows the time is the window's start, be that before the query's. Without, it is the value's own for FIRST, LAST
    and no aggregate, else the start of the query. Of two first or last values with one time the greater is taken. Rows come
    ordered by the group's tags, then by time.
    """

    tags: Mapping[str, str]
    time: int
    value: FieldValue


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A field, and what becomes of its values."""

    field: str
    aggregate: Aggregate


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """Many fields of one measurement, aggregated at once: the points are read once, whatever the number of columns.

    Attributes:
        measurement: of `messages/schema.py`.
        columns: at least one.
        start, stop, where, group_by, every, offset: as of a `Query`.
    """

    measurement: str
    columns: tuple[Column, ...]
    start: int
    stop: int
    where: Mapping[str, str] = dataclasses.field(default_factory=dict)
    group_by: tuple[str, ...] = ()
    every: int | None = None
    offset: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class TableRow:
    """An answer: the group's tags, the start of the window (of the table without windows) and a value for each column.

    A value is None where no point of the group and window has the field; where none has any, there is no row. Rows are ordered
    like those of a query.
    """

    tags: Mapping[str, str]
    time: int
    values: tuple[FieldValue | None, ...]


def window_start(time: int, every: int, offset: int = 0) -> int:
    """Return where the window begins, ns UTC, that an instant falls into."""
    return time - (time - offset) % every


def rows_of(table: Iterable[TableRow]) -> list[Row]:
    """Return the rows of a table of one column as those of a query."""
    return [Row(row.tags, row.time, value) for row in table for value in row.values if value is not None]


class Historian(Protocol):
    """A store of points. Every implementation passes `tests/contract/test_historian.py`."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *exc: object) -> None: ...

    async def write(self, lines: Sequence[str], *, checked: bool = False) -> None:
        """Commit lines of line protocol, all with ns time stamps; writing a line again changes nothing.

        Args:
            lines: without comments.
            checked: `line_protocol.check` has taken each of them, so it need not be done again.

        Raises:
            TransientError: the store is away, busy, not authorised or its database is missing: nothing is known of
                the lines; write them again, the same bytes.
            RejectedError: at least one line will never be accepted; the good ones may or may not rest by now.
        """
        ...

    async def query(self, query: Query) -> list[Row]:
        """Answer a query.

        Raises:
            TransientError: the store cannot be asked now.
            RejectedError: the store does not take the query: a mistake of ours.
        """
        ...

    async def table(self, table: Table) -> list[TableRow]:
        """Answer many questions about the same points at once.

        Raises:
            TransientError: the store cannot be asked now.
            RejectedError: the store does not take the question: a mistake of ours.
        """
        ...

    async def tables(self, tables: Sequence[Table]) -> list[list[TableRow]]:
        """Answer many tables in few requests: thousands of short spans cost little more than one long one.

        Raises:
            TransientError: the store cannot be asked now.
            RejectedError: the store does not take one of the questions: a mistake of ours.
        """
        ...
