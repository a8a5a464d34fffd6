from __future__ import annotations

import pytest

from edge.model.mass import parse_mass
from edge.model.money import parse_yuan


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("1000万斤", 5_000_000_000),
        ("5,000 t", 5_000_000_000),
        (" 280 g ", 280),
        ("0.5kg", 500),
        ("3斤", 1500),
        ("10_000_000 jin", 5_000_000_000),
    ],
)
def test_masses_are_read_as_people_write_them(text: str, grams: int) -> None:
    """Units of the plant and of the world give the same grams."""
    assert parse_mass(text) == grams


@pytest.mark.parametrize("text", ["", "1000", "万斤", "-5 t", "1.2.3 t", "5 tt", "0.5 g", "1e3 t", "5 t t"])
def test_what_is_no_mass_is_refused(text: str) -> None:
    """Half a gram is none, and neither is a number without a unit."""
    with pytest.raises(ValueError, match="amount is a"):
        parse_mass(text)


def test_money_is_whole_yuan() -> None:
    """万元 are ten thousand, and a fen is too little."""
    assert parse_yuan("6000万元") == 60_000_000
    assert parse_yuan("0.6亿元") == 60_000_000
    with pytest.raises(ValueError, match="whole number of 元"):
        parse_yuan("0.01元")
