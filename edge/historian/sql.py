"""The SQL of the embedded historian, as plain functions: its tables, its upserts, and a query as one SELECT.

A measurement has two tables: `<name>_series` gives each set of tags a number, `<name>` holds one row per series and
time. So a question about a span of time reads that span of each series and nothing else. An absent tag is `''`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from edge.historian.base import Aggregate, Column, Query, Table
from edge.messages.schema import FieldType, Measurement

_SPAN = "WHERE series = ? AND time >= ? AND time < ?"
Parameter = int | float | str | None
_TYPES = {FieldType.INT: "INTEGER", FieldType.FLOAT: "REAL", FieldType.STRING: "TEXT"}


def create(measurement: Measurement) -> Iterator[str]:
    """Yield the statements that make a measurement's tables where they are missing."""
    series = _series(measurement.name)
    tags = "".join(f", {_tag_column(tag)}" for tag in measurement.tags)
    fields = "".join(f", {_field_column(*item)}" for item in measurement.fields.items())
    yield f"CREATE TABLE IF NOT EXISTS {series} (id INTEGER PRIMARY KEY{tags}) STRICT"
    yield (
        f"CREATE TABLE IF NOT EXISTS {_name(measurement.name)} (series INTEGER NOT NULL, time INTEGER NOT NULL"
        f"{fields}, PRIMARY KEY (series, time)) STRICT, WITHOUT ROWID"
    )


def extend(measurement: Measurement, series: Iterable[str], points: Iterable[str]) -> Iterator[str]:
    """Yield the statements that add what the schema has learnt to tables with the columns `series` and `points`."""
    table, name = _series(measurement.name), _name(measurement.name)
    index = _name(f"{measurement.name}_tags")
    missing = [tag for tag in measurement.tags if tag not in set(series)]
    if missing:
        yield f"DROP INDEX IF EXISTS {index}"
    for tag in missing:
        yield f"ALTER TABLE {table} ADD COLUMN {_tag_column(tag)}"
    for key, kind in measurement.fields.items():
        if key not in set(points):
            yield f"ALTER TABLE {name} ADD COLUMN {_field_column(key, kind)}"
    tags = ", ".join(_name(tag) for tag in measurement.tags)
    yield f"CREATE UNIQUE INDEX IF NOT EXISTS {index} ON {table} ({tags})"
    if measurement.sparse:
        rare = " OR ".join(f"{_name(field)} IS NOT NULL" for field in measurement.sparse)
        index = _name(f"{measurement.name}_sparse")
        yield f"CREATE INDEX IF NOT EXISTS {index} ON {name} (series, time) WHERE {rare}"


def columns(table: str) -> str:
    """Return the statement whose rows name the columns of a table; none when there is no such table."""
    return f"SELECT name FROM pragma_table_info('{table}')"  # noqa: S608 - the schema's own names


def add_series(measurement: Measurement) -> str:
    """Return the statement that numbers a set of tags; it takes the tags and returns the number."""
    tags = ", ".join(_name(tag) for tag in measurement.tags)
    marks = ", ".join("?" for _ in measurement.tags)
    # An update that changes nothing, since DO NOTHING returns no row.
    same = _name(measurement.tags[0])
    return (
        f"INSERT INTO {_series(measurement.name)} ({tags}) VALUES ({marks})"  # noqa: S608 - the schema's own names
        f" ON CONFLICT ({tags}) DO UPDATE SET {same} = excluded.{same} RETURNING id"
    )


def upsert(measurement: Measurement) -> str:
    """Return the statement that takes series, time and every field: a field that is NULL keeps its old value."""
    name = _name(measurement.name)
    fields = [_name(field) for field in measurement.fields]
    kept = ", ".join(f"{field} = coalesce(excluded.{field}, {name}.{field})" for field in fields)
    return (
        f"INSERT INTO {name} (series, time, {', '.join(fields)})"  # noqa: S608 - the schema's own names
        f" VALUES (?, ?{', ?' * len(fields)}) ON CONFLICT (series, time) DO UPDATE SET {kept}"
    )


def select(query: Query) -> tuple[str, list[Parameter]]:
    """Return a checked query that is no table as a statement and its parameters.

    Its rows are the group's tags, time and value: all values, or the first or last of the whole span.
    """
    if query.aggregate is not None:
        return _select_end(query)
    groups = [f"s.{_name(tag)}" for tag in query.group_by]
    value = f"p.{_name(query.field)}"
    tags = "".join(f" AND s.{_name(tag)} = ?" for tag in query.where)
    keys = _list(*groups, "p.time")
    text = (
        f"SELECT {_list(keys, value)} {_from(query)} WHERE p.time >= ? AND p.time < ? AND {value} IS NOT NULL{tags}"
        f" ORDER BY {keys}"
    )
    return text, [query.start, query.stop, *query.where.values()]


