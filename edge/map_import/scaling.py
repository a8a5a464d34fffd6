"""Scales and ranges as people write them: 0.1, x10, ÷10, 1/10, 0.01Hz; 0~100, -50…150. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from edge.documents.sheet import number, plain
from edge.map_import import words

MAX_DECIMALS = 9
_NUMBER = r"-?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?"
_TIMES = re.compile(rf"(?:\*|x|×|✕|·)\s*(?P<factor>{_NUMBER})|(?P<before>{_NUMBER})\s*(?:\*|x|×|倍)")
_DIVIDED = re.compile(rf"(?:1\s*)?(?:÷|/|:|除以)\s*(?P<divisor>{_NUMBER})")
_WITH_UNIT = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>[^\d\s/.,].{{0,11}})")
_RANGE = re.compile(
    rf"[\[(]?\s*(?P<low>{_NUMBER})\s*[^\d.,+~-]{{0,6}}\s*(?:~|-|–|—|至|到|to|\.\.+|…|,|;)\s*(?P<high>{_NUMBER})"
    r"\s*[\])]?\s*\D{0,8}",
    re.IGNORECASE,
)


def scale(text: str, *, divides: bool = False) -> tuple[str, str]:
    """Return a factor, and the unit that may stand behind it.

    Args:
        text: of the cell.
        divides: whether a whole number above 1 is what the device has multiplied by, as under the heading Gain.

    Raises:
        ValueError: it is no scale.
    """
    written = plain(text)
    with_unit = _WITH_UNIT.fullmatch(written)
    if with_unit and words.is_unit(with_unit["unit"]):
        return tidy(Decimal(number(with_unit["number"]))), words.unit(with_unit["unit"])
    times, divided = _TIMES.fullmatch(written), _DIVIDED.fullmatch(written)
    try:
        if times:
            return tidy(Decimal(number(times["factor"] or times["before"]))), ""
        if divided:
            return _divided(Decimal(number(divided["divisor"]))), ""
        plain_number = Decimal(number(written))
        return (_divided(plain_number) if divides and plain_number > 1 else tidy(plain_number)), ""
    except ValueError as error:
        hint = f": {error}" if "," in written else ""
        raise ValueError(f"{text} is not a scale such as 0.1, x10 or ÷10{hint}") from error


def decimals(text: str) -> str:
    """Return the factor that so many places behind the point mean: 2 → 0.01.

    Raises:
        ValueError: it is no count of places.
    """
    written = plain(text)
    pattern = re.fullmatch(r"[#0]*(?:\.(?P<places>[#0]*))?", written)
    places = (
        len(pattern["places"] or "") if pattern and ("." in written or "#" in written) else _count(written)
    )
    return tidy(Decimal(1).scaleb(-places))


def limits(text: str) -> tuple[str, str] | None:
    """Return the lowest and the highest value that a cell names, or None if it says other things."""
    match = _RANGE.fullmatch(plain(text))
    if match is None:
        return None
    try:
        low, high = number(match["low"]), number(match["high"])
    except ValueError:
        return None
    return (tidy(Decimal(low)), tidy(Decimal(high))) if Decimal(low) < Decimal(high) else None


def _count(written: str) -> int:
    if not re.fullmatch(r"[0-9]", written):
        raise ValueError(f"{written} is not a number of decimal places from 0 to {MAX_DECIMALS}")
    return int(written)


def _divided(divisor: Decimal) -> str:
    if not divisor:
        raise ValueError("nothing is divided by 0")
    return tidy(Decimal(repr(float(1 / divisor))))


def tidy(value: Decimal) -> str:
    """Return a number without needless zeros, and without an exponent as long as people can read it so."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if text not in ("", "-0") else "0"
