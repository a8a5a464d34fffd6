"""Amounts as people write them: a number and its unit → a whole number of the smallest unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

_AMOUNT = re.compile(r"(?P<number>\d[\d,_]*(?:\.\d+)?)\s*(?P<unit>\S+)")


def parse_amount(text: str, units: Mapping[str, int], example: str) -> int:
    """Return an amount in the unit of size 1.

    Args:
        text: as in `1000万斤` or `5,000 t`.
        units: their sizes.
        example: for the message.

    Raises:
        ValueError: it is not a number with one of the units, or not a whole number of the smallest; says what is wrong.
    """
    match = _AMOUNT.fullmatch(text.strip())
    size = units.get(match["unit"]) if match else None
    if match is None or size is None:
        raise ValueError(f"an amount is a number and one of {', '.join(units)}, as in {example}")
    amount = Decimal(match["number"].replace(",", "").replace("_", "")) * size
    if amount != amount.to_integral_value():
        raise ValueError(
            f"an amount is a whole number of {next(unit for unit, of in units.items() if of == 1)}"
        )
    return int(amount)
