"""The SQL of the embedded historian, as plain functions: its tables, its upserts, and a query as one SELECT.

A measurement has two tables: `<name>_series` gives each set of tags a number, `<name>` holds one row per series and
time. So a question about a span of time reads that span of each series and nothing else. An absent tag is `''`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from edge.historian.base import Aggregate, Query
from edge.messages.schema import FieldType, Measurement

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
    """Return a checked query as a statement whose rows are the group's tags, time and value, and its parameters."""
    if query.aggregate in (Aggregate.FIRST, Aggregate.LAST):
        return _select_end(query)
    groups = [f"s.{_name(tag)}" for tag in query.group_by]
    value = f"p.{_name(query.field)}"
    condition, parameters = _where(query)
    if query.aggregate is None:
        text = f"SELECT {_list(*groups, 'p.time', value)} {_from(query)} {condition} ORDER BY {_list(*groups, 'p.time')}"
        return text, parameters
    time = str(query.start) if query.every is None else _window(query.every)
    function = "avg" if query.aggregate is Aggregate.MEAN else str(query.aggregate)
    # Without groups and windows SQL answers one row even about nothing; its value is made NULL to be left out.
    text = (
        f"SELECT {_list(*groups, f'{time} AS start', f'iif(count(*), {function}({value}), NULL)')}"
        f" {_from(query)} {condition}"
    )
    keys = groups if query.every is None else [*groups, "start"]
    if keys:
        text += f" GROUP BY {_list(*keys)} ORDER BY {_list(*keys)}"
    return text, parameters


def _select_end(query: Query) -> tuple[str, list[Parameter]]:
    """First or last: the end of each series is exact and cheap; then the best of the series of a group."""
    descending = "DESC" if query.aggregate is Aggregate.LAST else "ASC"
    groups = [f"g{number}" for number in range(len(query.group_by))]
    named = [f"s.{_name(tag)} AS g{number}" for number, tag in enumerate(query.group_by)]
    value = f"p.{_name(query.field)} AS value"
    if query.every is None:
        ends, parameters = _ends_of_span(
            query, _list(*named, "0 AS start", "p.time AS time", value), descending
        )
    else:
        function = "max" if query.aggregate is Aggregate.LAST else "min"
        condition, parameters = _where(query)
        ends = (
            f"SELECT {_list(*named, f'{_window(query.every)} AS start', f'{function}(p.time) AS time', value)}"
            f" {_from(query)} {condition} GROUP BY s.id, start"
        )
    # Of two series with the same time the greater value is taken, as InfluxDB does.
    rank = (
        f"row_number() OVER (PARTITION BY {_list(*groups, 'start')} ORDER BY time {descending}, value DESC)"
    )
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


def _from(query: Query) -> str:
    # CROSS JOIN keeps the order: series first, then the span of each by primary key.
    return f"FROM {_series(query.measurement)} s CROSS JOIN {_name(query.measurement)} p ON p.series = s.id"


def _where(query: Query) -> tuple[str, list[Parameter]]:
    tags = "".join(f" AND s.{_name(tag)} = ?" for tag in query.where)
    text = f"WHERE p.time >= ? AND p.time < ? AND p.{_name(query.field)} IS NOT NULL{tags}"
    return text, [query.start, query.stop, *query.where.values()]


def _window(every: int) -> str:
    # The remainder twice, since SQL's has the sign of the time.
    return f"p.time - ((p.time % {every}) + {every}) % {every}"


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
