"""Acknowledgements: which batches of an epoch are committed, as ranges of sequence numbers.

Ranges, not a high-water mark: a new ingest worker can acknowledge without knowing what came before it, and a batch
that was trimmed leaves no hole to wait for.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from edge.errors import RejectedError

MAX_RANGES = 64
_PAIR = 2
_MAX_SEQ = 10**18 - 1


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Sequence numbers of one epoch that rest in the historian or in the dead letters.

    Attributes:
        epoch: the outbox's id.
        ranges: inclusive, ascending, neither overlapping nor adjacent; at most the newest 64.
    """

    epoch: str
    ranges: tuple[tuple[int, int], ...] = ()

    def __contains__(self, seq: object) -> bool:
        if not isinstance(seq, int):
            return False
        at = bisect_left(self.ranges, seq, key=lambda pair: pair[1])
        return at < len(self.ranges) and self.ranges[at][0] <= seq

    def add(self, seq: int) -> Acknowledgement:
        """Return this acknowledgement with one more sequence number."""
        return Acknowledgement(self.epoch, merge((*self.ranges, (seq, seq))))


def merge(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return ranges joined where they overlap or touch, ascending, the newest 64 of them."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged[-MAX_RANGES:])


def encode(acknowledgement: Acknowledgement) -> bytes:
    """Return the JSON payload."""
    return json.dumps({"epoch": acknowledgement.epoch, "ranges": acknowledgement.ranges}).encode()


def decode(payload: bytes) -> Acknowledgement:
    """Return the acknowledgement of a payload.

    Raises:
        RejectedError: it is not one.
    """
    try:
        document = json.loads(payload)
        epoch, ranges = document["epoch"], document["ranges"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise RejectedError(f"not an acknowledgement: {error}") from error
    if (
        not isinstance(epoch, str)
        or not isinstance(ranges, list)
        or not all(_is_range(pair) for pair in ranges)
    ):
        raise RejectedError("not an acknowledgement: epoch or ranges have the wrong form")
    return Acknowledgement(epoch, merge((low, high) for low, high in ranges))


def _is_range(pair: object) -> bool:
    return (
        isinstance(pair, list)
        and len(pair) == _PAIR
        and all(type(number) is int and 0 <= number <= _MAX_SEQ for number in pair)
        and pair[0] <= pair[1]
    )
