"""Batches: encode and decode are one another's inverse, and any bytes are a batch or rejected."""

from __future__ import annotations

import gzip
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import RejectedError
from edge.messages import batch
from edge.messages.batch import Header

HEADERS = st.builds(
    Header,
    node=st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True),
    epoch=st.from_regex(r"[0-9a-f]{1,32}", fullmatch=True),
    seq=st.integers(0, 10**18 - 1),
    points=st.integers(0, 10**9 - 1),
    first=st.integers(-(10**19) + 1, 10**19 - 1),
    last=st.integers(-(10**19) + 1, 10**19 - 1),
)
LINES = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n")))
HEADER = Header("n1", "5f3a", 17, 1, 1, 1)


def zipped(data: bytes) -> bytes:
    """Return data as gzip, the same at any time: cases are named after their bytes."""
    return gzip.compress(data, mtime=0)


@given(HEADERS, LINES)
def test_decode_undoes_encode(header: Header, lines: list[str]) -> None:
    """Header and lines survive, compressed or plain, and encoding again gives the same bytes."""
    payload = batch.encode(header, lines)
    text = "\n".join((str(header), *lines)) + "\n"

    assert batch.decode(payload) == (header, text.encode())
    assert batch.decode(text.encode()) == (header, text.encode())
    assert batch.encode(header, lines) == payload


@given(st.binary() | st.binary().map(lambda body: batch.GZIP_MAGIC + body) | st.binary().map(zipped))
def test_any_bytes_are_a_batch_or_rejected(payload: bytes) -> None:
    """Nothing that is published ends the worker."""
    try:
        header, text = batch.decode(payload)
    except RejectedError:
        return
    assert text.startswith(str(header).encode())


@given(st.data())
def test_a_damaged_batch_is_rejected_or_unharmed(data: st.DataObject) -> None:
    """Gzip's check sum finds a flipped byte and a missing end."""
    payload = batch.encode(HEADER, ["count,site=s n=1i 1"])
    at = data.draw(st.integers(10, len(payload) - 1))
    flipped = payload[:at] + bytes([payload[at] ^ data.draw(st.integers(1, 255))]) + payload[at + 1 :]

    with pytest.raises(RejectedError):
        batch.decode(payload[:at])
    with suppress(RejectedError):
        assert batch.decode(flipped) == batch.decode(payload)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"count n=1i 1", "not a batch header"),
        (str(HEADER).encode().replace(b"v=1", b"v=2"), "version 2"),
        (zipped(b"#" * (batch.MAX_BATCH_BYTES + 1)), "over the limit"),
        (b"#" * (batch.MAX_BATCH_BYTES + 1), "over the limit"),
        (zipped(b"#" * 1000)[:-9], "middle"),
        (batch.GZIP_MAGIC + b"xx", "damaged gzip"),
    ],
)
def test_says_what_is_wrong(payload: bytes, reason: str) -> None:
    """A dead letter tells why; a small payload cannot unpack into a large one."""
    with pytest.raises(RejectedError, match=reason):
        batch.decode(payload)
