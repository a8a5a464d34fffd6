"""Rejects and weights of runs of pieces."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.model.pieces import Pieces
from simulators.model.product import JAR_280


def _pieces(share: float) -> Pieces:
    return Pieces(Random("a"), Random("b"), share)


@given(st.lists(st.integers(0, 300), max_size=30))
def test_rejects_don_t_depend_on_how_pieces_are_counted(runs: list[int]) -> None:
    """A run of any length throws out the same pieces as the same pieces one by one."""
    together, single = _pieces(0.05), _pieces(0.05)
    assert [together.rejected(run) for run in runs] == [
        sum(single.rejected(1) for _ in range(run)) for run in runs
    ]


def test_the_share_of_rejects_is_as_told() -> None:
    """Of many pieces the told share is thrown out, and none of them at a share of zero."""
    assert _pieces(0.01).rejected(200_000) == pytest.approx(2000, rel=0.1)
    assert _pieces(0.0).rejected(10**9) == 0


def test_a_run_weighs_nominal_and_giveaway() -> None:
    """Ten thousand jars of 280 g weigh 283 g each, give or take."""
    assert _pieces(0.0).grams(JAR_280, 10_000) == pytest.approx(2_830_000, abs=2000)
