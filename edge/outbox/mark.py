"""A small file beside the outbox that remembers how far it had come: it tells a file that went back in time.

A disk that lies about what it has written, or a torn write-ahead log, gives back an older outbox that looks whole.
To count on from its state would count twice what has been sent since.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from edge.messages.schema import Stream
from edge.outbox.tally import Account, DropReason

_SIZE = 1024


@dataclass(frozen=True, slots=True)
class Mark:
    """How far an outbox had come.

    Attributes:
        commits: transactions since its epoch began.
        accounts: of its streams.
        waiting: points that waited; at most, as acknowledgements do not move the mark.
    """

    epoch: str
    commits: int
    accounts: Mapping[Stream, Account] = field(default_factory=dict)
    waiting: Mapping[Stream, int] = field(default_factory=dict)


class MarkFile:
    """The file, written in place so that it needs no room on a full disk."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def close(self) -> None:
        """Close it."""
        os.close(self._file)

    def write(self, mark: Mark) -> None:
        """Replace the mark; it rests on the disk when this returns.

        Raises:
            OSError: the disk fails.
        """
        os.pwrite(self._file, _encode(mark), 0)
        os.fdatasync(self._file)


def read(path: Path) -> Mark | None:
    """Return the mark of a file; None when there is none that can be believed."""
    try:
        return _decode(path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _encode(mark: Mark) -> bytes:
    text = json.dumps(asdict(mark), separators=(",", ":")).encode()
    return b"%08x %s" % (zlib.crc32(text), text) + b"\n" * (_SIZE - len(text))


def _decode(content: bytes) -> Mark | None:
    crc, _, text = content.rstrip(b"\n").partition(b" ")
    if int(crc, 16) != zlib.crc32(text):
        return None
    document = json.loads(text)
    accounts = {Stream(stream): _account(numbers) for stream, numbers in document["accounts"].items()}
    waiting = {Stream(stream): int(points) for stream, points in document["waiting"].items()}
    return Mark(document["epoch"], document["commits"], accounts, waiting)


def _account(numbers: Mapping[str, int | Mapping[str, int]]) -> Account:
    dropped = numbers["dropped_by"]
    if isinstance(dropped, int):
        raise TypeError("dropped_by is a mapping")
    plain = {key: value for key, value in numbers.items() if isinstance(value, int)}
    return Account(**plain, dropped_by={DropReason(reason): points for reason, points in dropped.items()})
