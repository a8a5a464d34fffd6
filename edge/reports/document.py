"""A report as it is read, whatever its form: key figures, tables, pictures, notes, all in one language and unit. Pure.

Forms draw a `Document` and know nothing of chilies: a number keeps its exact value here, and how it is to be shown beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

Number = int | Decimal | Fraction


class Format(StrEnum):
    """How a cell is shown."""

    TEXT = "text"
    NUMBER = "number"
    """With the column's decimals."""
    RATIO = "ratio"
    """A part of one, shown as percent."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A text or an exact number; None is shown as "—".

    Attributes:
        notes: numbers of the footnotes that it refers to.
    """

    value: str | Number | None
    notes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        key: for machines, as in CSV headings and tests: ASCII, the same in every language.
        heading: for people, without the unit.
        unit: `""` for none.
        decimals: shown; the value itself is exact.
    """

    key: str
    heading: str
    unit: str = ""
    format: Format = Format.NUMBER
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `total` is its last row, None when adding it up says nothing.

    Attributes:
        key: as of a column.
        rows: as many cells as there are columns.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number that is read first.

    Attributes:
        text: the number with its unit, as shown.
        detail: a line below it, `""` for none.
        share: done of what was planned, for a bar; None for no bar.
        good: whether that is good news; None when it is neither.
    """

    key: str
    label: str
    text: str
    detail: str = ""
    share: Fraction | None = None
    good: bool | None = None


class Chart(StrEnum):
    """What is drawn, and of what; `pictures/` has a file for each."""

    YEAR_CURVE = "year_curve"
    OUTPUT_BARS = "output_bars"
    STATE_STRIP = "state_strip"
    LOSS_PARETO = "loss_pareto"
    OEE_BARS = "oee_bars"
    ATTENDANCE = "attendance"
    GIVEAWAY = "giveaway"


@dataclass(frozen=True, slots=True)
class Series:
    """One curve or kind of bar: a value for each place of the picture, None where nobody knows.

    Attributes:
        role: what it is, so that every form gives it the same look: `made`, `plan`, `target`, `p10`, `p50`, `p90`, `heads`,
            `availability`, `effectiveness`, `quality`, `oee`, `cumulative`, or a state's category.
    """

    role: str
    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of a row of a state strip, as parts of the whole width; `role` is the state's category, `""` for unknown."""

    begin: float
    end: float
    role: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with all its numbers.

    Attributes:
        alternative: what it shows, in one or two sentences, for who cannot see it.
        places: labels along the axis; of a strip, the hours.
        unit: of the values; `unit2` of a second axis.
        series: what is drawn over the places.
        rows: of a strip alone: the machine's name and its bands.
        legend: of a strip alone: label by role.
    """

    chart: Chart
    title: str
    alternative: str
    places: tuple[str, ...]
    unit: str
    series: tuple[Series, ...] = ()
    unit2: str = ""
    rows: tuple[tuple[str, tuple[Band, ...]], ...] = ()
    legend: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report in one language.

    Attributes:
        name: for files, ASCII: `day-2026-09-15`, `month-2026-09-jar_line`.
        language: as HTML names it.
        title, subtitle: what it is, and of what and when.
        date: of the span's last day, ISO; PDF wants one, and it must not be the day of printing.
        facts: lines below the title: until when data came, edition, units.
        warning: what the reader must know before any number, `""` for nothing.
        figures, tables, pictures: in the order of reading.
        footnotes: by the number that cells refer to, from 1.
        remarks: what to know of the data: gaps, doubts, questions, corrections.
        signatures: labels of the lines to be signed.
        blanks: what people fill in by hand: quality, safety, remarks.
        words: for forms: `page`, `of`, `sums` (the sheet of raw sums), `none` (no rows), `alternative`, …
    """

    name: str
    language: str
    title: str
    subtitle: str
    date: str
    facts: tuple[str, ...]
    warning: str
    figures: tuple[KeyFigure, ...]
    tables: tuple[Table, ...]
    pictures: tuple[Picture, ...]
    footnotes: tuple[str, ...]
    remarks: tuple[str, ...]
    signatures: tuple[str, ...]
    blanks: tuple[str, ...]
    words: dict[str, str]
