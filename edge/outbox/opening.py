"""How an outbox file is opened: believed only when it is what was written last, and replaced without a gap."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from edge.errors import TransientError
from edge.outbox import file, mark
from edge.outbox.budget import Usage, allowed
from edge.outbox.options import OutboxOptions


def mark_of(path: Path) -> Path:
    """Return the file that remembers how far an outbox had come."""
    return path.with_suffix(".mark")


def new_of(path: Path) -> Path:
    """Return where a replacement is made."""
    return path.with_suffix(".new")


def finish_replacement(path: Path) -> None:
    """Put a complete new file into its place, or forget one that was begun while the old one still stands."""
    new = new_of(path)
    if path.exists():
        for suffix in ("", "-wal", "-shm"):
            new.with_name(new.name + suffix).unlink(missing_ok=True)
    elif new.exists():
        mark_of(path).unlink(missing_ok=True)
        new.rename(path)


def open_believed(path: Path) -> sqlite3.Connection:
    """Return a connection to a file that can be believed.

    Raises:
        DamagedError: it cannot.
    """
    last = mark.read(mark_of(path))
    database = file.connect(path)
    try:
        file.check(database)
        _compare(file.read_meta(database), last)
    except BaseException:
        database.close()
        raise
    return database


def _compare(meta: Mapping[str, str], last: mark.Mark | None) -> None:
    """Find out whether this is the file that was written last."""
    commits = int(meta.get("commits", "0"))
    if last is not None and last.epoch != meta["epoch"]:
        raise file.DamagedError("it is another file than the one that was written last")
    if last is not None and commits < last.commits:
        raise file.DamagedError(f"it has gone back in time, from commit {last.commits} to {commits}")


def usage_of(database: sqlite3.Connection, path: Path, options: OutboxOptions, rate: float) -> Usage:
    """Return how full an outbox is.

    Raises:
        TransientError: its disk cannot be asked.
    """
    size = file.one(database, "PRAGMA page_count") * file.one(database, "PRAGMA page_size")
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError as error:
        raise TransientError(f"the outbox's disk cannot be asked: {error}") from error
    return Usage(file.used(database), allowed(options.budget, size, free, options.min_free), rate)
