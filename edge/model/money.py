"""Money: whole yuan inside; 万元 and 亿元 only where a person reads or types."""

from __future__ import annotations

import re
from decimal import Decimal

_UNITS = {"元": 1, "yuan": 1, "万元": 10_000, "亿元": 100_000_000}
_MONEY = re.compile(
    r"\s*(?P<number>\d[\d,_]*(?:\.\d+)?)\s*(?P<unit>"
    + "|".join(sorted(_UNITS, key=len, reverse=True))
    + r")\s*"
)


def parse_yuan(text: str) -> int:
    """Return the yuan of an amount as people write it: `6000万元`, `60,000,000 yuan`.

    Raises:
        ValueError: it is not a number with one of the known units, or not a whole number of yuan.
    """
    match = _MONEY.fullmatch(text)
    if match is None:
        raise ValueError(f"an amount is a number and one of {', '.join(_UNITS)}, as in 6000万元")
    yuan = Decimal(match["number"].replace(",", "").replace("_", "")) * _UNITS[match["unit"]]
    if yuan != yuan.to_integral_value():
        raise ValueError("an amount is a whole number of yuan")
    return int(yuan)
