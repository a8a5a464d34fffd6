from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.opcua.gaps import MOST, SLICE, Gaps
from edge.model.calendar import NS

DAY = 86_400.0
NOW = 1_795_000_000 * NS
TIMES = st.integers(0, 4 * SLICE)


def fill(gaps: Gaps, most: int) -> list[tuple[int, int, int]]:
    """Fill everything; return what was asked for: tag, begin and end of each slice."""
    asked = []
    while (part := gaps.next(most)) is not None:
        assert len(part.places) <= most
        assert part.end - part.start <= SLICE
        asked += [(place, part.start, part.end) for place in part.places]
        gaps.fill(part)
    return asked


@given(st.lists(st.tuples(st.integers(0, 3), TIMES, TIMES), max_size=8), st.integers(1, 3))
def test_every_moment_of_a_gap_is_asked_for_once(gaps: list[tuple[int, int, int]], most: int) -> None:
    """In slices, for as many tags at once as the server takes, and no sample is taken twice or left out."""
    filling = Gaps(DAY)
    wanted: dict[int, list[tuple[int, int]]] = {}
    for place, start, length in gaps:
        # Gaps of a tag come one after the other.
        begin = max(start, wanted[place][-1][1] if place in wanted else 0)
        filling.add(place, begin, begin + length)
        if length > 1:
            wanted.setdefault(place, []).append((begin, begin + length))
    moments = [
        (place, moment)
        for place, ones in wanted.items()
        for one in ones
        for moment in (one[0] + 1, one[1] - 1)
    ]
    taken: list[tuple[int, int]] = []
    while (part := filling.next(most)) is not None:
        for place in part.places:
            taken += [
                (place, moment)
                for moment in {moment for at, moment in moments if at == place}
                if part.start <= moment <= part.end and filling.misses(place, moment)
            ]
        filling.fill(part)
    assert sorted(taken) == sorted(set(moments))


def test_a_gap_lies_between_the_last_value_of_one_session_and_the_first_of_the_next() -> None:
    """Both are known, so neither is asked for; a tag that was never read has no gap."""
    gaps = Gaps(DAY)
    gaps.lost({0: NOW, 1: NOW})
    gaps.found({0: NOW + 5 * NS, 2: NOW}, NOW + 5 * NS)
    assert [gaps.misses(0, NOW + offset) for offset in (0, 1, 5 * NS - 1, 5 * NS)] == [
        False,
        True,
        True,
        False,
    ]
    assert gaps.places == [0]
    assert gaps.is_waiting
    gaps.found({1: NOW + 9 * NS}, NOW + 9 * NS)
    assert not gaps.is_waiting
    assert sorted(gaps.places) == [0, 1]


def test_a_gap_reaches_no_further_back_than_the_map_allows() -> None:
    """And no history is asked for at all when that is nothing."""
    gaps = Gaps(60.0, {0: NOW - 3600 * NS})
    gaps.found({0: NOW}, NOW)
    assert fill(gaps, 10) == [(0, NOW - 60 * NS, NOW)]
    none = Gaps(0.0, {0: NOW - NS})
    none.found({0: NOW}, NOW)
    assert not none


def test_what_was_not_filled_waits_for_the_next_session() -> None:
    """A session that breaks between two slices costs none of them."""
    gaps = Gaps(DAY)
    gaps.add(0, NOW, NOW + 3 * SLICE)
    first = gaps.next(10)
    assert first is not None
    gaps.fill(first)
    gaps.lost({0: NOW + 3 * SLICE})
    gaps.found({0: NOW + 4 * SLICE}, NOW + 4 * SLICE)
    assert sorted(fill(gaps, 10)) == [
        (0, NOW + number * SLICE, NOW + (number + 1) * SLICE) for number in (1, 2, 3)
    ]


def test_a_node_without_a_history_is_not_asked_again() -> None:
    """Its gap stays open; the others are filled."""
    gaps = Gaps(DAY)
    gaps.add(0, NOW, NOW + NS)
    gaps.add(1, NOW, NOW + NS)
    part = gaps.next(10)
    assert part is not None
    gaps.forget([0])
    gaps.fill(part)
    assert not gaps


def test_gaps_that_nobody_can_fill_do_not_pile_up() -> None:
    """A link that breaks every second for a day: what is waiting stays small, and nothing of it is left out."""
    gaps = Gaps(DAY)
    for second in range(10 * MOST):
        gaps.add(0, NOW + second * NS, NOW + second * NS + NS // 2)
    asked = fill(gaps, 1)
    assert len(asked) == MOST
    assert asked[-1] == (0, NOW + (MOST - 1) * NS, NOW + (10 * MOST - 1) * NS + NS // 2)
