"""The outbox: batches waiting for the host, and the state behind them, in SQLite.

Everything here blocks; `Outbox` is used from one worker thread. `read_state`, `read_tallies` and `read_usage` open the
file read-only and may be called by another process while the node runs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from edge.messages import batch
from edge.messages.schema import Stream
from edge.outbox import file, mark
from edge.outbox.budget import HOUR_S, Level, Pace, Usage
from edge.outbox.opening import finish_replacement, mark_of, open_believed, usage_of
from edge.outbox.options import OutboxOptions
from edge.outbox.replacement import replace_damaged
from edge.outbox.tally import Account, DropReason, Tally
from edge.outbox.thinning import Thinner

log = structlog.get_logger(__name__)

FILE = "outbox.db"
MAX_LINES = 5_000
"""Lines of one batch: a larger commit is several."""
THINNED_AT_ONCE = 16
"""Old batches that a commit makes thinner, at most: acquisition waits for it."""
TRIMMED_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Row:
    """A batch that waits for its acknowledgement."""

    seq: int
    payload: bytes
    created: int = 0


class Outbox:
    """The one writer of an outbox file.

    Args:
        path: the file; made when missing, set aside and made anew, with all that can be saved, when it is damaged.
        node: the node's id, written into every batch.
        options: budgets.

    Attributes:
        epoch: id of this file's life; it changes only when the file is made anew.
    """

    def __init__(self, path: Path, node: str, options: OutboxOptions | None = None) -> None:
        self._path = path
        self._node = node
        self._options = options or OutboxOptions()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._pace = Pace()
        self._accounts: dict[Stream, Account] = {}
        finish_replacement(path)
        try:
            self._database = open_believed(path)
        except file.DamagedError as error:
            replace_damaged(path, node, self._options, str(error))
            self._database = file.connect(path)
        try:
            self._mark = mark.MarkFile(mark_of(path))
        except OSError:
            self._database.close()
            raise
        self._thinner = Thinner()
        self._level = Level.NORMAL
        self._load()
        self._leave_mark()

    def close(self) -> None:
        """Close the file."""
        self._database.close()
        self._mark.close()

    def state(self) -> dict[str, str]:
        """Return the processors' state of the last commit."""
        return file.read_state(self._database)

    def newest(self, stream: Stream) -> int:
        """Return the highest sequence number in use."""
        return self._accounts[stream].next_seq - 1

    def commit(self, lines: Mapping[Stream, Sequence[str]], state: Mapping[str, str], now: int) -> None:
        """Commit the batches of each stream that has lines, and the state behind them, as one transaction.

        Args:
            lines: line protocol, each line with its time stamp last.
            state: what changed; other keys stay as they are.
            now: ns UTC.

        Raises:
            TransientError: the disk is full or fails; nothing was committed.
        """
        limit = self.usage().allowed  # before this commit makes the file larger
        try:
            with file.transaction(self._database) as database:
                added = sum(
                    self._put(database, stream, stream_lines[at : at + MAX_LINES], now)
                    for stream, stream_lines in lines.items()
                    for at in range(0, len(stream_lines), MAX_LINES)
                )
                self._pace = self._pace.after(now, added)
                file.write_state(database, dict(state))
                self._make_room(database, limit)
                self._commits += 1
                self._save(database)
        except BaseException:
            self._load()
            raise
        self._leave_mark()
        self._warn()

    def waiting(self, stream: Stream, after: int, limit: int, before: int | None = None) -> list[Row]:
        """Return the oldest batches of a stream whose sequence number is above `after` and below `before`.

        One that is not as it was written is dropped, counted and said.

        Raises:
            TransientError: the disk fails.
        """
        query = (
            "SELECT seq, payload, created, points, crc FROM batch"
            " WHERE stream = ? AND seq > ? AND seq < ? ORDER BY seq LIMIT ?"
        )
        with file.questions():
            rows = self._database.execute(query, (stream, after, before or 2**62, limit)).fetchall()
        whole = []
        for seq, payload, created, points, given in rows:
            if file.batch_crc(stream, seq, points, payload) == given:
                whole.append(Row(seq, payload, created))
            else:
                log.critical(
                    "a batch was damaged on the disk; it is lost", stream=str(stream), seq=seq, points=points
                )
                self._remove_in_transaction(stream, [(seq, seq)], DropReason.DAMAGED)
        return whole

    def again(self, stream: Stream, numbers: Sequence[int]) -> list[Row]:
        """Return the batches of these numbers that still wait.

        Raises:
            TransientError: the disk fails.
        """
        return [row for seq in numbers for row in self.waiting(stream, seq - 1, 1, seq + 1)]

    def acknowledge(self, stream: Stream, ranges: Iterable[tuple[int, int]]) -> int:
        """Delete the batches that the host has committed; return how many points they held.

        Raises:
            TransientError: the disk is full or fails.
        """
        # Not synced by itself: what a power cut brings back is acknowledged again.
        self._database.execute("PRAGMA synchronous = NORMAL")
        try:
            return self._remove_in_transaction(stream, ranges, None)
        finally:
            self._database.execute("PRAGMA synchronous = FULL")

    def renew(self) -> None:
        """Begin a new epoch, and give everything that waits a number of it.

        For a file that turned out to be an older copy: its numbers have been used before, for other batches.

        Raises:
            TransientError: the disk is full or fails.
        """
        try:
            with file.transaction(self._database) as database:
                self.epoch = file.new_epoch(database)
                self._renumber(database)
                self._save(database)
        except BaseException:
            self._load()
            raise
        self._leave_mark()

    def tallies(self) -> dict[Stream, Tally]:
        """Return what became of every point so far.

        Raises:
            TransientError: the disk fails.
        """
        with file.questions():
            return file.read_tallies(self._database)

    def usage(self) -> Usage:
        """Return how full the file is, and how fast it fills.

        Raises:
            TransientError: the disk fails.
        """
        with file.questions():
            return usage_of(self._database, self._path, self._options, self._pace.rate)

    def _load(self) -> None:
        meta = file.read_meta(self._database)
        self.epoch = meta["epoch"]
        self._commits = int(meta.get("commits", "0"))
        elapsed, rate, measured = (float(meta.get(key, "0")) for key in ("elapsed", "rate", "measured"))
        self._pace = Pace(elapsed, rate, measured, int(meta.get("last", "0")))
        self._accounts = file.read_accounts(self._database)

    def _save(self, database: sqlite3.Connection) -> None:
        for stream, account in self._accounts.items():
            file.write_account(database, stream, account)
        pace = {key: str(getattr(self._pace, key)) for key in ("elapsed", "rate", "measured", "last")}
        file.write_meta(database, {"commits": str(self._commits), **pace})

    def _put(self, database: sqlite3.Connection, stream: Stream, lines: Sequence[str], now: int) -> int:
        account = self._accounts[stream]
        times = [int(line.rpartition(" ")[2]) for line in lines]
        payload = batch.encode(
            batch.Header(self._node, self.epoch, account.next_seq, len(lines), min(times), max(times)), lines
        )
        elapsed = int(self._pace.elapsed)
        file.add_batch(database, stream, account.next_seq, len(lines), payload, elapsed, now)
        account.next_seq += 1
        account.acquired += len(lines)
        return len(payload)

    def _renumber(self, database: sqlite3.Connection) -> None:
        """Give every batch a number of this epoch, one at a time: a backlog may be larger than the memory."""
        last = 0
        query = "SELECT id, stream, seq, points, crc, payload FROM batch WHERE id > ? ORDER BY id LIMIT 1"
        while (row := database.execute(query, (last,)).fetchone()) is not None:
            last, name, old, points, given, payload = row
            stream = Stream(name)
            account = self._accounts[stream]
            if file.batch_crc(stream, old, points, payload) != given:
                self._remove(database, stream, old, old, DropReason.DAMAGED)
                continue
            seq = account.next_seq
            new = batch.renumbered(payload, self._node, self.epoch, seq)
            database.execute(
                "UPDATE batch SET seq = ?, size = ?, crc = ?, payload = ? WHERE id = ?",
                (seq, len(new), file.batch_crc(stream, seq, points, new), new, last),
            )
            account.next_seq += 1

    def _make_room(self, database: sqlite3.Connection, limit: int) -> None:
        """Let trend go, oldest first, until the file is within its limits."""
        hours = self._options.max_hours
        if hours is not None:
            self._drop_older(database, int(self._pace.elapsed - hours * HOUR_S))
        if self._options.thin and Usage(file.used(database), limit).level >= Level.WARNING:
            self._make_thinner(database)
        reason = DropReason.BUDGET if limit >= self._options.budget else DropReason.DISK
        while file.used(database) > limit:
            oldest = database.execute(
                "SELECT seq FROM batch WHERE stream = ? ORDER BY seq LIMIT ?", (Stream.TREND, TRIMMED_AT_ONCE)
            ).fetchall()
            if not oldest:
                return
            self._remove(database, Stream.TREND, oldest[0][0], oldest[-1][0], reason)

    def _drop_older(self, database: sqlite3.Connection, elapsed: int) -> None:
        youngest = file.one(
            database,
            "SELECT max(seq) FROM (SELECT seq FROM batch WHERE stream = ? AND elapsed < ? ORDER BY seq LIMIT ?)",
            Stream.TREND,
            elapsed,
            TRIMMED_AT_ONCE,
        )
        if youngest is not None:
            self._remove(database, Stream.TREND, 0, youngest, DropReason.AGE)

    def _make_thinner(self, database: sqlite3.Connection) -> None:
        rows = database.execute(
            "SELECT seq, points, payload FROM batch"
            " WHERE stream = ? AND thinned = 0 AND elapsed < ? ORDER BY seq LIMIT ?",
            (Stream.TREND, int(self._pace.elapsed - HOUR_S), THINNED_AT_ONCE),
        ).fetchall()
        for seq, points, payload in rows:
            header, text = batch.decode(payload)
            kept = self._thinner.keep(text.decode().splitlines()[1:])
            if not kept:
                self._remove(database, Stream.TREND, seq, seq, DropReason.THINNED)
                continue
            thinner = batch.encode(batch.thinned(header, len(kept)), kept)
            database.execute(
                "UPDATE batch SET points = ?, size = ?, crc = ?, payload = ?, thinned = 1 WHERE stream = ? AND seq = ?",
                (
                    len(kept),
                    len(thinner),
                    file.batch_crc(Stream.TREND, seq, len(kept), thinner),
                    thinner,
                    Stream.TREND,
                    seq,
                ),
            )
            self._accounts[Stream.TREND].drop(DropReason.THINNED, points - len(kept))

    def _remove_in_transaction(
        self, stream: Stream, ranges: Iterable[tuple[int, int]], reason: DropReason | None
    ) -> int:
        try:
            with file.transaction(self._database) as database:
                points = sum(self._remove(database, stream, first, last, reason) for first, last in ranges)
                if points:
                    file.write_account(database, stream, self._accounts[stream])
        except BaseException:
            self._load()
            raise
        return points

    def _remove(
        self, database: sqlite3.Connection, stream: Stream, first: int, last: int, reason: DropReason | None
    ) -> int:
        """Delete batches; they were acknowledged when there is no reason for dropping them."""
        place = (stream, first, last)
        points: int = file.one(
            database,
            "SELECT coalesce(sum(points), 0) FROM batch WHERE stream = ? AND seq BETWEEN ? AND ?",
            *place,
        )
        database.execute("DELETE FROM batch WHERE stream = ? AND seq BETWEEN ? AND ?", place)
        account = self._accounts[stream]
        if reason is None:
            account.acknowledged += points
        else:
            account.drop(reason, points)
        return points

    def _leave_mark(self) -> None:
        waiting = {
            stream: account.acquired - account.acknowledged - sum(account.dropped_by.values())
            for stream, account in self._accounts.items()
        }
        try:
            self._mark.write(mark.Mark(self.epoch, self._commits, self._accounts, waiting))
        except OSError as error:
            log.error("the outbox's mark cannot be written", reason=str(error))

    def _warn(self) -> None:
        usage = self.usage()
        if usage.level > self._level:
            log.warning(
                "outbox fills",
                percent=int(usage.level),
                used_mb=usage.used // 10**6,
                allowed_mb=usage.allowed // 10**6,
                hours_left=None if usage.hours_left is None else round(usage.hours_left, 1),
            )
        self._level = usage.level


def read_state(path: Path) -> dict[str, str]:
    """Return the processors' state of another process's outbox; empty when there is none yet."""
    with file.reading(path) as database:
        return file.read_state(database) if database else {}


def read_tallies(path: Path) -> dict[Stream, Tally]:
    """Return the tallies of another process's outbox; empty when there is none yet."""
    with file.reading(path) as database:
        return file.read_tallies(database) if database else {}


def read_usage(path: Path, options: OutboxOptions) -> Usage | None:
    """Return how full another process's outbox is; None when there is none yet."""
    with file.reading(path) as database:
        if database is None:
            return None
        return usage_of(database, path, options, float(file.read_meta(database).get("rate", "0")))
