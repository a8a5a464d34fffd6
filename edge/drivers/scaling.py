"""From a raw number to a tag's value, as the map says, for every driver and for readings of the past. Pure."""

from __future__ import annotations

import sys
from fractions import Fraction

from edge.model.tag import Tag

_EXACT = 2**53
"""Floats hold every integer up to this one."""
_LARGEST = sys.float_info.max


class Scaling:
    """What becomes of a tag's raw numbers: `raw * scale + offset`, or nothing when that is out of the tag's range.

    Attributes:
        is_scaled: whether scale or offset change anything; an integer that they do not change stays one.
        numerator, denominator: the scale as a ratio.
        offset: what is added.
        low, high: the tag's range; without one, all that is finite.
    """

    __slots__ = ("denominator", "high", "is_scaled", "low", "numerator", "offset")

    def __init__(self, tag: Tag, scale: float, offset: float) -> None:
        numerator, denominator = exact_ratio(scale)
        # Floats, since multiplying them is faster.
        self.numerator, self.denominator = float(numerator), float(denominator)
        self.offset = offset
        self.is_scaled = scale != 1 or offset != 0
        self.low = -_LARGEST if tag.low is None else max(tag.low, -_LARGEST)
        self.high = _LARGEST if tag.high is None else min(tag.high, _LARGEST)

    def value(self, raw: float) -> float | None:
        """Return the value of a raw number; None when it is out of range, NaN or infinite."""
        number = raw * self.numerator / self.denominator + self.offset if self.is_scaled else raw
        return number if self.low <= number <= self.high else None


def exact_ratio(scale: float) -> tuple[float, float]:
    """Return a scale as numerator and denominator: 0.1 is 1/10, which makes 12.3 of 123, never 12.300000000000001."""
    ratio = Fraction(repr(scale))
    is_exact = abs(ratio.numerator) < _EXACT and ratio.denominator < _EXACT
    return (ratio.numerator, ratio.denominator) if is_exact else (scale, 1)
