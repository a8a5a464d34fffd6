"""Exact numbers as files of data hold them, and texts that a spreadsheet would run. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from edge.reports.document import Cell, Column, Number, Table
from edge.reports.rounding import plain

MOST_EXACT = 2**53
"""The largest integer up to which a spreadsheet's numbers have no gaps."""
_LARGEST = 10**300
"""Beyond it there is no such number at all."""
_OF_A_FLOAT = Context(prec=15, rounding=ROUND_HALF_UP)
_ENDLESS = Context(prec=20, rounding=ROUND_HALF_UP)
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
_SIGNED_NUMBER = re.compile(r"[+-]\d[\d,]*(\.\d+)?%?")


def digits(value: Number) -> str:
    """Return a number without separators: exact, but of a fraction that never ends (or is very long) 20 digits."""
    if isinstance(value, Fraction):
        value = plain(value)
    if isinstance(value, Fraction):
        value = _divided(value, _ENDLESS)
    return f"{value:f}" if isinstance(value, Decimal) else f"{value}"


def nearest(value: Number) -> float | int | None:
    """Return what a spreadsheet can hold of a number: 15 digits, half up; an integer whole, up to `MOST_EXACT`.

    Returns:
        None for a number that is too large for any float.
    """
    exact = Fraction(value)
    if abs(exact) > _LARGEST:
        return None
    if exact.denominator == 1 and abs(exact) <= MOST_EXACT:
        return exact.numerator
    return float(_divided(exact, _OF_A_FLOAT))


def _divided(value: Fraction, context: Context) -> Decimal:
    return context.divide(Decimal(value.numerator), Decimal(value.denominator))


def runs(text: str) -> bool:
    """Return whether a spreadsheet may take a text for a formula; a number with its sign is harmless."""
    return not _FORMULA.isdisjoint((text[:1], text.lstrip()[:1])) and not _SIGNED_NUMBER.fullmatch(text)


def heading(column: Column, between: str = " ") -> str:
    """Return a column's heading with its unit."""
    return f"{column.heading}{between}({column.unit})" if column.unit else column.heading


def lines(table: Table) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of a table, and its total."""
    yield from table.rows
    if table.total is not None:
        yield table.total
