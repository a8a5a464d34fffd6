from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.demo.reconciliation import Figure, Key, as_text, made_by, reconcile

FIGURES = st.builds(Figure, st.integers(0, 10**9), st.none() | st.integers(0, 10**12))
SIDES = st.dictionaries(
    st.sampled_from([("jar", "good"), ("jar", "total"), ("pouch", "good")]), FIGURES, min_size=1
)


@given(SIDES)
def test_three_equal_sides_hold(side: dict[Key, Figure]) -> None:
    """Nothing was lost and nothing doubled."""
    assert reconcile(side, side, side).holds


@given(SIDES, st.integers(0, 2), st.integers(-5, 5).filter(bool), st.booleans())
def test_one_piece_or_one_gram_too_many_or_too_few_on_any_side_shows(
    side: dict[Key, Figure], which: int, off: int, by_grams: bool
) -> None:
    """A single difference anywhere is a difference of the whole."""
    key, figure = next(iter(side.items()))
    wrong = (
        Figure(figure.pieces, (figure.grams or 0) + off)
        if by_grams
        else Figure(figure.pieces + off, figure.grams)
    )
    sides = [side, side, side]
    sides[which] = {**side, key: wrong}
    found = reconcile(*sides)
    assert not found.holds
    assert [line.difference for line in found.lines if (line.machine, line.counter) == key] == [abs(off)]


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_side_that_does_not_know_a_counter_is_no_agreement(missing: int) -> None:
    """What is stored but was never made, or made but never counted, is listed and does not hold."""
    side = {("jar", "good"): Figure(3, 840)}
    sides = [side, side, side]
    sides[missing] = {}
    found = reconcile(*sides)
    assert found.lines[0].difference is None
    assert not found.holds
    assert as_text(found).splitlines()[1].endswith("?")


def test_nothing_to_compare_is_no_agreement() -> None:
    """A demo in which nothing was made proves nothing."""
    assert not reconcile({}, {}, {}).holds


def test_the_table_is_aligned_also_with_chinese_words() -> None:
    """斤 takes two columns of a terminal; the figures stand below one another."""
    text = as_text(reconcile(*[{("jar_line", "good"): Figure(1234, 345_520)}] * 3))
    head, row = text.splitlines()
    assert row.split() == ["jar_line", "good", *["1,234"] * 3, *["691.04"] * 3, "0"]
    assert len(head.encode("gbk")) == len(row.encode("gbk"))


def test_what_was_made_is_read_from_the_truth_file() -> None:
    """Counters without a product have pieces and no mass."""
    truth = {"devices": {"tunnel": {"counters": {"infeed": {"pieces": 5, "grams": None}}, "raw": {}}}}
    assert made_by(truth) == {("tunnel", "infeed"): Figure(5, None)}
