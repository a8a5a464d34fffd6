"""The outbox file itself: opened, made, brought to the present version, and checked before it is believed.

SQLite has no checksum of its own, so every row carries one: a bit that flipped on the disk is found, not sent.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from edge.errors import EdgeError, TransientError
from edge.messages.schema import Stream
from edge.outbox.tally import Account, DropReason, Tally

VERSION = 2
_WAL_LIMIT_BYTES = 8 * 1024 * 1024
_EPOCH_BYTES = 8
_DISK = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})


class DamagedError(EdgeError):
    """The file cannot be believed."""


def crc(*parts: object) -> int:
    """Return the CRC of a row's values."""
    return zlib.crc32(repr(parts).encode())


def batch_crc(stream: str, seq: int, points: int, payload: bytes) -> int:
    """Return the CRC of a batch."""
    return zlib.crc32(payload, crc(str(stream), seq, points))


def connect(path: Path) -> sqlite3.Connection:
    """Open a file for writing, made and brought to the present version where needed.

    Raises:
        DamagedError: it is no outbox any more.
        TransientError: the disk is full or fails.
        EdgeError: it cannot be opened, or a newer program has written it.
    """
    try:
        database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
    except sqlite3.Error as error:
        raise EdgeError(f"cannot open the outbox {path}: {error}") from error
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA cell_size_check = ON")
        database.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT_BYTES}")
        _to_present_version(database, path)
    except BaseException as error:
        database.close()
        if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF in _DISK:
            raise TransientError(f"cannot open the outbox {path}: {error}") from error
        if isinstance(error, sqlite3.OperationalError):
            raise EdgeError(f"cannot open the outbox {path}: {error}") from error
        if isinstance(error, sqlite3.DatabaseError):
            raise DamagedError(str(error)) from error
        raise
    return database


