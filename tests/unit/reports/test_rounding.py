"""Numbers as people read them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.reports.document import Number
from edge.reports.rounding import percent, plain, rounded, signed, signed_percent


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (0, 0, "0"),
        (Fraction(1, 2), 0, "1"),
        (Fraction(-1, 2), 0, "-1"),
        (Decimal("2.675"), 2, "2.68"),
        (Decimal("-2.675"), 2, "-2.68"),
        (Fraction(-1, 1000), 2, "0.00"),
        (1_234_567, 0, "1,234,567"),
        (-1_234_567, 1, "-1,234,567.0"),
        (Fraction(1, 3), 3, "0.333"),
        (Decimal("999.995"), 2, "1,000.00"),
    ],
)
def test_half_is_rounded_away_from_zero(value: Number, places: int, text: str) -> None:
    """As in school (四舍五入), and there is no minus zero."""
    assert rounded(value, places) == text


@given(st.decimals(-(10**15), 10**15, places=4), st.integers(0, 3))
def test_rounding_is_that_of_decimal(value: Decimal, places: int) -> None:
    """Where a Decimal can tell, it tells the same."""
    expected = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert rounded(value, places) == f"{expected or abs(expected):,}"


@given(st.fractions())
def test_a_plain_number_is_the_same_number(value: Fraction) -> None:
    """Only its type changes."""
    assert Fraction(plain(value)) == value


def test_finite_numbers_become_decimals() -> None:
    """A third stays a third, what ends is written out, also beyond a context's precision."""
    assert plain(Fraction(6, 3)) == 2
    assert isinstance(plain(Fraction(6, 3)), int)
    assert str(plain(Fraction(11941, 2500))) == "4.7764"
    assert str(plain(Fraction(10**40 + 1, 10))) == "1" + "0" * 38 + "0.1"
    assert isinstance(plain(Fraction(1, 3)), Fraction)


def test_signs_and_percents() -> None:
    """A change has its sign, nothing has none, and what is not known is a dash."""
    assert (signed(3, 1), signed(-3, 1), signed(Fraction(1, 1000), 1)) == ("+3.0", "-3.0", "0.0")
    assert (percent(Fraction(2, 3)), percent(None)) == ("66.7%", "—")
    assert (signed_percent(Fraction(1, 8)), signed_percent(None)) == ("+12.5%", "—")
