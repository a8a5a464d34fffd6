"""Acknowledgements: sets of numbers, written as ranges."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import RejectedError
from edge.messages import acknowledgement
from edge.messages.acknowledgement import MAX_RANGES, Acknowledgement, merge

RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (min(pair), max(pair))))


def numbers(ranges: tuple[tuple[int, int], ...] | list[tuple[int, int]]) -> set[int]:
    """Return what ranges stand for."""
    return {number for low, high in ranges for number in range(low, high + 1)}


@given(RANGES)
def test_merge_keeps_every_number_in_normal_form(ranges: list[tuple[int, int]]) -> None:
    """Merged ranges say the same, ascending, apart, and merging again changes nothing."""
    merged = merge(ranges)

    assert numbers(merged) == numbers(ranges)
    assert all(low <= high for low, high in merged)
    assert all(left[1] + 1 < right[0] for left, right in pairwise(merged))
    assert merge(merged) == merged


@given(RANGES, RANGES)
def test_merge_does_not_care_for_order(some: list[tuple[int, int]], others: list[tuple[int, int]]) -> None:
    """Ranges may come in any order and in any portions."""
    assert merge([*some, *others]) == merge([*others, *some]) == merge([*merge(some), *others])


@given(st.lists(st.integers(0, 300)))
def test_holds_what_was_added(added: list[int]) -> None:
    """A number is in it when it was added, and only then."""
    known = Acknowledgement("e")
    for number in added:
        known = known.add(number)

    assert {number for number in range(302) if number in known} == set(added)


@given(st.text(), RANGES)
def test_decode_undoes_encode(epoch: str, ranges: list[tuple[int, int]]) -> None:
    """What the host says is what the node hears."""
    said = Acknowledgement(epoch, merge(ranges))

    assert acknowledgement.decode(acknowledgement.encode(said)) == said


@given(
    st.binary()
    | st.sampled_from(
        [b"[]", b"1", b"{}", b'{"epoch": 1, "ranges": []}', b'{"epoch": "e", "ranges": [[2, 1]]}']
    )
    | st.sampled_from([b'{"epoch": "e", "ranges": [[-1, 1]]}', b'{"epoch": "e", "ranges": [[true, 1]]}'])
    | st.sampled_from([b'{"epoch": "e", "ranges": [[1, 1000000000000000000]]}', b"[" * 100_000])
)
def test_anything_else_is_rejected(payload: bytes) -> None:
    """A payload that is no acknowledgement deletes nothing."""
    with pytest.raises(RejectedError):
        acknowledgement.decode(payload)


def test_keeps_the_newest_ranges() -> None:
    """An acknowledgement stays small; the oldest ranges are forgotten, and those batches are sent again."""
    many = [(number, number) for number in range(0, 400, 2)]

    assert merge(many) == tuple(many[-MAX_RANGES:])
