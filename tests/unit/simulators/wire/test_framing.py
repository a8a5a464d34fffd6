"""Answers are cut where they end, however their bytes come."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.wire.framing import Framer


def mbap(transaction: int, pdu: bytes) -> bytes:
    """Return a frame of Modbus TCP."""
    return transaction.to_bytes(2, "big") + bytes(2) + (len(pdu) + 1).to_bytes(2, "big") + b"\x01" + pdu


frames = st.lists(st.builds(mbap, st.integers(0, 0xFFFF), st.binary(min_size=1, max_size=253)), max_size=6)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """Return the pieces of some bytes, cut at places."""
    edges = [0, *sorted(place for place in places if 0 < place < len(data)), len(data)]
    return [data[a:b] for a, b in pairwise(edges) if a < b]


@given(frames, st.lists(st.integers(1, 1500), max_size=20))
def test_frames_come_out_whole(sent: list[bytes], places: list[int]) -> None:
    """Whatever the pieces were in which they came."""
    framer = Framer("mbap")
    answers = [answer for piece in cut(b"".join(sent), places) for answer in framer.feed(piece)]
    assert answers == sent
    assert framer.flush() == []


@given(frames, st.lists(st.tuples(st.integers(1, 1500), st.booleans()), max_size=20))
def test_a_flush_loses_nothing_and_keeps_step(sent: list[bytes], cuts: list[tuple[int, bool]]) -> None:
    """What was flushed in mid-frame is not repeated, and no frame that follows is cut elsewhere."""
    framer = Framer("mbap")
    flushes = {place for place, flush in cuts if flush}
    answers, seen = [], 0
    for piece in cut(b"".join(sent), [place for place, _ in cuts]):
        answers += framer.feed(piece)
        seen += len(piece)
        if seen in flushes:
            answers += framer.flush()
    answers += framer.flush()
    assert b"".join(answers) == b"".join(sent)
    ends, end = set(), 0
    for answer in answers:
        ends.add(end := end + len(answer))
    assert ends >= {sum(map(len, sent[: n + 1])) for n in range(len(sent))}


@given(st.lists(st.binary(min_size=1, max_size=20)), st.sampled_from(["chunk", "mbap"]))
def test_nothing_is_lost_of_what_is_no_modbus(pieces: list[bytes], framing: str) -> None:
    """Bytes that make no frames come out all the same, in their order."""
    framer = Framer("mbap" if framing == "mbap" else "chunk")
    answers = [answer for piece in pieces for answer in framer.feed(piece)]
    assert b"".join([*answers, *framer.flush()]) == b"".join(pieces)
    assert b"" not in answers


@pytest.mark.parametrize(
    "other", [b"HTTP/1.1 200 OK", bytes.fromhex("000100000001 01"), b"\0\1\0\0\1\0 1234"]
)
def test_what_is_no_modbus_is_an_answer_as_it_comes(other: bytes) -> None:
    """Another protocol, or a length that no frame can have."""
    framer = Framer("mbap")
    assert framer.feed(other) == [other]
    assert framer.feed(mbap(7, b"\x83\x02")) == [mbap(7, b"\x83\x02")]


def test_a_chunk_is_an_answer() -> None:
    """Where nothing is known about the protocol."""
    framer = Framer("chunk")
    assert framer.feed(b"half") == [b"half"]
    assert framer.flush() == []
