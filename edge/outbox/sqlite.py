"""The outbox file: batches waiting for the host, and the state behind them, in SQLite.

Everything here blocks; `Outbox` is used from one worker thread. `read_state` and `read_tallies` open the file
read-only and may be called by another process while the node runs.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import structlog

from edge.errors import EdgeError, TransientError
from edge.messages import batch
from edge.messages.schema import Stream
from edge.set_aside import set_aside

log = structlog.get_logger(__name__)

FILE = "outbox.db"
VERSION = 1
TREND_BUDGET_BYTES = 512 * 1024 * 1024
"""What the trend stream may take on disk; its oldest batches go when it is spent. The ledger stream has no budget."""
_EPOCH_BYTES = 8


@dataclass(frozen=True, slots=True)
class Tally:
    """Points of one stream by their fate: `acquired == acknowledged + dropped + waiting`, always.

    Attributes:
        bytes: of the batches that wait.
    """

    acquired: int
    acknowledged: int
    dropped: int
    waiting: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Row:
    """A batch that waits for its acknowledgement."""

    seq: int
    payload: bytes


class Outbox:
    """The one writer of an outbox file.

    Args:
        path: the file; made when missing, set aside and made anew when it is damaged.
        node: the node's id, written into every batch.
        trend_budget: bytes.

    Attributes:
        epoch: id of this file's life; it changes only when the file is made anew.
    """

    def __init__(self, path: Path, node: str, trend_budget: int = TREND_BUDGET_BYTES) -> None:
        self._node = node
        self._trend_budget = trend_budget
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = _open(path)
        self.epoch: str = _one(self._database, "SELECT value FROM meta WHERE key = 'epoch'")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def state(self) -> dict[str, str]:
        """Return the processors' state of the last commit."""
        return dict(self._database.execute("SELECT key, value FROM state"))

    def commit(self, lines: Mapping[Stream, Sequence[str]], state: Mapping[str, str], now: int) -> None:
        """Commit one batch of each stream that has lines, and the state behind them, as one transaction.

        Args:
            lines: line protocol, each line with its time stamp last.
            state: what changed; other keys stay as they are.
            now: ns UTC.

        Raises:
            TransientError: the disk is full or fails; nothing was committed.
        """
        with _transaction(self._database) as database:
            for stream, stream_lines in lines.items():
                if stream_lines:
                    self._put(database, stream, stream_lines, now)
            database.executemany(
                "INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                state.items(),
            )

    def waiting(self, stream: Stream, after: int, limit: int) -> list[Row]:
        """Return the oldest batches of a stream whose sequence number is above `after`.

        Raises:
            TransientError: the disk fails.
        """
        query = "SELECT seq, payload FROM batch WHERE stream = ? AND seq > ? ORDER BY seq LIMIT ?"
        with _questions():
            return [Row(*row) for row in self._database.execute(query, (stream, after, limit))]

    def acknowledge(self, stream: Stream, ranges: Iterable[tuple[int, int]]) -> int:
        """Delete the batches that the host has committed; return how many points they held."""
        acknowledged = 0
        with _transaction(self._database) as database:
            for first, last in ranges:
                acknowledged += self._remove(database, stream, first, last, "acknowledged")
        return acknowledged

    def tallies(self) -> dict[Stream, Tally]:
        """Return what became of every point so far.

        Raises:
            TransientError: the disk fails.
        """
        with _questions():
            return _tallies(self._database)

    def _put(self, database: sqlite3.Connection, stream: Stream, lines: Sequence[str], now: int) -> None:
        seq = _one(database, "SELECT next_seq FROM tally WHERE stream = ?", stream)
        times = [int(line.rpartition(" ")[2]) for line in lines]
        header = batch.Header(self._node, self.epoch, seq, len(lines), min(times), max(times))
        payload = batch.encode(header, lines)
        database.execute("INSERT INTO batch VALUES (?, ?, ?, ?, ?)", (stream, seq, len(lines), now, payload))
        database.execute(
            "UPDATE tally SET next_seq = next_seq + 1, acquired = acquired + ?, bytes = bytes + ? WHERE stream = ?",
            (len(lines), len(payload), stream),
        )
        if stream is Stream.TREND:
            self._trim(database)

    def _trim(self, database: sqlite3.Connection) -> None:
        """Drop the oldest trend batches until the stream is within its budget."""
        while _one(database, "SELECT bytes FROM tally WHERE stream = ?", Stream.TREND) > self._trend_budget:
            oldest = _one(database, "SELECT min(seq) FROM batch WHERE stream = ?", Stream.TREND)
            self._remove(database, Stream.TREND, oldest, oldest, "dropped")

    @staticmethod
    def _remove(database: sqlite3.Connection, stream: Stream, first: int, last: int, fate: str) -> int:
        place = (stream, first, last)
        points, size = database.execute(
            "SELECT coalesce(sum(points), 0), coalesce(sum(length(payload)), 0) FROM batch"
            " WHERE stream = ? AND seq BETWEEN ? AND ?",
            place,
        ).fetchone()
        database.execute("DELETE FROM batch WHERE stream = ? AND seq BETWEEN ? AND ?", place)
        database.execute(
            f"UPDATE tally SET {fate} = {fate} + ?, bytes = bytes - ? WHERE stream = ?",  # noqa: S608 - two literals
            (points, size, stream),
        )
        return int(points)


