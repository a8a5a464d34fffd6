"""Mass: integer grams inside; jin (斤, 500 g), 万斤, kg and t only where a person reads or types."""

from __future__ import annotations

from decimal import Decimal

from edge.model.amount import parse_amount

GRAMS_PER_JIN = 500
_UNITS = {
    "g": 1,
    "克": 1,
    "斤": GRAMS_PER_JIN,
    "jin": GRAMS_PER_JIN,
    "kg": 1000,
    "公斤": 1000,
    "t": 1_000_000,
    "吨": 1_000_000,
    "万斤": 10_000 * GRAMS_PER_JIN,
}


def parse_mass(text: str) -> int:
    """Return the grams of a mass as people write it: `1000万斤`, `5,000 t`, `280 g`.

    Raises:
        ValueError: it is not a number with one of the known units, or not a whole number of grams.
    """
    return parse_amount(text, _UNITS, "1000万斤")


def jin(grams: int) -> Decimal:
    """Return grams in jin, exactly."""
    return Decimal(grams) / GRAMS_PER_JIN


def wan_jin(grams: int) -> Decimal:
    """Return grams in 万斤 (10,000 jin, 5 t), exactly."""
    return Decimal(grams) / (GRAMS_PER_JIN * 10_000)
