"""Labels of axes and values: short, readable, never one upon another. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_WAN = 10_000
_MUCH = 100_000
_FIRST_OF_MONTH = re.compile(r"\d+月1日|1 [^\W\d]+")
_FEWEST, _MOST = 6, 14
LONGEST_MONTH = 31


@dataclass(frozen=True, slots=True)
class Scale:
    """What values are divided by to be read, and the unit that they then have."""

    size: float
    unit: str

    def text(self, value: float) -> str:
        """Return a value with so many decimals as its size deserves."""
        scaled = value / self.size
        return f"{scaled:,.2f}" if self.size > 1 else f"{scaled:,.0f}"

    def tick(self, value: float, _position: object = None) -> str:
        """Return a value at an axis, without decimals that say nothing."""
        return f"{value / self.size:,.10g}"


def scale(unit: str, values: Sequence[float | None]) -> Scale:
    """Return how to show values of a unit: many 斤 in 万斤."""
    most = max((abs(one) for one in values if one is not None), default=0.0)
    if most >= _MUCH and unit == "斤":
        return Scale(_WAN, "万斤")
    if most >= _MUCH and unit == "jin":
        return Scale(_WAN, "10k jin")
    return Scale(1, unit)


def width(text: str) -> float:
    """Return how wide a text is, in sizes of its font."""
    return sum(1.0 if unicodedata.east_asian_width(one) in "WF" else 0.58 for one in text)


def cut(text: str, most: float) -> str:
    """Return a text no wider than so many sizes of its font; a cut one ends in an ellipsis."""
    if width(text) <= most:
        return text
    kept = ""
    for one in text:
        if width(kept + one) > most - 1:
            break
        kept += one
    return f"{kept}…"


def folded(text: str, most: float) -> str:
    """Return a label in at most two lines, broken at a space, each no wider than `most`."""
    first, space, rest = text.partition(" ")
    if width(text) <= most or not space:
        return cut(text, most)
    return f"{cut(first, most)}\n{cut(rest, most)}"


def month(label: str) -> str:
    """Return the month alone of its first day, and any other label as it is."""
    return (
        label.removesuffix("1日") if _FIRST_OF_MONTH.fullmatch(label) and label.endswith("月1日") else label
    )


def places(labels: Sequence[str], room: float) -> list[int]:
    """Return which places have a label where `room` sizes of font are there for all: the months' first days, or every so many."""
    firsts = [at for at, label in enumerate(labels) if _FIRST_OF_MONTH.fullmatch(label)]
    if _FEWEST <= len(firsts) <= _MOST:
        return firsts
    widest = max((width(label) for label in labels), default=0.0) + 1
    step = max(1, math.ceil(len(labels) * widest / room))
    return list(range(0, len(labels), step))
