"""Time series in one SQLite file: the historian that needs no server.

One connection writes, in a thread of its own; another one reads, in a second thread, so a long report holds up nothing.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

import structlog

from edge.clock import Clock
from edge.errors import RejectedError, TransientError
from edge.historian import folding, retention, sql
from edge.historian.base import Query, Row, Table, TableRow, rows_of
from edge.historian.options import EmbeddedOptions
from edge.historian.queries import as_table, checked, checked_table
from edge.historian.retention import Limits
from edge.messages import line_protocol
from edge.messages.schema import MEASUREMENTS, Measurement
from edge.model.point import Point
from edge.set_aside import set_aside

LIBRARY_VERSION = sqlite3.sqlite_version
_BUSY_TIMEOUT_S = 5.0
_FORGET_INTERVAL_S = 3600.0
_BREATH_S = 0.05
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_log = structlog.get_logger(__name__)
_T = TypeVar("_T")


class EmbeddedHistorian:
    """A historian in a file.

    Args:
        path: the file; it is made when it is missing.
        read_only: ask only; a file that is not there yet gives empty answers.
        options: how long raw tags are kept.
        schema: measurements by name.
    """

    def __init__(
        self,
        path: Path,
        *,
        read_only: bool = False,
        schema: Mapping[str, Measurement] = MEASUREMENTS,
        options: EmbeddedOptions | None = None,
    ) -> None:
        self._store = None if read_only else _Store(path, schema)
        self._options = options or EmbeddedOptions()
        self._reader = _Reader(path)
        self._writing = ThreadPoolExecutor(1, "historian-write")
        self._reading = ThreadPoolExecutor(1, "historian-read")

    async def __aenter__(self) -> Self:
        if self._store is not None:
            await _in(self._writing, self._store.open)
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._reader.interrupt()
        await _in(self._reading, self._reader.close)
        if self._store is not None:
            await _in(self._writing, self._store.close)
        self._reading.shutdown()
        self._writing.shutdown()

    async def write(self, lines: Sequence[str], *, checked: bool = False) -> None:  # noqa: ARG002 - it parses anyway
        """Commit lines in one transaction, or none of them."""
        if self._store is None:
            raise RejectedError("this historian was opened for reading only")
        was_damaged = await _in(self._writing, partial(self._store.write, lines))
        if was_damaged:
            await _in(self._reading, self._reader.close)
            raise TransientError("the historian's file was damaged and has been set aside; write again")

    async def forget(self, clock: Clock) -> None:
        """Thin what is old, now and each hour, until cancelled."""
        while True:
            try:
                await self.thin(clock.now())
            except TransientError as error:
                _log.warning("old values cannot be thinned now", reason=str(error))
            await asyncio.sleep(_FORGET_INTERVAL_S)

    async def thin(self, now: int) -> None:
        """Leave one value a minute of what is older than `raw_days`, and nothing of what is older than `minute_days`.

        In small steps, so that writing never waits long.

        Raises:
            TransientError: the disk fails.
        """
        if self._store is None:
            return
        limits = Limits.at(now, self._options.raw_days, self._options.minute_days)
        while await _in(self._writing, partial(self._store.thin, limits)):
            await asyncio.sleep(_BREATH_S)

    async def query(self, query: Query) -> list[Row]:
        """Answer a query from a snapshot of the file."""
        asked = checked(query)
        table = as_table(asked)
        if table is None:
            return await _in(self._reading, partial(self._reader.query, asked))
        return rows_of((await self._tables([table]))[0])

    async def table(self, table: Table) -> list[TableRow]:
        """Answer a table from a snapshot of the file."""
        return (await self.tables([table]))[0]

    async def tables(self, tables: Sequence[Table]) -> list[list[TableRow]]:
        """Answer tables, all from the same snapshot of the file."""
        return await self._tables([checked_table(table) for table in tables])

    async def _tables(self, tables: Sequence[Table]) -> list[list[TableRow]]:
        return await _in(self._reading, partial(self._reader.tables, tables))


async def _in(thread: ThreadPoolExecutor, call: Callable[[], _T]) -> _T:
    try:
        return await asyncio.get_running_loop().run_in_executor(thread, call)
    except (sqlite3.Error, OSError) as error:
        raise TransientError(f"historian: {error}") from error


class _Store:
    """The writing connection; lives in its own thread."""

    def __init__(self, path: Path, schema: Mapping[str, Measurement]) -> None:
        self._path = path
        self._schema = schema
        self._upserts = {measurement.name: sql.upsert(measurement) for measurement in schema.values()}
        self._connection: sqlite3.Connection | None = None
        self._series: dict[tuple[str, ...], int] = {}

    def open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = self._connect()
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            self._set_aside(error)
            self._connection = self._connect()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def write(self, lines: Sequence[str]) -> bool:
        """Commit lines; True when the file turned out to be damaged and was replaced by an empty one."""
        points = [line_protocol.parse(line) for line in lines]
        if self._connection is None:
            self.open()
        try:
            self._commit(points)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            self.close()
            self._set_aside(error)
            self.open()
            return True
        return False

    def thin(self, limits: Limits) -> bool:
        """Take one step of thinning; return whether there may be more to do."""
        connection = self._open_connection
        step = retention.next_step(connection.execute, limits)
        if step is None:
            return False
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement, parameters in retention.statements(step):
                connection.execute(statement, parameters)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return True

    def _commit(self, points: Sequence[Point]) -> None:
        connection = self._open_connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            rows: dict[str, list[tuple[sql.Parameter, ...]]] = {}
            for point in points:
                values = map(point.fields.get, self._schema[point.measurement].fields)
                row = (self._series_of(point), point.time, *values)
                rows.setdefault(point.measurement, []).append(row)
            for name, parameters in rows.items():
                connection.executemany(self._upserts[name], parameters)
            connection.execute("COMMIT")
        except BaseException:
            # Numbers that this transaction gave out are void again.
            self._series.clear()
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _series_of(self, point: Point) -> int:
        measurement = self._schema[point.measurement]
        tags = tuple([point.tags.get(tag, "") for tag in measurement.tags])
        key = (measurement.name, *tags)
        number = self._series.get(key)
        if number is None:
            row = self._open_connection.execute(sql.add_series(measurement), tags).fetchone()
            number = self._series[key] = int(row[0])
        return number

    @property
    def _open_connection(self) -> sqlite3.Connection:
        if self._connection is None:
            raise TransientError("the historian is not open")
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        killed = self._path.with_name(self._path.name + "-wal").exists()
        connection = sqlite3.connect(self._path, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            # An orderly end leaves no WAL, unless others were reading. To check is to read the whole file, so
            # only what a killed writer may have left gets checked.
            if killed and connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise _damage("quick_check found faults")
            self._make_tables(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _make_tables(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(retention.TABLE)
        for measurement in self._schema.values():
            for statement in sql.create(measurement):
                connection.execute(statement)
            series, points = (
                _columns(connection, table) for table in (f"{measurement.name}_series", measurement.name)
            )
            for statement in sql.extend(measurement, series, points):
                connection.execute(statement)
        connection.execute("COMMIT")

    def _set_aside(self, error: sqlite3.DatabaseError) -> None:
        """Rename a damaged file, so that a person can look at it, and forget it."""
        self._series.clear()
        kept = set_aside(self._path)
        _log.error("historian damaged, set aside", file=str(self._path), kept=str(kept), reason=str(error))


class _Reader:
    """The reading connection; lives in its own thread and opens when there is a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._is_interrupted = False

    def query(self, query: Query) -> list[Row]:
        connection = self._connect()
        if connection is None or query.field not in _columns(connection, query.measurement):
            return []
        statement, parameters = sql.select(query)
        rows = connection.execute(statement, parameters).fetchall()
        return [Row(dict(zip(query.group_by, tags, strict=True)), time, value) for *tags, time, value in rows]

    def tables(self, tables: Sequence[Table]) -> list[list[TableRow]]:
        connection = self._connect()
        if connection is None:
            return [[] for _ in tables]
        connection.execute("BEGIN")
        try:
            known = {name: _columns(connection, name) for name in {table.measurement for table in tables}}
            return [
                folding.answer(self._execute, table, known[table.measurement])
                if known[table.measurement]
                else []
                for table in tables
            ]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
                raise RejectedError(f"{', '.join(sorted(known))}: {error}") from error
            raise
        finally:
            connection.execute("ROLLBACK")

    def _execute(self, statement: str, parameters: Sequence[sql.Parameter]) -> list[tuple[Any, ...]]:
        if self._connection is None or self._is_interrupted:
            raise TransientError("the historian is being closed")
        return self._connection.execute(statement, parameters).fetchall()

    def interrupt(self) -> None:
        """End a running query for good; may be called from any thread."""
        self._is_interrupted = True
        if self._connection is not None:
            self._connection.interrupt()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> sqlite3.Connection | None:
        if self._connection is None and self._path.exists():
            uri = f"{self._path.absolute().as_uri()}?mode=ro"
            self._connection = sqlite3.connect(
                uri, uri=True, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
        return self._connection


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [name for (name,) in connection.execute(sql.columns(table))]


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    # The low byte is the primary code; extended ones say where.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED


def _damage(message: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(message)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error
