"""A measurement as a file for other programs: CSV, or Parquet where DuckDB is installed. DuckDB reads exports, never the store.

Rows are read a day at a time, so a year takes no more memory than a day.
"""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TextIO

from edge.errors import ConfigurationError
from edge.historian.base import Historian, Query
from edge.messages.schema import Measurement
from edge.model.point import FieldValue

DAY_NS = 86_400 * 10**9
Row = Sequence[FieldValue | None]


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
    parquet = path.suffix == ".parquet"
    text = path.with_name(path.name + ".csv.part") if parquet else path
    try:
        with text.open("w", encoding="utf-8", newline="") as file:
            number = await _write(file, rows(historian, measurement, start, stop))
        if parquet:
            _to_parquet(text, path)
    except OSError as error:
        raise ConfigurationError(f"--output: cannot write {path}: {error.strerror}") from error
    finally:
        if parquet:
            text.unlink(missing_ok=True)
    return number


async def _write(file: TextIO, lines: AsyncIterator[Row]) -> int:
    writer, number = csv.writer(file), -1
    async for row in lines:
        writer.writerow(row)
        number += 1
    return number


def _to_parquet(text: Path, path: Path) -> None:
    try:
        duckdb = import_module("duckdb")
    except ImportError:
        raise ConfigurationError(
            "--output: Parquet needs DuckDB (pip install duckdb); a name that ends in .csv does without"
        ) from None
    with duckdb.connect() as database:
        database.execute(f"COPY (FROM read_csv('{_quoted(text)}')) TO '{_quoted(path)}' (FORMAT parquet)")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
