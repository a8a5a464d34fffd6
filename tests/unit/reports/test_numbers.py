"""Numbers as people read them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from edge.reports import numbers
from edge.reports.words import EN, ZH


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("-0.5", 0, "-1"),
        ("-0.4", 0, "0"),
        ("1234567.125", 2, "1,234,567.13"),
    ],
)
def test_half_is_rounded_up(number: str, places: int, text: str) -> None:
    """As on paper: half goes away from zero, and there is no minus zero."""
    assert numbers.rounded(Decimal(number), places) == text


@pytest.mark.parametrize(
    ("grams", "text"),
    [(0, "0.0"), (280, "0.6"), (499_975, "1,000.0"), (500_000, "1,000"), (9_100_250, "18,201")],
)
def test_jin_have_a_decimal_while_they_are_few(grams: int, text: str) -> None:
    """The first minutes of a day are visible."""
    assert numbers.jin_text(grams) == text


def test_large_amounts_are_in_wan_where_people_count_so() -> None:
    """万斤 and 万元 in Chinese, plain numbers in English; whole ones without decimals."""
    assert numbers.big_jin_text(5_000_000_000, ZH) == "1,000 万斤"
    assert numbers.big_jin_text(5_000_000_000, EN) == "10,000,000 jin"
    assert numbers.yuan_text(Decimal(9_999), ZH) == "9,999 元"
    assert numbers.yuan_text(Decimal(135_202), ZH) == "13.52 万元"
    assert numbers.yuan_text(Decimal(135_202), EN) == "135,202 CNY"


def test_a_share_of_nothing_is_unknown() -> None:
    """It is no zero and no error."""
    assert numbers.share_text(5, 0) == numbers.UNKNOWN
    assert numbers.percent(None) == numbers.UNKNOWN
    assert numbers.percent(Fraction(1, 3)) == "33.3%"


@pytest.mark.parametrize(
    ("seconds", "text"), [(5, "5 秒"), (65, "1 分"), (3_965, "1 小时 6 分"), (360_000, "100 小时 0 分")]
)
def test_a_length_of_time_has_its_largest_units(seconds: int, text: str) -> None:
    """Nobody reads 3,965 seconds."""
    assert numbers.duration_text(seconds, ZH) == text
