"""The records file: who works here and when they punched, in SQLite. Personal data; it never leaves the node.

Everything here blocks; `Records` may be used from several threads.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

import structlog

from edge.errors import EdgeError, TransientError
from edge.model.personnel import Punch, Worker, WorkerKind
from edge.set_aside import set_aside

log = structlog.get_logger(__name__)

VERSION = 1
OWNER_ONLY = 0o600
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_SCHEMA = f"""
BEGIN;
CREATE TABLE worker (
    pin   TEXT PRIMARY KEY,
    name  TEXT NOT NULL,
    kind  TEXT NOT NULL,
    team  TEXT NOT NULL,
    shift TEXT NOT NULL
) STRICT;
-- A record is the same one when all of it is: terminals send records again.
CREATE TABLE punch (
    terminal TEXT    NOT NULL,
    pin      TEXT    NOT NULL,
    time     INTEGER NOT NULL,          -- ns UTC
    status   INTEGER NOT NULL,
    PRIMARY KEY (terminal, pin, time, status)
) STRICT, WITHOUT ROWID;
CREATE INDEX punch_time ON punch (time, pin);
PRAGMA user_version = {VERSION};
COMMIT;
"""


class Records:
    """The one writer of a records file.

    Args:
        path: the file; made when missing, readable by its owner only, set aside and made anew when it is damaged.

    Raises:
        TransientError: the disk is full or fails, now or in any call; nothing of that call was committed.
        EdgeError: the file is of another version.
    """

    def __init__(self, path: Path) -> None:
        self._lock = RLock()
        self._unknown: int | None = None
        self._database = _open(path)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def replace_roster(self, workers: Iterable[Worker]) -> None:
        """Make these the workers, and nobody else; punches stay."""
        with self._transaction() as database:
            self._unknown = None
            database.execute("DELETE FROM worker")
            database.executemany(
                "INSERT INTO worker VALUES (?, ?, ?, ?, ?)",
                ((worker.pin, worker.name, worker.kind, worker.team, worker.shift) for worker in workers),
            )

    def roster(self) -> tuple[Worker, ...]:
        """Return every worker, by PIN."""
        with self._reading() as database:
            rows = database.execute("SELECT pin, name, kind, team, shift FROM worker ORDER BY pin").fetchall()
        return tuple(
            Worker(pin, name, WorkerKind(kind), team, shift) for pin, name, kind, team, shift in rows
        )

    def add_punches(self, punches: Iterable[Punch]) -> int:
        """Commit punches; return how many of them were new."""
        with self._transaction() as database:
            before = database.total_changes
            database.executemany(
                "INSERT INTO punch VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                ((punch.terminal, punch.pin, punch.time, punch.status) for punch in punches),
            )
            new = database.total_changes - before
            if new:
                self._unknown = None
            return new

    def punched_pins(self, start: int, stop: int) -> frozenset[str]:
        """Return who punched in [start, stop), ns UTC."""
        with self._reading() as database:
            rows = database.execute(
                "SELECT DISTINCT pin FROM punch WHERE time >= ? AND time < ?", (start, stop)
            ).fetchall()
        return frozenset(pin for (pin,) in rows)

    def unknown_punches(self) -> int:
        """Return how many punches are of a PIN that is not on the roster; all are read, but only after a change."""
        with self._reading() as database:
            if self._unknown is None:
                row = database.execute(
                    "SELECT count(*) FROM punch WHERE pin NOT IN (SELECT pin FROM worker)"
                ).fetchone()
                self._unknown = int(row[0])
            return self._unknown

    @contextmanager
    def one_commit(self) -> Iterator[None]:
        """Make one transaction of all that is added within: for the punches of the past, which come by thousands.

        Only for a caller that is alone with this object.
        """
        with self._transaction():
            yield

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock:
                yield self._database
        except sqlite3.Error as error:
            raise TransientError(f"the records cannot be read: {error}") from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock:
                if self._database.in_transaction:
                    yield self._database
                    return
                with self._database as database:
                    database.execute("BEGIN IMMEDIATE")
                    yield database
        except sqlite3.Error as error:
            raise TransientError(f"the records cannot be written: {error}") from error


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in _DAMAGED:
            raise TransientError(f"cannot open the records {path}: {error}") from error
        kept = set_aside(path)
        log.critical(
            "records damaged, set aside: terminals send theirs again", kept=str(kept), reason=str(error)
        )
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    _keep_private(path)
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        _check(database)
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            database.executescript(_SCHEMA)
        elif version != VERSION:
            raise EdgeError(f"{path} holds records of version {version}; this node knows {VERSION}")
    except BaseException:
        database.close()
        raise
    return database


def _check(database: sqlite3.Connection) -> None:
    found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        error = sqlite3.DatabaseError(f"quick_check: {found}")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _keep_private(path: Path) -> None:
    """Make the file before SQLite does, so that nobody else can ever open it; its -wal and -shm take its mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, OWNER_ONLY))
        path.chmod(OWNER_ONLY)
    except OSError as error:
        raise TransientError(f"cannot open the records {path}: {error.strerror}") from error
