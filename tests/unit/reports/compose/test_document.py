"""Documents of whole reports: every part of them, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edge.reports.compose import compose
from edge.reports.document import Cell, Document
from edge.reports.report import Report
from edge.reports.style import Style
from tests.unit.reports import samples

MAKERS = (
    samples.day,
    samples.week,
    samples.month,
    samples.season,
    samples.year,
    samples.unwatched,
    samples.future,
    samples.planless,
    samples.of_machine,
)


def cells(document: Document) -> list[Cell]:
    """Return every cell of a document."""
    return [
        cell
        for table in document.tables
        for row in (*table.rows, *([table.total] if table.total else []))
        for cell in row
    ]


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_every_unknown_cell_says_why(make: Callable[[], Report]) -> None:
    """A cell that is not known refers to a footnote, and every footnote is referred to, in order of first use."""
    document = compose(make(), Style())
    used = [note for cell in cells(document) for note in cell.notes]
    assert all(cell.notes for cell in cells(document) if cell.value is None)
    assert list(dict.fromkeys(used)) == list(range(1, len(document.footnotes) + 1))


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_languages_have_one_shape(make: Callable[[], Report]) -> None:
    """A reader of English finds the same tables, columns and numbers as a reader of Chinese."""
    chinese, english = (compose(make(), Style(language)) for language in ("zh", "en"))
    assert shape(chinese) == shape(english)


def shape(document: Document) -> object:
    """Return all of a document that no language changes."""
    return (
        document.name,
        [(figure.key, figure.share, figure.good) for figure in document.figures],
        [(table.key, [column.key for column in table.columns], len(table.rows)) for table in document.tables],
        [(cell.notes, cell.value) for cell in cells(document) if not isinstance(cell.value, str)],
        [
            (picture.chart, [(one.role, one.values) for one in picture.series])
            for picture in document.pictures
        ],
        (len(document.footnotes), len(document.remarks), len(document.blanks), sorted(document.words)),
    )
