"""Exact numbers as files of data hold them, texts that no file can hold, and those that a spreadsheet would run. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any, TypeVar

from edge.reports.document import Cell, Column, Number, Table
from edge.reports.rounding import plain

T = TypeVar("T")

MOST_EXACT = 2**53
"""The largest integer up to which a spreadsheet's numbers have no gaps."""
_LARGEST = 10**300
"""Beyond it there is no such number at all."""
_OF_A_FLOAT = Context(prec=15, rounding=ROUND_HALF_UP)
_ENDLESS = Context(prec=20, rounding=ROUND_HALF_UP)
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_REPLACEMENT = "\ufffd"
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


def clean(value: T) -> T:
    """Return a text, or a dataclass or tuple with all its texts, without control characters and halves of surrogate pairs."""
    return _clean(value)  # type: ignore[no-any-return]


def _clean(value: Any) -> Any:
    # Enumerations are texts as well, and stay what they are.
    if type(value) is str:
        return _NO_TEXT.sub(_REPLACEMENT, value)
    if isinstance(value, tuple):
        return tuple(_clean(one) for one in value)
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _clean(getattr(value, field.name)) for field in fields(value)})
    return value


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