def _select_end(query: Query) -> tuple[str, list[Parameter]]:
    """First or last: the end of each series is exact and cheap; then the best of the series of a group."""
    descending = "DESC" if query.aggregate is Aggregate.LAST else "ASC"
    groups = [f"g{number}" for number in range(len(query.group_by))]
    named = [f"s.{_name(tag)} AS g{number}" for number, tag in enumerate(query.group_by)]
    ends, parameters = _ends_of_span(
        query, _list(*named, "p.time AS time", f"p.{_name(query.field)} AS value"), descending
    )
    # Of two series with the same time the greater value is taken, as InfluxDB does.
    apart = f"PARTITION BY {_list(*groups)} " if groups else ""
    rank = f"row_number() OVER ({apart}ORDER BY time {descending}, value DESC)"
    text = (
        f"SELECT {_list(*groups, 'time', 'value')} FROM (SELECT *, {rank} AS rank FROM ({ends}))"  # noqa: S608 - built here
        f" WHERE rank = 1 ORDER BY {_list(*groups, 'time')}"
    )
    return text, parameters


def _ends_of_span(query: Query, result: str, direction: str) -> tuple[str, list[Parameter]]:
    table, field = _name(query.measurement), _name(query.field)
    tags = "".join(f" AND s.{_name(tag)} = ?" for tag in query.where)
    text = (
        f"SELECT {result} {_from(query)} WHERE p.time = (SELECT q.time FROM {table} q WHERE q.series = s.id"  # noqa: S608 - checked names
        f" AND q.time >= ? AND q.time < ? AND q.{field} IS NOT NULL ORDER BY q.time {direction} LIMIT 1){tags}"
    )
    return text, [query.start, query.stop, *query.where.values()]


def series(table: Table) -> tuple[str, list[Parameter]]:
    """Return the statement whose rows are the numbers of the series that a table is about, and the group's tags of each."""
    groups = [_name(tag) for tag in table.group_by]
    tags = " AND ".join(f"{_name(tag)} = ?" for tag in table.where)
    text = f"SELECT {_list('id', *groups)} FROM {_series(table.measurement)}"  # noqa: S608 - checked names
    return text + (f" WHERE {tags}" if tags else ""), list(table.where.values())


def first_time(measurement: str) -> str:
    """Return the statement for the time of a series' first point in a span; it takes series, start and stop, like those below."""
    return f"SELECT time FROM {_name(measurement)} {_SPAN} ORDER BY time LIMIT 1"  # noqa: S608 - a checked name


def end(measurement: str, column: Column) -> str:
    """Return the statement for time and value of the first or last of a column in a span."""
    field, direction = _name(column.field), "DESC" if column.aggregate is Aggregate.LAST else "ASC"
    return (
        f"SELECT time, {field} FROM {_name(measurement)} {_SPAN} AND {field} IS NOT NULL"  # noqa: S608 - checked names
        f" ORDER BY time {direction} LIMIT 1"
    )


def fold(measurement: str, columns: Iterable[Column]) -> str:
    """Return the statement whose one row are the parts of columns in a span, none of them a first or last."""
    wanted = _list(*(part for column in columns for part in parts(column)))
    return f"SELECT {wanted} FROM {_name(measurement)} {_SPAN}"  # noqa: S608 - checked names


def fold_windows(measurement: str, columns: Iterable[Column], every: int, offset: int) -> str:
    """Return the statement whose rows are the start of a window, and what `fold` says of it."""
    # The remainder twice, since SQL's has the sign of the time.
    window = f"time - (((time - {offset % every}) % {every}) + {every}) % {every}"
    wanted = _list(f"{window} AS start", *(part for column in columns for part in parts(column)))
    return f"SELECT {wanted} FROM {_name(measurement)} {_SPAN} GROUP BY start"  # noqa: S608 - checked names


def parts(column: Column) -> tuple[str, ...]:
    """Return what has to be known of a column in one series for that of many to follow; the last part tells whether there is any."""
    field = _name(column.field)
    match column.aggregate:
        case Aggregate.COUNT:
            return (f"count({field})",)
        case Aggregate.MEAN:
            return f"total({field})", f"count({field})"
    return f"{column.aggregate}({field})", f"count({field})"


def _from(query: Query) -> str:
    # CROSS JOIN keeps the order: series first, then the span of each by primary key.
    return f"FROM {_series(query.measurement)} s CROSS JOIN {_name(query.measurement)} p ON p.series = s.id"


def _series(measurement: str) -> str:
    return _name(f"{measurement}_series")


def _tag_column(tag: str) -> str:
    return f"{_name(tag)} TEXT NOT NULL DEFAULT ''"


def _field_column(key: str, kind: FieldType) -> str:
    return f"{_name(key)} {_TYPES[kind]}"


def _name(identifier: str) -> str:
    return f'"{identifier}"'


def _list(*items: str) -> str:
    return ", ".join(items)
