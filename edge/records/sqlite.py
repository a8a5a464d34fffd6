"""The records file as SQLite: opened privately, checked, set aside when damaged. The room's only sqlite3 import.

Everything here blocks; a `File` may be used from several threads, and the file by several processes.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import structlog

from edge.errors import EdgeError, TransientError
from edge.set_aside import set_aside

log = structlog.get_logger(__name__)

VERSION = 2
OWNER_ONLY = 0o600
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PATIENCE_S = 10.0
_SCHEMA = f"""
BEGIN;
-- `person` and `pin` are marks, `sealed` is what only the key opens; see vault.py.
CREATE TABLE worker (
    person BLOB PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE pin (
    pin BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;
-- A record is the same one when all of it is: terminals send records again.
CREATE TABLE punch (
    record BLOB    PRIMARY KEY,
    pin    BLOB    NOT NULL,
    day    INTEGER NOT NULL,          -- since 1970, UTC: how long it is kept, and where it is looked for
    odd    INTEGER NOT NULL,          -- whether its time cannot be: then the day is that of its receipt
    sealed BLOB    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX punch_day ON punch (day);
CREATE INDEX punch_pin ON punch (pin);
CREATE TABLE entry (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    person BLOB    NOT NULL,
    day    INTEGER NOT NULL,          -- as of which it grows old
    sealed BLOB    NOT NULL
) STRICT;
CREATE INDEX entry_person ON entry (person);
-- Who was erased: terminals send their records again. A record by a clock that is ahead stands here by itself.
CREATE TABLE erased (
    pin   BLOB PRIMARY KEY,
    until INTEGER NOT NULL            -- ns UTC
) STRICT, WITHOUT ROWID;
CREATE TABLE access (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    day    INTEGER NOT NULL,
    sealed BLOB    NOT NULL
) STRICT;
CREATE TABLE terminal (
    serial  TEXT PRIMARY KEY,
    known   INTEGER NOT NULL,
    seen    INTEGER NOT NULL,         -- ns UTC
    error   INTEGER NOT NULL,         -- ns by which its clock is ahead
    counter INTEGER                   -- of a badge reader on a PLC
) STRICT, WITHOUT ROWID;
-- Days whose figures may have changed, and what was last told of a shift: groups only.
CREATE TABLE touched (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    day    INTEGER NOT NULL
) STRICT;
CREATE TABLE told (
    shift  TEXT    NOT NULL,
    start  INTEGER NOT NULL,
    groups TEXT    NOT NULL,
    PRIMARY KEY (shift, start)
) STRICT, WITHOUT ROWID;
CREATE TABLE about (
    what  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
PRAGMA user_version = {VERSION};
COMMIT;
"""


class File:
    """A records file.

    Args:
        path: the file; made when missing, readable by its owner only, set aside and made anew when it is damaged.

    Raises:
        TransientError: the disk is full or fails, now or in any call; nothing of that call was committed.
        EdgeError: the file is of another version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.commits = 0
        """How often this object has committed."""
        self._lock = RLock()
        self._database = _open(path)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def read(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """Return the rows of a query."""
        try:
            with self._lock:
                return self._database.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise TransientError(f"the records cannot be read: {error}") from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all that is written within, or nothing of it; one within another is part of it."""
        try:
            with self._lock:
                if self._database.in_transaction:
                    yield
                    return
                with self._database as database:
                    database.execute("BEGIN IMMEDIATE")
                    self.commits += 1
                    yield
        except sqlite3.Error as error:
            raise TransientError(f"the records cannot be written: {error}") from error

    def write(self, statement: str, rows: Iterable[Sequence[object]]) -> int:
        """Write rows within a transaction; return how many were changed."""
        before = self._database.total_changes
        self._database.executemany(statement, rows)
        return self._database.total_changes - before

    def version(self) -> int:
        """Return a number that is another one when another connection has committed."""
        return int(self.read("PRAGMA data_version")[0][0])

    def wipe(self) -> None:
        """Leave nothing of what was deleted, in the file or beside it."""
        self.read("PRAGMA wal_checkpoint(TRUNCATE)")


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
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=_PATIENCE_S)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA secure_delete = ON")
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
