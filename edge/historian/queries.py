"""What is a good question: every implementation checks a query here first, so both refuse the same ones."""

from __future__ import annotations

import dataclasses

from edge.errors import RejectedError
from edge.historian.base import Aggregate, Query
from edge.messages.line_protocol import MAX_TIME, MIN_TIME
from edge.messages.schema import MEASUREMENTS, FieldType

_NUMERIC = frozenset({Aggregate.SUM, Aggregate.MIN, Aggregate.MAX, Aggregate.MEAN})


def checked(query: Query) -> Query:
    """Return the query with its span cut to times that can exist.

    Raises:
        RejectedError: it names what the schema does not know, adds up strings, or has a window of no length.
    """
    measurement = MEASUREMENTS.get(query.measurement)
    if measurement is None:
        raise RejectedError(f"unknown measurement {query.measurement!r}")
    kind = measurement.fields.get(query.field)
    if kind is None:
        raise RejectedError(f"{query.measurement}: unknown field {query.field!r}")
    unknown = {*query.where, *query.group_by} - set(measurement.tags)
    if unknown:
        raise RejectedError(f"{query.measurement}: unknown tags {', '.join(sorted(unknown))}")
    if kind is FieldType.STRING and query.aggregate in _NUMERIC:
        raise RejectedError(f"{query.measurement}.{query.field} is text: it has no {query.aggregate}")
    if query.every is not None and (query.every <= 0 or query.aggregate is None):
        raise RejectedError("a window has a length, ns, and an aggregate")
    return dataclasses.replace(query, start=max(query.start, MIN_TIME), stop=min(query.stop, MAX_TIME))
