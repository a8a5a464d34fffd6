"""A new outbox file, with all that can be saved, in the place of a damaged one.

A crash at any step is made good: until the new file is complete the damaged one stands, and is read once more. Batches go
over one by one, a few a transaction, so that neither memory nor the write-ahead log holds a long backlog.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import structlog

from edge.errors import RejectedError
from edge.messages import batch
from edge.messages.schema import Stream
from edge.outbox import file, mark, recovery
from edge.outbox.opening import finish_replacement, mark_of, new_of
from edge.outbox.options import OutboxOptions
from edge.outbox.tally import Account, DropReason
from edge.set_aside import set_aside

log = structlog.get_logger(__name__)

AT_ONCE = 64
"""Batches a transaction."""


def replace_damaged(path: Path, node: str, options: OutboxOptions, reason: str) -> None:
    """Save what is whole of a damaged file into a new one, and set the damaged one aside.

    Raises:
        TransientError: the disk is full or fails; the damaged file stands as it was.
        OSError: the same.
    """
    log.error("outbox damaged: saving what is whole", file=str(path), reason=reason)
    found = recovery.read_numbers(path, mark.read(mark_of(path)))
    with closing(file.connect(new_of(path))) as database:
        epoch, accounts = file.read_meta(database)["epoch"], file.read_accounts(database)
        batches = _fitting(recovery.read_batches(path), _excess(path, options))
        saved, points = 0, dict.fromkeys(Stream, 0)
        while some := list(itertools.islice(batches, AT_ONCE)):
            with file.transaction(database):
                for each in some:
                    payload = _renumbered(each, node, epoch, accounts[each.stream])
                    if payload is None:
                        continue
                    seq = accounts[each.stream].next_seq
                    file.add_batch(database, each.stream, seq, each.points, payload, 0, each.created)
                    accounts[each.stream].next_seq += 1
                    points[each.stream] += each.points
                    saved += 1
        lost = {stream: max(waited - points[stream], 0) for stream, waited in found.waiting.items()}
        with file.transaction(database):
            for stream, account in accounts.items():
                _balance(account, found.accounts.get(stream), lost.get(stream, 0), points[stream])
                file.write_account(database, stream, account)
            file.write_state(database, found.state)
    kept = set_aside(path)
    finish_replacement(path)
    log.critical(
        "outbox damaged: set aside, and what was whole is kept",
        file=str(kept),
        reason=reason,
        saved_batches=saved,
        lost_points={str(stream): number for stream, number in lost.items()} or "unknown",
        counting="goes on" if found.state else "begins anew",
    )


def _excess(path: Path, options: OutboxOptions) -> int:
    """Return by how many bytes a copy of a file may be too large for the disk, with the damaged one beside it."""
    free = shutil.disk_usage(path.parent).free - options.min_free
    return max(path.stat().st_size - max(free, 0), 0)


def _fitting(batches: Iterable[recovery.Saved], excess: int) -> Iterator[recovery.Saved]:
    """Leave out the oldest trend for which the disk has no room."""
    for each in batches:
        if excess > 0 and each.stream is Stream.TREND:
            excess -= len(each.payload)
        else:
            yield each


def _renumbered(saved: recovery.Saved, node: str, epoch: str, account: Account) -> bytes | None:
    try:
        return batch.renumbered(saved.payload, node, epoch, account.next_seq)
    except RejectedError as error:
        log.error("a batch cannot be read; it stays in the damaged file", seq=saved.seq, reason=str(error))
        return None


def _balance(account: Account, old: Account | None, lost: int, waiting: int) -> None:
    """Go on with the account of before, as far as it is known."""
    if old is not None:
        account.acknowledged, account.dropped_by = old.acknowledged, dict(old.dropped_by)
    account.drop(DropReason.DAMAGED, lost)
    account.acquired = account.acknowledged + sum(account.dropped_by.values()) + waiting
