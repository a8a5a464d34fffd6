"""What our fonts cannot show is shown as its code: a box would say nothing, and PDF/UA refuses it. Pure but for the fonts."""

from __future__ import annotations

import struct
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar

from edge.reports.fonts import FILES

T = TypeVar("T")

_SPACES = frozenset("\t\n\r\v\f\u0085\u2028\u2029")
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


@cache
def shown() -> AbstractSet[int]:
    """Return the code points that every one of our fonts has."""
    return frozenset.intersection(*(_mapped(file.read_bytes()) for file in FILES))


def _mapped(font: bytes) -> frozenset[int]:
    """Return the code points of an OpenType font's table `cmap` of format 4."""
    (tables,) = struct.unpack_from(">H", font, 4)
    records = [struct.unpack_from(">4sIII", font, 12 + 16 * at) for at in range(tables)]
    base = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    # Every record of ours points to one table: version, count, then platform, encoding, offset.
    (offset,) = struct.unpack_from(">I", font, base + 8)
    table = base + offset
    (double,) = struct.unpack_from(">H", font, table + 6)
    count = double // 2
    ends = struct.unpack_from(f">{count}H", font, table + 14)
    starts = struct.unpack_from(f">{count}H", font, table + 16 + double)
    # The last segment is 0xFFFF alone, which is no character.
    return frozenset(
        code for start, end in zip(starts, ends, strict=True) for code in range(start, end + 1)
    ) - {0xFFFF}


def legible(value: T) -> T:
    """Return a text, or a dataclass or tuple with all its texts, with what cannot be shown as `〔U+9F98〕`."""
    return _legible(value)  # type: ignore[no-any-return]


def _legible(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value) if type(value) is str else value
    if isinstance(value, tuple):
        return tuple(_legible(one) for one in value)
    if isinstance(value, dict):
        return {key: _legible(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        found = {field.name: getattr(value, field.name) for field in fields(value)}
        changed = {name: _legible(one) for name, one in found.items()}
        return replace(value, **changed) if changed != found else value
    return value


def _text(text: str) -> str:
    known = shown()
    if all(ord(one) in known and one not in _INVISIBLE for one in text):
        return text
    return "".join(_character(one, known) for one in text)


def _character(one: str, known: AbstractSet[int]) -> str:
    if one in _SPACES:
        return " "
    if one in _INVISIBLE:
        return ""
    return one if ord(one) in known and ord(one) >= ord(" ") else f"〔U+{ord(one):04X}〕"
