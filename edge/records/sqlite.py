"""The records file: roster and punches in SQLite, readable by nobody but the node's own user.

Personal data: it never leaves this file. Everything here blocks; one object may be used from several threads.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

from edge.errors import EdgeError, TransientError
from edge.model.personnel import Punch, Worker, WorkerKind
from edge.set_aside import set_aside

log = structlog.get_logger(__name__)

VERSION = 1
_ONLY_OWNER = 0o600
_SCHEMA = """
BEGIN;
CREATE TABLE worker (
  pin TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, team TEXT NOT NULL, shift TEXT NOT NULL
) WITHOUT ROWID;
-- A terminal sends a record again when its confirmation was lost; the key makes the second one the first one.
CREATE TABLE punch (
  time INTEGER NOT NULL, pin TEXT NOT NULL, terminal TEXT NOT NULL, status INTEGER NOT NULL,
  PRIMARY KEY (time, pin, terminal, status)
) WITHOUT ROWID;
"""


class Records:
    """The one writer of a records file.

    Raises:
        EdgeError: the file cannot be opened, or is of a version that this program does not know.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._database = _open(path)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def replace_roster(self, workers: Iterable[Worker]) -> None:
        """Let these be all workers there are."""
        with self._transaction() as database:
            database.execute("DELETE FROM worker")
            database.executemany(
                "INSERT INTO worker VALUES (?, ?, ?, ?, ?)",
                ((worker.pin, worker.name, worker.kind, worker.team, worker.shift) for worker in workers),
            )

    def roster(self) -> tuple[Worker, ...]:
        """Return all workers, by pin."""
        with self._lock:
            rows = self._database.execute(
                "SELECT pin, name, kind, team, shift FROM worker ORDER BY pin"
            ).fetchall()
        return tuple(
            Worker(pin, name, WorkerKind(kind), team, shift) for pin, name, kind, team, shift in rows
        )

    def add_punches(self, punches: Sequence[Punch]) -> int:
        """Commit punches to disk; return how many were not there before.

        Raises:
            TransientError: the file cannot be written now; nothing was kept.
        """
        with self._transaction() as database:
            before = database.total_changes
            database.executemany(
                "INSERT OR IGNORE INTO punch VALUES (?, ?, ?, ?)",
                ((punch.time, punch.pin, punch.terminal, punch.status) for punch in punches),
            )
            return database.total_changes - before

    def punched_pins(self, start: int, stop: int) -> frozenset[str]:
        """Return who punched in a span (ns UTC, half-open)."""
        with self._lock:
            rows = self._database.execute(
                "SELECT DISTINCT pin FROM punch WHERE time >= ? AND time < ?", (start, stop)
            ).fetchall()
        return frozenset(pin for (pin,) in rows)

    def unknown_punches(self) -> int:
        """Return how many punches are of nobody on the roster."""
        with self._lock:
            query = "SELECT count(*) FROM punch WHERE pin NOT IN (SELECT pin FROM worker)"
            return int(self._database.execute(query).fetchone()[0])

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._database.execute("BEGIN IMMEDIATE")
                try:
                    yield self._database
                    self._database.execute("COMMIT")
                except BaseException:
                    if self._database.in_transaction:
                        self._database.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise TransientError(f"the records cannot be written: {error}") from error


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.OperationalError as error:
        raise EdgeError(f"cannot open the records {path}: {error}") from error
    except sqlite3.DatabaseError as error:
        kept = set_aside(path)
        log.critical("records damaged: set aside, punches begin anew", file=str(kept), reason=str(error))
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    try:
        path.touch(_ONLY_OWNER)
        path.chmod(_ONLY_OWNER)
    except OSError as error:
        raise EdgeError(f"cannot open the records {path}: {error.strerror}") from error
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            database.executescript(f"{_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
        elif version != VERSION:
            raise EdgeError(f"{path} holds records of version {version}; this node knows {VERSION}")
        elif database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("quick_check found damage")
    except BaseException:
        database.close()
        raise
    return database
