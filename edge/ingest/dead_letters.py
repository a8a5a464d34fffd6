"""Where lines and payloads rest that no historian will have: a SQLite file, each with its reason."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Self

import structlog

from edge.errors import RejectedError, TransientError
from edge.set_aside import set_aside

MAX_PAYLOAD_BYTES = 8 * 1024 * 1024
"""What is kept of one letter, more than ingest takes as one message; its full size is noted."""
MAX_TOTAL_BYTES = 256 * 1024 * 1024
"""What all letters may take; the oldest go when a flood of nonsense spends it, and the log says so."""

_NS = 10**9
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_SCHEMA = """
CREATE TABLE IF NOT EXISTS letter (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    topic TEXT NOT NULL,
    reason TEXT NOT NULL,
    size INTEGER NOT NULL,
    payload BLOB NOT NULL,
    digest BLOB NOT NULL UNIQUE
) STRICT
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """A line or a whole payload that was refused.

    Attributes:
        id: ascending.
        time: when it was first seen, ns UTC.
        size: bytes that it had; `payload` may hold only the first of them.
    """

    id: int
    time: int
    topic: str
    reason: str
    size: int
    payload: bytes


class DeadLetters:
    """The one writer of a dead-letter file; may be used from several threads. Opens at once, closes with the `with`.

    Args:
        path: the file; made when missing, set aside and made anew when it is damaged.
        max_total_bytes: of all payloads.
    """

    def __init__(self, path: Path, max_total_bytes: int = MAX_TOTAL_BYTES) -> None:
        self._max_total = max_total_bytes
        self._lock = Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = _open(path)
        self._total = int(self._one("SELECT coalesce(sum(length(payload)), 0) FROM letter"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        with self._lock:
            self._database.close()

    def add(self, time: int, topic: str, reason: str, payload: bytes) -> None:
        """Keep a letter; the same payload from the same topic is kept once, as a batch may come again.

        Raises:
            TransientError: the disk is full or fails.
        """
        digest = hashlib.sha256(topic.encode() + b"\n" + payload).digest()
        kept = payload[:MAX_PAYLOAD_BYTES]
        with self._transaction():
            added = self._database.execute(
                "INSERT INTO letter (time, topic, reason, size, payload, digest) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (digest) DO NOTHING",
                (time, topic, reason, len(payload), kept, digest),
            ).rowcount
            self._make_room(len(kept) if added else 0)

    def remove(self, number: int) -> None:
        """Forget a letter that rests in the historian by now.

        Raises:
            TransientError: the disk is full or fails.
        """
        with self._transaction():
            row = self._database.execute(
                "SELECT length(payload) FROM letter WHERE id = ?", (number,)
            ).fetchone()
            if row is not None:
                self._database.execute("DELETE FROM letter WHERE id = ?", (number,))
                self._total -= row[0]

    def list(self, limit: int = 100, after: int = 0) -> Sequence[Letter]:
        """Return letters with an id above `after`, oldest first."""
        with self._lock:
            return _select(self._database, limit, after)

    def count(self) -> int:
        """Return how many letters there are."""
        with self._lock:
            return int(self._one("SELECT count(*) FROM letter"))

    def _make_room(self, added: int) -> None:
        total = self._total + added
        while total > self._max_total:
            oldest, size = self._database.execute(
                "SELECT id, length(payload) FROM letter ORDER BY id LIMIT 1"
            ).fetchone()
            self._database.execute("DELETE FROM letter WHERE id = ?", (oldest,))
            total -= size
            log.error("dead letters are full: the oldest is gone", id=oldest, bytes=size)
        self._total = total

    def _one(self, statement: str) -> int | float | str | bytes:
        value: int | float | str | bytes = self._database.execute(statement).fetchone()[0]
        return value

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        total = self._total
        try:
            with self._lock, self._database:
                self._database.execute("BEGIN IMMEDIATE")
                yield
        except sqlite3.Error as error:
            self._total = total
            raise TransientError(f"dead letters: {error}") from error


def read_letters(path: Path, limit: int = 100, after: int = 0, *, payload: bool = True) -> list[Letter]:
    """Return letters with an id above `after`, oldest first, while the host may be writing others.

    Args:
        path: the file.
        limit: letters at the most.
        after: the id before the first of them.
        payload: read their bytes too, 8 MiB each at the most.

    Raises:
        TransientError: the file cannot be read.
    """
    if not path.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            return _select(database, limit, after, payload=payload)
    except sqlite3.Error as error:
        raise TransientError(f"dead letters: {path}: {error}") from error


def read_letter(path: Path, number: int) -> Letter:
    """Return one letter.

    Raises:
        RejectedError: there is none of this number.
        TransientError: the file cannot be read.
    """
    for letter in read_letters(path, 1, number - 1):
        if letter.id == number:
            return letter
    raise RejectedError(f"there is no dead letter {number}")


def letter_lines(path: Path) -> Iterator[str]:
    """Yield a line a letter, for people: number, first seen, topic, size, reason.

    Raises:
        TransientError: the file cannot be read.
    """
    after = 0
    while page := read_letters(path, after=after, payload=False):
        for letter in page:
            seen = datetime.fromtimestamp(letter.time / _NS, UTC).isoformat(timespec="seconds")
            yield printable(f"{letter.id}  {seen}  {letter.topic}  {letter.size} bytes  {letter.reason}")
        after = page[-1].id
    if not after:
        yield "no dead letters"


def printable(text: str) -> str:
    """Return a text without what a terminal would obey: topics and lines are other people's words."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


def _select(database: sqlite3.Connection, limit: int, after: int, *, payload: bool = True) -> list[Letter]:
    columns = "id, time, topic, reason, size, " + ("payload" if payload else "x''")
    rows = database.execute(
        f"SELECT {columns} FROM letter WHERE id > ? ORDER BY id LIMIT ?",  # noqa: S608 - two literals
        (after, limit),
    )
    return [Letter(*row) for row in rows]


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in _DAMAGED:
            raise TransientError(f"dead letters: {path}: {error}") from error
        kept = set_aside(path)
        log.error("dead letters damaged, set aside", file=str(path), kept=str(kept), reason=str(error))
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", _SCHEMA):
            database.execute(statement)
    except BaseException:
        database.close()
        raise
    return database
