"""The historian port: what ingest writes to and what console and reports ask."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
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
        every: window, ns, counted from 1970-01-01 UTC; None for one window over all. Empty windows give no row.
    """

    measurement: str
    field: str
    aggregate: Aggregate | None
    start: int
    stop: int
    where: Mapping[str, str] = dataclasses.field(default_factory=dict)
    group_by: tuple[str, ...] = ()
    every: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """An answer: the group's tags (`""` where the tag is absent), a time (ns UTC) and a value.

    The time is the value's own for FIRST, LAST and no aggregate, else the start of the window (of the query without
    windows). Of two first or last values with one time the greater is taken. Rows come ordered by the group's tags,
    then by time.
    """

    tags: Mapping[str, str]
    time: int
    value: FieldValue


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
