"""Scales as they were written in the map, for every driver. Pure."""

from __future__ import annotations

from fractions import Fraction

_EXACT = 2**53
"""Floats hold every integer up to this one."""


def exact_ratio(scale: float) -> tuple[float, float]:
    """Return a scale as numerator and denominator: 0.1 is 1/10, which makes 12.3 of 123, never 12.300000000000001."""
    ratio = Fraction(repr(scale))
    is_exact = abs(ratio.numerator) < _EXACT and ratio.denominator < _EXACT
    return (ratio.numerator, ratio.denominator) if is_exact else (scale, 1)
