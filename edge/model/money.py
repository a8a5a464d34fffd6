"""Money: whole yuan inside; 万元 and 亿元 only where a person reads or types."""

from __future__ import annotations

from edge.model.amount import parse_amount

_UNITS = {"元": 1, "yuan": 1, "万元": 10_000, "亿元": 100_000_000}


def parse_yuan(text: str) -> int:
    """Return the yuan of an amount as people write it: `6000万元`, `60,000,000 yuan`.

    Raises:
        ValueError: it is not a number with one of the known units, or not a whole number of yuan.
    """
    return parse_amount(text, _UNITS, "6000万元")
