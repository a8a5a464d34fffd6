"""Numbers and texts as files of data hold them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.reports.document import Column
from edge.reports.forms.values import MOST_EXACT, digits, heading, nearest, runs


@given(st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=9))
def test_what_ends_is_exact(value: int | Decimal) -> None:
    """Integers and decimals are written with all their digits, and without an exponent."""
    text = digits(value)
    assert Fraction(text) == value
    assert "E" not in text.upper()


@given(st.fractions())
def test_what_never_ends_has_twenty_digits(value: Fraction) -> None:
    """A fraction is as near as 20 digits can be."""
    assert abs(Fraction(digits(value)) - value) <= abs(value) / 10**19 / 2


def test_half_is_rounded_up_at_the_fifteenth_digit() -> None:
    """Rounding is that of people, not of floats."""
    assert nearest(Decimal("1.000000000000005")) == 1.00000000000001
    assert nearest(Decimal("-1.000000000000005")) == -1.00000000000001
    assert nearest(Fraction(2, 3)) == 0.666666666666667


@given(st.integers(-MOST_EXACT, MOST_EXACT))
def test_integers_stay_whole(value: int) -> None:
    """Up to 2^53 a spreadsheet has every integer; so it gets it."""
    found = nearest(value)
    assert isinstance(found, int)
    assert found == value
    assert nearest(Fraction(value)) == value


@given(st.fractions() | st.integers())
def test_floats_are_near(value: Fraction | int) -> None:
    """What is lost is less than the fifteenth digit."""
    found = nearest(value)
    assert found is not None
    assert abs(Fraction(found) - value) <= abs(Fraction(value)) / 10**14


def test_what_no_float_can_hold() -> None:
    """A number beyond all floats is none."""
    assert nearest(10**301) is None


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|x", "-2+3", "@SUM(A1)", "\t=1", "  =1", "\r", "＝1", "-", "=1%"]
)
def test_formulas(text: str) -> None:
    """What a spreadsheet may run is known, also behind blanks and in full width."""
    assert runs(text)


@pytest.mark.parametrize("text", ["", "酸椒", "—", "-64.1%", "+8.0%", "-1,073,730", "1-2", "a=b"])
def test_no_formulas(text: str) -> None:
    """A dash that means unknown and a number with its sign are harmless."""
    assert not runs(text)


def test_heading_has_its_unit() -> None:
    """A unit is part of a heading, never of a number."""
    assert heading(Column("k", "产量", "斤")) == "产量 (斤)"
    assert heading(Column("k", "占比"), "\n") == "占比"
