"""console.db as SQLite: opened privately, set aside when damaged, the audit guarded. The console's only sqlite3 import.

Everything here blocks; a `File` may be used from several threads, and the file by several processes.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import structlog

from edge.errors import EdgeError, TransientError
from edge.set_aside import set_aside

log = structlog.get_logger(__name__)

NAME = "console.db"
VERSION = 1
OWNER_ONLY = 0o600
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PATIENCE_S = 5.0
_SCHEMA = f"""
BEGIN;
CREATE TABLE user (
    name     TEXT    PRIMARY KEY,
    role     INTEGER NOT NULL CHECK (role BETWEEN 1 AND 3),
    password TEXT    NOT NULL,           -- scrypt, its parameters and salt with it
    disabled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- What the browser holds is not here: only its hash.
CREATE TABLE session (
    hash  BLOB    PRIMARY KEY,
    user  TEXT    NOT NULL REFERENCES user (name) ON DELETE CASCADE,
    begun INTEGER NOT NULL,              -- ns UTC
    seen  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (user);
CREATE TABLE audit (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    time    INTEGER NOT NULL,            -- ns UTC
    user    TEXT    NOT NULL,
    role    TEXT    NOT NULL,
    address TEXT    NOT NULL,
    what    TEXT    NOT NULL,
    about   TEXT    NOT NULL,
    outcome TEXT    NOT NULL,
    before  TEXT    NOT NULL,            -- JSON
    after   TEXT    NOT NULL
) STRICT;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;
CREATE TABLE acknowledgement (
    event TEXT    PRIMARY KEY,
    time  INTEGER NOT NULL,              -- ns UTC
    user  TEXT    NOT NULL,
    note  TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
PRAGMA user_version = {VERSION};
COMMIT;
"""


class File:
    """Users, sessions, audit and acknowledgements at rest.

    Args:
        path: the file; made when missing, readable by its owner only; None keeps all of it in memory.

    Attributes:
        damaged: what was there could not be read, and lies beside it now.

    Raises:
        TransientError: the disk is full or fails, now or in any call; nothing of that call was committed.
        EdgeError: the file is of another version.
    """

    def __init__(self, path: Path | None) -> None:
        self._lock = RLock()
        self.damaged = False
        try:
            self._database = _connect(path)
        except sqlite3.DatabaseError as error:
            if path is None or error.sqlite_errorcode & 0xFF not in _DAMAGED:
                raise TransientError(f"cannot open {path}: {error}") from error
            kept = set_aside(path)
            log.critical("users and audit damaged, set aside: nobody can log in", kept=str(kept))
            self._database = _connect(path)
            self.damaged = True

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
            raise TransientError(f"users and audit cannot be read: {error}") from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all that is written within, or nothing of it."""
        try:
            with self._lock, self._database as database:
                database.execute("BEGIN IMMEDIATE")
                yield
        except sqlite3.Error as error:
            raise TransientError(f"users and audit cannot be written: {error}") from error

    def write(self, statement: str, values: Sequence[object]) -> int:
        """Write within a transaction; return how many rows were changed."""
        return self._database.execute(statement, values).rowcount


def _connect(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        _keep_private(path)
    database = sqlite3.connect(
        path or ":memory:", isolation_level=None, check_same_thread=False, timeout=_PATIENCE_S
    )
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA secure_delete = ON")
        database.execute("PRAGMA foreign_keys = ON")
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            database.executescript(_SCHEMA)
        elif version != VERSION:
            raise EdgeError(f"{path} is of version {version}; this program knows {VERSION}")
    except BaseException:
        database.close()
        raise
    return database


def _keep_private(path: Path) -> None:
    """Make the file before SQLite does, so that nobody else can ever open it; its -wal and -shm take its mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, OWNER_ONLY))
        path.chmod(OWNER_ONLY)
    except OSError as error:
        raise TransientError(f"cannot open {path}: {error.strerror}") from error
