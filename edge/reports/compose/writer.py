"""Figures into cells and tables of one language and unit, with footnotes numbered in the order of their first use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from edge.reports.compose import headings, reasons
from edge.reports.compose.figure import Figure
from edge.reports.compose.say import Say
from edge.reports.compose.sentences import LIST, NEXT_SENTENCE, SENTENCE_END
from edge.reports.compose.units import Quantity, units
from edge.reports.document import Cell, Column, Number, Table
from edge.reports.style import Style

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Measure(Generic[T]):
    """A column, and what stands in it for each row.

    Attributes:
        adds: the total is the sum of the rows: where one of them is not known, the total is without it.
    """

    key: str
    heading: Say
    quantity: Quantity
    of: Callable[[T], Figure]
    adds: bool = False


class Writer:
    """Writes one document: everything that has a unit, a language or a footnote goes through it.

    Args:
        style: the reader's.
    """

    def __init__(self, style: Style) -> None:
        self.language = style.language
        self._units = units(style)
        self._notes: dict[Say, int] = {}

    @property
    def footnotes(self) -> tuple[str, ...]:
        """All that were used so far, by their numbers."""
        return tuple(self.say(note) for note in self._notes)

    def say(self, words: Say, **values: str) -> str:
        """Return words in the reader's language."""
        return words.to(self.language, **values)

    def text(self, value: Number, quantity: Quantity) -> str:
        """Return a report's number as people read it, with its unit."""
        return self._units[quantity].text(value, self.language)

    def sentences(self, *texts: str) -> str:
        """Return several sentences as one text."""
        return self.say(NEXT_SENTENCE).join(filter(None, texts))

    def items(self, texts: Iterable[str]) -> str:
        """Return several statements as one sentence."""
        return self.say(LIST, items=self.say(SENTENCE_END).join(texts))

    def number(self, value: Number, quantity: Quantity) -> str:
        """Return a report's number as people read it, without its unit."""
        return self._units[quantity].number(value)

    def unit(self, quantity: Quantity) -> str:
        """Return the name of a unit."""
        return self.say(self._units[quantity].name)

    def scaled(self, value: Number, quantity: Quantity) -> float:
        """Return a number for a picture: in its unit, and of no more places than a picture can show."""
        return round(float(self._units[quantity].of(value)), 6)

    def column(self, key: str, heading: Say, quantity: Quantity) -> Column:
        """Return a column of a quantity."""
        unit = self._units[quantity]
        return Column(key, self.say(heading), self.say(unit.name), unit.format, unit.decimals)

    def cell(self, figure: Figure, quantity: Quantity) -> Cell:
        """Return a cell, and number the footnotes that are new."""
        notes = tuple(sorted({self._notes.setdefault(note, len(self._notes) + 1) for note in figure.why}))
        value = figure.value
        if value is None or isinstance(value, str):
            return Cell(value, notes)
        return Cell(self._units[quantity].of(value), notes)

    def table(
        self,
        key: str,
        title: str,
        measures: Sequence[Measure[T]],
        rows: Sequence[T],
        total: T | None = None,
        *,
        label: str = "",
    ) -> Table:
        """Return a table of a line for each row.

        Args:
            key: of the table.
            title: of it.
            measures: its columns.
            rows: what the lines are of.
            total: what the last line is of; none when there are too few rows to add up.
            label: of the first column of the last line.
        """
        lines = [[(measure, measure.of(row)) for measure in measures] for row in rows]
        cells = tuple(
            tuple(self.cell(figure, measure.quantity) for measure, figure in line) for line in lines
        )
        last = None
        if total is not None and len(rows) > 1:
            known = [[line[at][1].value is not None for line in lines] for at in range(len(measures))]
            figures = [
                _without(measure.of(total), partial=measure.adds and any(told) and not all(told))
                for measure, told in zip(measures, known, strict=True)
            ]
            figures[0] = Figure(label or self.say(headings.TOTAL))
            last = tuple(
                self.cell(figure, measure.quantity) for measure, figure in zip(measures, figures, strict=True)
            )
        columns = tuple(self.column(measure.key, measure.heading, measure.quantity) for measure in measures)
        return Table(key, title, columns, cells, last)


def _without(figure: Figure, *, partial: bool) -> Figure:
    return figure.noted(reasons.PARTIAL) if partial and figure.value is not None else figure
