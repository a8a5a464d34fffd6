"""A measurement as a file for other programs: CSV, or Parquet where DuckDB is installed. DuckDB reads exports, never the store.

Rows are read a day at a time, so a year takes no more memory than a day.
"""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Protocol, TextIO

from edge.errors import ConfigurationError
from edge.historian.base import Query
from edge.historian.base import Row as Found
from edge.messages.schema import FieldType, Measurement
from edge.model.point import FieldValue

DAY_NS = 86_400 * 10**9
_TYPES = {FieldType.INT: "BIGINT", FieldType.FLOAT: "DOUBLE", FieldType.STRING: "VARCHAR"}
Row = Sequence[FieldValue | None]


class Historian(Protocol):
    """The part of a historian that is needed here."""

    async def query(self, query: Query) -> list[Found]:
        """Answer a query."""
        ...


async def rows(historian: Historian, measurement: Measurement, start: int, stop: int) -> AsyncIterator[Row]:
    """Yield a header, and then time (ns UTC), tags and fields of each point, ordered by day, tags and time.

    Raises:
        TransientError: the historian cannot be asked now.
    """
    yield ("time", *measurement.tags, *measurement.fields)
    for begin in range(start, stop, DAY_NS):
        end = min(begin + DAY_NS, stop)
        points: dict[tuple[str | int, ...], dict[str, FieldValue]] = {}
        for field in measurement.fields:
            query = Query(measurement.name, field, None, begin, end, group_by=measurement.tags)
            for row in await historian.query(query):
                tags: list[str | int] = [row.tags[tag] for tag in measurement.tags]
                key = (*tags, row.time)
                points.setdefault(key, {})[field] = row.value
        for key in sorted(points):
            yield (key[-1], *key[:-1], *(points[key].get(field) for field in measurement.fields))


async def export(historian: Historian, measurement: Measurement, start: int, stop: int, path: Path) -> int:
    """Write a file, CSV or Parquet by its ending; return the number of points.

    Raises:
        ConfigurationError: the file cannot be written, or Parquet needs DuckDB.
        TransientError: the historian cannot be asked now.
    """
    parquet = _duckdb() if path.suffix == ".parquet" else None
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            number = await _write(file, rows(historian, measurement, start, stop))
        if parquet is None:
            part.replace(path)
        else:
            _to_parquet(parquet, measurement, part, path)
    except OSError as error:
        raise ConfigurationError(f"--output: cannot write {path}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return number


async def _write(file: TextIO, lines: AsyncIterator[Row]) -> int:
    writer, number = csv.writer(file), -1
    async for row in lines:
        writer.writerow(row)
        number += 1
    return number


def _duckdb() -> ModuleType:
    try:
        return import_module("duckdb")
    except ImportError:
        raise ConfigurationError(
            "--output: Parquet needs DuckDB (pip install duckdb); a name that ends in .csv does without"
        ) from None


def _to_parquet(duckdb: ModuleType, measurement: Measurement, text: Path, path: Path) -> None:
    # The schema's types: guessed ones would differ from day to day, and a tag "007" become a number.
    types = {"time": "BIGINT", **dict.fromkeys(measurement.tags, "VARCHAR")}
    types |= {name: _TYPES[kind] for name, kind in measurement.fields.items()}
    columns = ", ".join(f"{_quoted(name)}: {_quoted(kind)}" for name, kind in types.items())
    read = f"read_csv({_quoted(str(text))}, header = true, nullstr = '', columns = {{{columns}}})"
    try:
        with duckdb.connect() as database:
            database.execute(f"COPY (FROM {read}) TO {_quoted(str(path))} (FORMAT parquet)")
    except duckdb.Error as error:
        raise OSError(str(error).partition("\n")[0]) from error


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
