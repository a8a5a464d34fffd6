"""Exact numbers as people read them: rounded half up (四舍五入), away from zero, once, at the very end. Pure."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from edge.reports.document import Number

UNKNOWN = "—"
_FINITE_PLACES = 12


def plain(value: Fraction) -> Number:
    """Return the same number as an int or a Decimal where it is one of few places, else as it is."""
    if value.denominator == 1:
        return value.numerator
    scale = 1
    for places in range(1, _FINITE_PLACES + 1):
        scale *= 10
        if scale % value.denominator == 0:
            # Of text, since arithmetic would cut it to the context's precision.
            return Decimal(f"{value.numerator * (scale // value.denominator)}E-{places}")
    return value


def rounded(value: Number, places: int) -> str:
    """Return a number with thousands separators and so many decimals; there is no minus zero."""
    exact = Fraction(value)
    scaled = abs(exact) * 10**places
    # floor(x + 1/2) of a size is half up, away from zero once the sign is back.
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = f"{whole:0{places + 1}d}"
    text = f"{int(digits[: len(digits) - places]):,}"
    if places:
        text += "." + digits[-places:]
    return f"-{text}" if exact < 0 and whole else text


def signed(value: Number, places: int) -> str:
    """Return a number with its sign; none for what is shown as zero."""
    text = rounded(value, places)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def percent(ratio: Number | None, places: int = 1) -> str:
    """Return a part of one in percent."""
    return UNKNOWN if ratio is None else f"{rounded(Fraction(ratio) * 100, places)}%"


def signed_percent(ratio: Number | None, places: int = 1) -> str:
    """Return a change in percent, with its sign."""
    return UNKNOWN if ratio is None else f"{signed(Fraction(ratio) * 100, places)}%"
