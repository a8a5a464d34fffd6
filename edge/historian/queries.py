"""What is a good question: every implementation checks it here first, so all refuse the same ones."""

from __future__ import annotations

import dataclasses
from typing import TypeVar

from edge.errors import RejectedError
from edge.historian.base import Aggregate, Column, Query, Table
from edge.messages.line_protocol import MAX_TIME, MIN_TIME
from edge.messages.schema import MEASUREMENTS, FieldType, Measurement

_NUMERIC = frozenset({Aggregate.SUM, Aggregate.MIN, Aggregate.MAX, Aggregate.MEAN})
_Asked = TypeVar("_Asked", Query, Table)


def checked(query: Query) -> Query:
    """Return the query with its span cut to times that can exist.

    Raises:
        RejectedError: it names what the schema does not know, adds up strings, or has a window of no length.
    """
    measurement = _measurement(query)
    _check_field(measurement, query.field, query.aggregate)
    if query.every is not None and query.aggregate is None:
        raise RejectedError("a window has an aggregate")
    return _cut(query)


def checked_table(table: Table) -> Table:
    """Return the table with its span cut to times that can exist.

    Raises:
        RejectedError: as of a query, or it has no columns.
    """
    measurement = _measurement(table)
    if not table.columns:
        raise RejectedError(f"{table.measurement}: a table has columns")
    for column in table.columns:
        _check_field(measurement, column.field, column.aggregate)
    return _cut(table)


def as_table(query: Query) -> Table | None:
    """Return a checked query as a table of one column; None of one whose rows have times of their own."""
    if query.aggregate is None:
        return None
    if query.every is None and query.aggregate in (Aggregate.FIRST, Aggregate.LAST):
        return None
    column = Column(query.field, query.aggregate)
    return Table(
        query.measurement,
        (column,),
        query.start,
        query.stop,
        query.where,
        query.group_by,
        query.every,
        query.offset,
    )


def _measurement(asked: Query | Table) -> Measurement:
    measurement = MEASUREMENTS.get(asked.measurement)
    if measurement is None:
        raise RejectedError(f"unknown measurement {asked.measurement!r}")
    unknown = {*asked.where, *asked.group_by} - set(measurement.tags)
    if unknown:
        raise RejectedError(f"{asked.measurement}: unknown tags {', '.join(sorted(unknown))}")
    if asked.every is not None and asked.every <= 0:
        raise RejectedError("a window has a length, ns")
    return measurement


def _check_field(measurement: Measurement, field: str, aggregate: Aggregate | None) -> None:
    kind = measurement.fields.get(field)
    if kind is None:
        raise RejectedError(f"{measurement.name}: unknown field {field!r}")
    if kind is FieldType.STRING and aggregate in _NUMERIC:
        raise RejectedError(f"{measurement.name}.{field} is text: it has no {aggregate}")


def _cut(asked: _Asked) -> _Asked:
    return dataclasses.replace(asked, start=max(asked.start, MIN_TIME), stop=min(asked.stop, MAX_TIME))
