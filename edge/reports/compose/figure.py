"""A figure of a report before it has a unit: what is known, or why it is not. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from edge.reports.compose.say import Say
from edge.reports.document import Number


@dataclass(frozen=True, slots=True)
class Figure:
    """A text, or a number in what the report has it.

    Attributes:
        value: None is not known; `""` says that there is nothing to know.
        why: what to know of it, as footnotes; never empty for what is not known.
    """

    value: str | Number | None
    why: tuple[Say, ...] = ()

    def __post_init__(self) -> None:
        if self.value is None and not self.why:
            raise ValueError("a figure that is not known must say why")

    @property
    def exact(self) -> Fraction | None:
        """The number; None where it is not known, or a text."""
        return None if self.value is None or isinstance(self.value, str) else Fraction(self.value)

    def noted(self, *why: Say) -> Figure:
        """Return it with more to know of it."""
        return Figure(self.value, (*self.why, *(one for one in why if one not in self.why)))


def unknown(*why: Say) -> Figure:
    """Return what is not known."""
    return Figure(None, why)


def share(part: Figure, whole: Figure, zero: Say) -> Figure:
    """Return a part of a whole; with what there is to know of both.

    Args:
        part: divided.
        whole: divided by.
        zero: why there is no share of nothing.
    """
    above, below = part.exact, whole.exact
    if above is None or below is None:
        missing = part if above is None else whole
        return unknown(*(missing.why or (zero,)))
    if below <= 0:
        return unknown(zero)
    return Figure(above / below, part.why).noted(*whole.why)
