"""Raw numbers become values as the map says, whatever read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.scaling import Scaling
from edge.model.tag import Tag


@given(st.integers(-(2**63), 2**64 - 1))
def test_a_number_that_is_not_scaled_stays_what_it_is(raw: int) -> None:
    """A counter beyond 2^53 stays exact."""
    value = Scaling(Tag("a"), 1.0, 0.0).value(raw)
    assert value == raw
    assert isinstance(value, int)


def test_a_tenth_is_a_tenth() -> None:
    """123 tenths are 12.3, never 12.300000000000001; the offset comes after the scale."""
    assert Scaling(Tag("a"), 0.1, 0.0).value(123) == 12.3
    assert Scaling(Tag("a"), 0.1, -40.0).value(123) == -27.7


@pytest.mark.parametrize("raw", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_no_value(raw: float) -> None:
    """Nor does a range without an end let infinity in."""
    assert Scaling(Tag("a"), 1.0, 0.0).value(raw) is None
    assert Scaling(Tag("a", low=-math.inf, high=math.inf), 1.0, 0.0).value(raw) is None


def test_a_range_is_that_of_the_scaled_value() -> None:
    """Its ends belong to it."""
    scaling = Scaling(Tag("a", low=0, high=12), 0.1, 0.0)
    assert [scaling.value(raw) for raw in (-1, 0, 120, 121)] == [None, 0, 12, None]
