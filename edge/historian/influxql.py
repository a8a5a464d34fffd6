"""InfluxQL, both ways and pure: a query as text, and a JSON answer as rows.

Only the subset that InfluxDB 1.x, 2.x (through DBRP) and 3 share.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NotRequired, TypedDict

from edge.errors import RejectedError, TransientError
from edge.historian.base import Aggregate, Query, Row, Table, TableRow
from edge.historian.http_status import DatabaseMissingError
from edge.messages.schema import MEASUREMENTS, FieldType
from edge.model.point import FieldValue

_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n"})


class _Series(TypedDict):
    tags: NotRequired[Mapping[str, str]]
    values: list[list[int | float | str | None]]


class _Result(TypedDict):
    series: NotRequired[list[_Series]]
    error: NotRequired[str]


def statement(query: Query) -> str:
    """Return a checked query as one SELECT."""
    field = identifier(query.field)
    value = field if query.aggregate is None else f"{query.aggregate}({field})"
    return _select([value], query)


def table_statement(table: Table) -> str:
    """Return a checked table as one SELECT with a column for each of its own, in their order."""
    values = [
        f'{column.aggregate}({identifier(column.field)}) AS "c{place}"'
        for place, column in enumerate(table.columns)
    ]
    return _select(values, table)


def _select(values: Iterable[str], asked: Query | Table) -> str:
    windows = [] if asked.every is None else [f"time({asked.every}ns, {asked.offset}ns)"]
    groups = windows + [identifier(tag) for tag in asked.group_by]
    conditions = [f"time >= {asked.start}", f"time < {asked.stop}"]
    conditions += [f"{identifier(tag)} = {string(value)}" for tag, value in asked.where.items()]
    return (
        f"SELECT {', '.join(values)} FROM {identifier(asked.measurement)}"  # noqa: S608 - all quoted
        f" WHERE {' AND '.join(conditions)}"
        + (f" GROUP BY {', '.join(groups)}" if groups else "")
        + (" fill(none)" if windows else "")
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
    (result,) = _results(body, 1)
    found = _found(query, (_converter(query.measurement, query.field, query.aggregate),), result)
    return [Row(tags, time, value) for tags, time, (value,) in found if value is not None]


def tables_rows(tables: Sequence[Table], body: bytes) -> list[list[TableRow]]:
    """Return the rows of each table of an answer, like `rows`."""
    results = _results(body, len(tables))
    return [_table_rows(table, result) for table, result in zip(tables, results, strict=True)]


def _table_rows(table: Table, result: _Result) -> list[TableRow]:
    converters = [_converter(table.measurement, column.field, column.aggregate) for column in table.columns]
    # It is a matter of versions whether there is no row or a zero where nothing was counted.
    counts = [column.aggregate is Aggregate.COUNT for column in table.columns]
    found = []
    for tags, time, values in _found(table, converters, result):
        known = [None if counts[place] and not value else value for place, value in enumerate(values)]
        if any(value is not None for value in known):
            found.append(TableRow(tags, table.start if table.every is None else time, tuple(known)))
    return found


_Found = tuple[Mapping[str, str], int, list[FieldValue | None]]


def _found(
    asked: Query | Table, converters: Sequence[type[int | float | str]], result: _Result
) -> list[_Found]:
    """Return tags, time and values of every row of a result, in order."""
    try:
        found = list(_values(result, converters))
        found.sort(key=lambda row: (*(row[0][tag] for tag in asked.group_by), row[1]))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise _no_answer(error) from error
    return found


def _converter(measurement: str, field: str, aggregate: Aggregate | None) -> type[int | float | str]:
    if aggregate is Aggregate.COUNT:
        return int
    if aggregate is Aggregate.MEAN:
        return float
    kind = MEASUREMENTS[measurement].fields[field]
    return {FieldType.INT: int, FieldType.FLOAT: float, FieldType.STRING: str}[kind]


def _values(result: _Result, converters: Sequence[type[int | float | str]]) -> Iterator[_Found]:
    # JSON has one kind of number: a float that is whole comes as 3, so the schema decides.
    for series in result.get("series", []):
        tags = series.get("tags", {})
        for time, *values in series["values"]:
            if time is None:
                raise ValueError("a row has no time")
            known = [
                None if value is None else convert(value)
                for convert, value in zip(converters, values, strict=True)
            ]
            yield tags, int(time), known


def _results(body: bytes, number: int) -> list[_Result]:
    """Return what the server answers to each of some statements."""
    try:
        results: list[_Result] = json.loads(body)["results"]
        # After one that fails the server answers no more.
        error = next((str(result["error"]) for result in results if "error" in result), "")
        cut = any("partial" in part for result in results for part in (result, *result.get("series", [])))
        if not error and len(results) != number:
            raise ValueError(f"{len(results)} results of {number}")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as failure:
        raise _no_answer(failure) from failure
    if "database not found" in error:
        raise DatabaseMissingError(error)
    if error:
        raise RejectedError(error)
    if cut:
        raise RejectedError("the server cuts answers short: set its max-row-limit to 0")
    return results


def _no_answer(error: Exception) -> TransientError:
    return TransientError(f"the answer is not of an InfluxDB: {error}")