def check(database: sqlite3.Connection) -> None:
    """Look at everything but the payloads, which are checked when they are read.

    Raises:
        DamagedError: something is not as it was written.
        TransientError: the disk is full or fails.
    """
    try:
        found = one(database, "PRAGMA integrity_check(1)")
        if found != "ok":
            raise DamagedError(f"integrity_check: {found}")
        for table in ("meta", "state"):
            for key, value, given in database.execute(f"SELECT key, value, crc FROM {table}"):  # noqa: S608 - two literals
                if crc(key, value) != given:
                    raise DamagedError(f"{table} {key!r} has changed on the disk")
        accounts = read_accounts(database)
        for stream, tally in read_tallies(database).items():
            highest = one(database, "SELECT max(seq) FROM batch WHERE stream = ?", stream) or 0
            if tally.unaccounted or highest >= accounts[stream].next_seq:
                raise DamagedError(f"the numbers of {stream} do not balance")
    except (sqlite3.DatabaseError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF in _DISK:
            raise TransientError(f"the outbox cannot be checked: {error}") from error
        raise DamagedError(str(error)) from error


def new_epoch(database: sqlite3.Connection) -> str:
    """Give the file a new epoch, and return it."""
    epoch = secrets.token_hex(_EPOCH_BYTES)
    write_meta(database, {"epoch": epoch})
    return epoch


def read_meta(database: sqlite3.Connection) -> dict[str, str]:
    """Return what the file says of itself."""
    return dict(database.execute("SELECT key, value FROM meta"))


def write_meta(database: sqlite3.Connection, values: dict[str, str]) -> None:
    """Write what the file says of itself."""
    _upsert(database, "meta", values)


def read_state(database: sqlite3.Connection) -> dict[str, str]:
    """Return the processors' state."""
    return dict(database.execute("SELECT key, value FROM state"))


def write_state(database: sqlite3.Connection, values: dict[str, str]) -> None:
    """Write what has changed of the processors' state."""
    _upsert(database, "state", values)


def read_accounts(database: sqlite3.Connection) -> dict[Stream, Account]:
    """Return the running numbers of each stream.

    Raises:
        DamagedError: one has changed on the disk.
    """
    accounts = {}
    rows = database.execute("SELECT stream, next_seq, acquired, acknowledged, dropped, crc FROM tally")
    for stream, next_seq, acquired, acknowledged, dropped, given in rows:
        if crc(stream, next_seq, acquired, acknowledged, dropped) != given:
            raise DamagedError(f"the tally of {stream} has changed on the disk")
        reasons = {DropReason(reason): points for reason, points in json.loads(dropped).items()}
        accounts[Stream(stream)] = Account(next_seq, acquired, acknowledged, reasons)
    if accounts.keys() != set(Stream):
        raise DamagedError("a tally is missing")
    return accounts


def write_account(database: sqlite3.Connection, stream: Stream, account: Account) -> None:
    """Write the running numbers of a stream."""
    numbers = (account.next_seq, account.acquired, account.acknowledged)
    row = (str(stream), *numbers, json.dumps(account.dropped_by, sort_keys=True))
    database.execute("INSERT OR REPLACE INTO tally VALUES (?, ?, ?, ?, ?, ?)", (*row, crc(*row)))


def read_tallies(database: sqlite3.Connection) -> dict[Stream, Tally]:
    """Return what became of every point, those that wait counted one by one."""
    elapsed = int(float(read_meta(database).get("elapsed", "0")))
    tallies = {}
    for stream, account in read_accounts(database).items():
        waiting, batches, size, oldest = database.execute(
            "SELECT coalesce(sum(points), 0), count(*), coalesce(sum(size), 0), min(elapsed)"
            " FROM batch INDEXED BY batch_by_seq WHERE stream = ?",
            (stream,),
        ).fetchone()
        age = max(elapsed - oldest, 0) if oldest is not None else 0
        tallies[stream] = Tally(
            account.acquired, account.acknowledged, account.dropped_by, waiting, batches, size, age
        )
    return tallies


def add_batch(
    database: sqlite3.Connection,
    stream: Stream,
    seq: int,
    points: int,
    payload: bytes,
    elapsed: int,
    created: int,
) -> None:
    """Put one batch into the file."""
    row = (
        stream,
        seq,
        points,
        len(payload),
        elapsed,
        created,
        batch_crc(stream, seq, points, payload),
        payload,
    )
    database.execute(
        "INSERT INTO batch (stream, seq, points, size, elapsed, created, crc, payload)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    )


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Commit what is done within, or nothing of it.

    Raises:
        TransientError: the disk is full or fails.
    """
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


@contextmanager
def questions() -> Iterator[None]:
    """Turn what a failing disk raises while reading into an error of ours."""
    try:
        yield
    except (sqlite3.Error, DamagedError) as error:
        raise TransientError(f"the outbox cannot be read: {error}") from error


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Open another process's file for reading, as it is at one moment; None when there is no outbox yet.

    Raises:
        TransientError: it cannot be read now.
    """
    if not path.exists():
        yield None
        return
    try:
        database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    except sqlite3.Error as error:
        raise TransientError(f"{path} cannot be read now: {error}") from error
    try:
        # One snapshot for all questions: between two of them the node may delete what has been acknowledged.
        database.execute("BEGIN")
        version = one(database, "PRAGMA user_version")
        if version not in (0, VERSION):
            what = (
                "a newer program has written it" if version > VERSION else "start the node once to migrate it"
            )
            raise TransientError(
                f"{path} is an outbox of version {version}, this program knows {VERSION}: {what}"
            )
        yield database if version else None
    except (sqlite3.Error, DamagedError) as error:
        raise TransientError(f"{path} cannot be read now: {error}") from error
    finally:
        database.close()


def one(database: sqlite3.Connection, query: str, *arguments: object) -> Any:
    """Return the first value of a question's first row."""
    row = database.execute(query, arguments).fetchone()
    return row[0] if row else None


def used(database: sqlite3.Connection) -> int:
    """Return the bytes of the file that hold something."""
    page, pages, unused = (
        one(database, f"PRAGMA {what}") for what in ("page_size", "page_count", "freelist_count")
    )
    return int((pages - unused) * page)


def _upsert(database: sqlite3.Connection, table: str, values: dict[str, str]) -> None:
    database.executemany(
        f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)",  # noqa: S608 - two literals
        [(key, value, crc(key, value)) for key, value in values.items()],
    )


def _to_present_version(database: sqlite3.Connection, path: Path) -> None:
    version = one(database, "PRAGMA user_version")
    if version > VERSION:
        raise EdgeError(f"{path} is an outbox of version {version}; this node knows {VERSION}")
    if version == VERSION:
        return
    schema, migration = (_text(name) for name in ("schema.sql", "migration_1.sql"))
    try:
        database.executescript(f"BEGIN IMMEDIATE; {migration if version else ''} {schema}")
        if version:
            _fill_from_1(database)
        else:
            new_epoch(database)
            for stream in Stream:
                write_account(database, stream, Account())
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


def _fill_from_1(database: sqlite3.Connection) -> None:
    for table in ("meta", "state"):
        _upsert(database, table, dict(database.execute(f"SELECT key, value FROM {table}_1")))  # noqa: S608 - two literals
    tallies = database.execute("SELECT stream, next_seq, acquired, acknowledged, dropped FROM tally_1")
    for stream, *numbers, dropped in tallies.fetchall():
        account = Account(*numbers)
        account.drop(DropReason.BUDGET, dropped)
        write_account(database, Stream(stream), account)
    # A cursor of its own, row by row: a backlog may be larger than the memory.
    rows = database.cursor().execute("SELECT stream, seq, points, payload, created FROM batch_1")
    for stream, seq, points, payload, created in rows:
        add_batch(database, Stream(stream), seq, points, payload, 0, created)
    for table in ("meta", "batch", "tally", "state"):
        database.execute(f"DROP TABLE {table}_1")


def _text(name: str) -> str:
    return files("edge.outbox").joinpath(name).read_text(encoding="utf-8")
