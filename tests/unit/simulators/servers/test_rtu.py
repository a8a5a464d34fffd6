"""RTU frames: the checksum, and requests found in any stream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.servers.rtu import Request, RequestReader, crc16, frame

_READ = bytes.fromhex("11 03 006B 0003 7687")
_REQUEST = Request(0x11, bytes.fromhex("03 006B 0003"))


def _reads() -> st.SearchStrategy[list[Request]]:
    pdu = st.builds(
        lambda function, start, count: (
            bytes((function,)) + start.to_bytes(2, "big") + count.to_bytes(2, "big")
        ),
        st.integers(1, 4),
        st.integers(0, 65_535),
        st.integers(1, 125),
    )
    return st.lists(st.builds(Request, st.integers(1, 247), pdu), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("data", "checksum"),
    [("11 03 006B 0003", "7687"), ("01 03 0000 0001", "840A"), ("", "FFFF"), ("00", "BF40")],
)
def test_the_checksum_is_that_of_the_books(data: str, checksum: str) -> None:
    """CRC-16 with polynomial A001 from FFFF, low byte first."""
    assert crc16(bytes.fromhex(data)) == bytes.fromhex(checksum)


@given(st.binary(min_size=1, max_size=64), st.data())
def test_a_turned_bit_shows(data: bytes, draw: st.DataObject) -> None:
    """No single wrong bit leaves the checksum as it was."""
    bit = draw.draw(st.integers(0, 8 * len(data) - 1))
    wrong = (int.from_bytes(data, "big") ^ 1 << bit).to_bytes(len(data), "big")
    assert crc16(wrong) != crc16(data)


@given(_reads(), st.data())
def test_requests_are_found_however_they_are_cut(requests: list[Request], draw: st.DataObject) -> None:
    """What goes in back to back and in any pieces comes out once, in order."""
    stream = b"".join(frame(request.unit, request.pdu) for request in requests)
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    reader = RequestReader()
    pieces = [stream[first:last] for first, last in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert [request for piece in pieces for request in reader.feed(piece)] == requests


def test_a_checksum_that_fits_inside_a_read_cuts_nothing() -> None:
    """The bytes 01 0C 00 25 are a frame by themselves; in a read that comes in pieces they are its address and count."""
    read = Request(1, bytes.fromhex("01 010C 0025"))
    stream = frame(read.unit, read.pdu)
    reader = RequestReader()
    assert reader.feed(stream[:6]) == []
    assert reader.feed(stream[6:]) == [read]


@pytest.mark.parametrize(
    "garbage",
    [
        "00",
        "FF FF FF FF FF FF FF FF FF",
        "11 03 006B 0003 7688",  # a read with a wrong checksum
        "11 03 006B",  # half a read
        "11 10 0000 007B F6",  # a long write that never goes on
        "11 41 0102 0304",  # a function that no book knows
    ],
)
def test_a_request_behind_garbage_is_found_at_once(garbage: str) -> None:
    """Nothing that came before keeps a good frame waiting."""
    assert RequestReader().feed(bytes.fromhex(garbage) + _READ) == [_REQUEST]


@pytest.mark.parametrize(
    "pdu", ["06 0001 0003", "10 0001 0002 04 000A 0102", "0F 0013 000A 02 CD01", "07", "2B 0E0100"]
)
def test_writes_and_rarities_have_their_own_lengths(pdu: str) -> None:
    """A request with data behind a byte count is as long as it says; others as the book says."""
    request = Request(17, bytes.fromhex(pdu))
    assert RequestReader().feed(frame(17, request.pdu) + _READ) == [request, _REQUEST]
    assert request.wire_bytes == len(frame(17, request.pdu))


def test_garbage_is_not_hoarded() -> None:
    """A megabyte of rubbish leaves less than a frame behind, and the next request is still found."""
    reader = RequestReader()
    for _ in range(250):
        assert reader.feed(b"\x11\x10\x00\x00" * 1000) == []
    assert len(reader._received) < 256
    assert reader.feed(_READ) == [_REQUEST]
