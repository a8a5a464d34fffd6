"""InfluxQL, both ways and pure: a query as text, and a JSON answer as rows.

Only the subset that InfluxDB 1.x, 2.x (through DBRP) and 3 share.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NotRequired, TypedDict

from edge.errors import RejectedError, TransientError
from edge.historian.base import Aggregate, Query, Row
from edge.historian.http_status import DatabaseMissingError
from edge.messages.schema import MEASUREMENTS, FieldType
from edge.model.point import FieldValue

_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n"})
_ENDS = (Aggregate.FIRST, Aggregate.LAST)


class _Series(TypedDict):
    tags: NotRequired[Mapping[str, str]]
    values: list[tuple[int, int | float | str | None]]


def statement(query: Query) -> str:
    """Return a checked query as one SELECT.

    First and last of windows are asked for as plain values, since InfluxQL would give them the window's time in
    place of their own; `rows` picks them.
    """
    field = identifier(query.field)
    plain = query.aggregate is None or _picked_here(query)
    groups = [] if query.every is None or plain else [f"time({query.every}ns)"]
    groups += [identifier(tag) for tag in query.group_by]
    conditions = [f"time >= {query.start}", f"time < {query.stop}"]
    conditions += [f"{identifier(tag)} = {string(value)}" for tag, value in query.where.items()]
    return (
        f"SELECT {field if plain else f'{query.aggregate}({field})'} FROM {identifier(query.measurement)}"  # noqa: S608 - all quoted
        f" WHERE {' AND '.join(conditions)}"
        + (f" GROUP BY {', '.join(groups)}" if groups else "")
        + (" fill(none)" if query.every is not None and not plain else "")
    )


def create_database(name: str) -> str:
    """Return the statement that makes a database where it is missing (1.x only)."""
    return f"CREATE DATABASE {identifier(name)}"


def identifier(name: str) -> str:
    """Return a name in double quotes."""
    return '"' + name.translate(_ESCAPES).replace('"', r"\"") + '"'


def string(text: str) -> str:
    """Return a text in single quotes."""
    return "'" + text.translate(_ESCAPES).replace("'", r"\'") + "'"


def rows(query: Query, body: bytes) -> list[Row]:
    """Return the rows of an answer with `epoch=ns`, in the order and with the types that the port promises.

    Raises:
        DatabaseMissingError: the server does not have the database.
        TransientError: the answer is not one, or was cut off.
        RejectedError: the server does not take the query.
    """
    try:
        found = [
            Row(tags, query.start if _is_whole_span(query) else time, value)
            for tags, time, value in _values(body, _converter(query))
        ]
        found.sort(key=lambda row: (*(row.tags[tag] for tag in query.group_by), row.time))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise TransientError(f"the answer is not of an InfluxDB: {error}") from error
    return list(_pick(query, found)) if _picked_here(query) else found


def _picked_here(query: Query) -> bool:
    return query.every is not None and query.aggregate in _ENDS


def _is_whole_span(query: Query) -> bool:
    return query.aggregate is not None and query.aggregate not in _ENDS and query.every is None


def _pick(query: Query, ordered: Iterable[Row]) -> Iterator[Row]:
    """Yield the first or last row of each window; of two with the same time the greater value, as InfluxDB does."""
    best: dict[tuple[object, ...], Row] = {}
    sign = 1 if query.aggregate is Aggregate.LAST else -1
    for row in ordered:
        key = (*row.tags.values(), row.time // (query.every or 1))
        old = best.get(key)
        if old is None or (sign * row.time, row.value) > (sign * old.time, old.value):
            best[key] = row
    yield from best.values()


def _converter(query: Query) -> type[int | float | str]:
    if query.aggregate is Aggregate.COUNT:
        return int
    if query.aggregate is Aggregate.MEAN:
        return float
    kind = MEASUREMENTS[query.measurement].fields[query.field]
    return {FieldType.INT: int, FieldType.FLOAT: float, FieldType.STRING: str}[kind]


def _values(
    body: bytes, convert: type[int | float | str]
) -> Iterator[tuple[Mapping[str, str], int, FieldValue]]:
    # JSON has one kind of number: a float that is whole comes as 3, so the schema decides.
    for series in _series(body):
        tags = series.get("tags", {})
        for time, value in series["values"]:
            if value is not None:
                yield tags, int(time), convert(value)


def _series(body: bytes) -> list[_Series]:
    (result,) = json.loads(body)["results"]
    error = str(result.get("error", ""))
    series: list[_Series] = result.get("series", [])
    cut = "partial" in result or any("partial" in part for part in series)
    if "database not found" in error:
        raise DatabaseMissingError(error)
    if error:
        raise RejectedError(error)
    if cut:
        raise RejectedError("the server cuts answers short: set its max-row-limit to 0")
    return series
