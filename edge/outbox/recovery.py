"""What can be saved from an outbox file that cannot be believed as a whole: every batch that is still itself.

A batch that was sent before is the same lines again, so to send it once more changes nothing in the historian.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from edge.errors import EdgeError
from edge.messages.schema import Stream
from edge.outbox import file
from edge.outbox.mark import Mark
from edge.outbox.tally import Account

_MAX_HOLES = 1000
"""Damaged places that are stepped over; beyond, the rest of a file is given up."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A batch that is whole."""

    stream: Stream
    seq: int
    points: int
    created: int
    payload: bytes


@dataclass(slots=True)
class Salvage:
    """What was saved beside the batches.

    Attributes:
        state: of the processors; empty when it is not surely the newest, since counting on from an older one would
            count twice.
        accounts: the last ones known.
        waiting: points that waited, as far as known; at most, as some of them may have been stored since.
    """

    state: dict[str, str] = field(default_factory=dict)
    accounts: Mapping[Stream, Account] = field(default_factory=dict)
    waiting: Mapping[Stream, int] = field(default_factory=dict)


def read_numbers(path: Path, mark: Mark | None) -> Salvage:
    """Return what a damaged file still says of itself; reads it as it is, and raises nothing whatever is in it."""
    found = Salvage()
    if mark is not None:
        found.accounts, found.waiting = mark.accounts, mark.waiting
    with suppress(sqlite3.Error, OSError), closing(_connect(path)) as database:
        _read_numbers(database, mark, found)
    return found


def read_batches(path: Path) -> Iterator[Saved]:
    """Yield what a damaged file still holds, in the order in which it was made, one at a time: it may not fit into memory."""
    with suppress(sqlite3.Error, OSError), closing(_connect(path)) as database:
        yield from _batches(database)


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def _read_numbers(database: sqlite3.Connection, mark: Mark | None, found: Salvage) -> None:
    try:
        if mark is None or int(file.read_meta(database).get("commits", "-1")) < mark.commits:
            return
        found.accounts = file.read_accounts(database)
        found.waiting = {
            stream: account.acquired - account.acknowledged - sum(account.dropped_by.values())
            for stream, account in found.accounts.items()
        }
        rows = database.execute("SELECT key, value, crc FROM state").fetchall()
        found.state = {key: value for key, value, given in rows if file.crc(key, value) == given}
    except (sqlite3.Error, EdgeError, ValueError, KeyError, TypeError):
        found.state = {}


def _batches(database: sqlite3.Connection) -> Iterator[Saved]:
    """Yield whole batches from the front until a damaged place, then over it, a little further each time."""
    after, holes, step = 0, 0, 1
    seen: set[tuple[Stream, int]] = set()
    while holes < _MAX_HOLES:
        try:
            row = database.execute(
                "SELECT id, stream, seq, points, created, crc, payload FROM batch NOT INDEXED"
                " WHERE id > ? ORDER BY id LIMIT 1",
                (after,),
            ).fetchone()
        except sqlite3.Error:
            holes += 1
            after += step
            step = min(step * 2, 1 << 20)
            continue
        if row is None:
            return
        # A damaged tree may lead back to where it has been.
        after, step = max(int(row[0]), after + 1), 1
        saved = _saved(*row[1:])
        if saved is not None and (saved.stream, saved.seq) not in seen:
            seen.add((saved.stream, saved.seq))
            yield saved


def _saved(stream: str, seq: int, points: int, created: int, given: int, payload: bytes) -> Saved | None:
    try:
        whole = file.batch_crc(stream, seq, points, payload) == given
        return Saved(Stream(stream), seq, points, created, payload) if whole else None
    except (ValueError, TypeError):
        return None