def read_state(path: Path) -> dict[str, str]:
    """Return the processors' state of another process's outbox; empty when there is none yet."""
    with _reading(path) as database:
        return dict(database.execute("SELECT key, value FROM state")) if database else {}


def read_tallies(path: Path) -> dict[Stream, Tally]:
    """Return the tallies of another process's outbox; empty when there is none yet."""
    with _reading(path) as database:
        return _tallies(database) if database else {}


def _tallies(database: sqlite3.Connection) -> dict[Stream, Tally]:
    rows = database.execute(
        "SELECT stream, acquired, acknowledged, dropped,"
        " (SELECT coalesce(sum(points), 0) FROM batch WHERE batch.stream = tally.stream), bytes FROM tally"
    )
    return {Stream(stream): Tally(*numbers) for stream, *numbers in rows}


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    if not path.exists():
        yield None
        return
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        with_tables = _one(database, "SELECT count(*) FROM sqlite_master WHERE name = 'state'")
        yield database if with_tables else None
    except sqlite3.Error as error:
        raise TransientError(f"{path} cannot be read now: {error}") from error
    finally:
        database.close()


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise EdgeError(f"cannot open the outbox {path}: {error}") from error
        kept = set_aside(path)
        log.critical("outbox damaged: set aside, counting begins anew", file=str(kept), reason=str(error))
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        if _one(database, "PRAGMA quick_check(1)") != "ok":
            raise sqlite3.DatabaseError("quick_check found damage")
        version = _one(database, "PRAGMA user_version")
        if version == 0:
            _create(database)
        elif version != VERSION:
            raise EdgeError(f"{path} is an outbox of version {version}; this node knows {VERSION}")
    except BaseException:
        database.close()
        raise
    return database


def _create(database: sqlite3.Connection) -> None:
    schema = files("edge.outbox").joinpath("schema.sql").read_text(encoding="utf-8")
    database.executescript(f"BEGIN; {schema}")
    database.executemany("INSERT INTO tally VALUES (?, 1, 0, 0, 0, 0)", [(stream,) for stream in Stream])
    database.execute("INSERT INTO meta VALUES ('epoch', ?)", (secrets.token_hex(_EPOCH_BYTES),))
    database.execute(f"PRAGMA user_version = {VERSION}")
    database.execute("COMMIT")


@contextmanager
def _questions() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise TransientError(f"the outbox cannot be read: {error}") from error


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    try:
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
    except sqlite3.Error as error:
        raise TransientError(f"the outbox cannot be written: {error}") from error


def _one(database: sqlite3.Connection, query: str, *arguments: object) -> Any:
    row = database.execute(query, arguments).fetchone()
    return row[0] if row else None
