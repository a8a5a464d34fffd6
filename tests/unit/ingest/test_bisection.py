"""Bisection finds exactly the bad lines, in few writes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import RejectedError
from edge.ingest.bisection import BadLine, isolate


def drive(lines: Sequence[str], bad: set[str]) -> tuple[list[BadLine], list[str], int]:
    """Search as the worker does, with a store that refuses what holds a bad line.

    Returns:
        The bad lines found, every line of an accepted write, and the number of writes.
    """
    accepted: list[str] = []
    writes = 0
    search = isolate(lines, RejectedError("refused"))
    try:
        half = next(search)
        while True:
            writes += 1
            refused = sorted(bad & set(half))
            if not refused:
                accepted += half
            half = search.send(RejectedError(f"because of {refused[0]}") if refused else None)
    except StopIteration as end:
        found: list[BadLine] = end.value
        return found, accepted, writes


@given(st.integers(1, 300), st.data())
def test_isolates_exactly_the_bad_lines(count: int, data: st.DataObject) -> None:
    """Each bad line is found with its own reason, every other one is written, and the writes are bounded."""
    lines = [str(number) for number in range(count)]
    bad = data.draw(st.sets(st.sampled_from(lines), min_size=1, max_size=20))

    found, accepted, writes = drive(lines, bad)

    assert [each.line for each in found] == sorted(bad, key=int)
    assert sorted([*accepted, *bad], key=int) == lines
    assert writes <= 2 * len(bad) * math.ceil(math.log2(count))
    if count > 1:
        assert all(each.reason == f"because of {each.line}" for each in found)


def test_a_refusal_that_has_gone_buries_nothing() -> None:
    """When the halves are accepted after all (a request was too large), no line is bad."""
    assert drive(["1", "2", "3", "4"], set()) == ([], ["1", "2", "3", "4"], 2)


def test_lines_that_the_database_names_are_believed() -> None:
    """An InfluxDB 3 says which ones they are: one more write and it is done."""
    search = isolate(["a", "b", "c"], RejectedError("refused", {1: "b is bad", 99: "what?"}))
    assert next(search) == ["a", "c"]
    with pytest.raises(StopIteration) as end:
        search.send(None)

    assert end.value.value == [BadLine("b", "b is bad")]


def test_a_refusal_of_all_is_not_searched() -> None:
    """A backlog that is older than the database keeps anything is buried at once, not line by line."""
    with pytest.raises(StopIteration) as end:
        next(isolate(["a", "b"], RejectedError("points beyond retention policy dropped=2", dropped=2)))

    assert [line for line, _ in end.value.value] == ["a", "b"]
