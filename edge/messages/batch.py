"""A batch: what one outbox row holds and one MQTT message carries.

UTF-8 line protocol, gzip or plain, whose first line is a comment::

    # batch v=1 node=aikou-1 epoch=5f3a… seq=17 points=42 first=1793… last=1793…
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from edge.errors import RejectedError

VERSION = 1
GZIP_MAGIC = b"\x1f\x8b"
MAX_BATCH_BYTES = 8 * 1024 * 1024
"""The most that a batch may be when unpacked; a larger one is a mistake or an attack."""
_HEADER = re.compile(
    rb"# batch v=(?P<version>\d{1,4}) node=(?P<node>[A-Za-z0-9._-]{1,64}) epoch=(?P<epoch>[0-9a-f]{1,32})"
    rb" seq=(?P<seq>\d{1,18}) points=(?P<points>\d{1,9}) first=(?P<first>-?\d{1,19}) last=(?P<last>-?\d{1,19})"
)


class UnknownVersionError(RejectedError):
    """A batch of a newer program: this one cannot know what it says, so its node keeps it."""


@dataclass(frozen=True, slots=True)
class Header:
    """Who made a batch, its place in its stream, and what it holds (times in ns UTC)."""

    node: str
    epoch: str
    seq: int
    points: int
    first: int
    last: int

    def __str__(self) -> str:
        return (
            f"# batch v={VERSION} node={self.node} epoch={self.epoch} seq={self.seq}"
            f" points={self.points} first={self.first} last={self.last}"
        )


def thinned(header: Header, points: int) -> Header:
    """Return the header of a batch that has lost lines; its span stays that of all that it once held."""
    return replace(header, points=points)


def encode(header: Header, lines: Sequence[str]) -> bytes:
    """Return the payload of a batch: deterministic, so that a replay is byte-identical."""
    return _pack("\n".join((str(header), *lines, "")).encode())


def renumbered(payload: bytes, node: str, epoch: str, seq: int) -> bytes:
    """Return a batch as another node, epoch and number would hold it, line for line the same.

    Raises:
        RejectedError: as `decode`.
    """
    header, text = decode(payload)
    _, _, lines = text.partition(b"\n")
    return _pack(str(replace(header, node=node, epoch=epoch, seq=seq)).encode() + b"\n" + lines)


def decode(payload: bytes) -> tuple[Header, bytes]:
    """Return header and plain text (header line included) of a payload, gzip or plain.

    Raises:
        RejectedError: it is too large, damaged, of another version, or without its header.
    """
    text = _unpack(payload) if payload.startswith(GZIP_MAGIC) else payload
    if len(text) > MAX_BATCH_BYTES:
        raise RejectedError(f"batch of {len(text)} bytes is over the limit of {MAX_BATCH_BYTES}")
    match = _HEADER.fullmatch(text.partition(b"\n")[0].rstrip(b"\r"))
    if match is None:
        raise RejectedError("the first line is not a batch header")
    version = int(match["version"])
    if version != VERSION:
        raise UnknownVersionError(f"batch version {version}; this host knows {VERSION}")
    numbers = {name: int(match[name]) for name in ("seq", "points", "first", "last")}
    return Header(match["node"].decode(), match["epoch"].decode(), **numbers), text


def _pack(text: bytes) -> bytes:
    return gzip.compress(text, compresslevel=1, mtime=0)


def _unpack(payload: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        text = unpacker.decompress(payload, MAX_BATCH_BYTES + 1)
    except zlib.error as error:
        raise RejectedError(f"damaged gzip: {error}") from error
    if not unpacker.eof and len(text) <= MAX_BATCH_BYTES:
        raise RejectedError("gzip ends in the middle")
    return text
