"""What holds for the document of any report that the types allow."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from edge.reports.compose import compose
from edge.reports.compose.document import name_of
from edge.reports.document import Document, Format, Table
from edge.reports.report import Report
from edge.reports.style import Style
from edge.reports.text import text
from tests.unit.reports.any_report import reports
from tests.unit.reports.compose.test_document import cells, shape

STYLES = st.builds(
    Style,
    st.sampled_from(["zh", "en"]),
    st.sampled_from(["jin", "wan_jin", "kg", "t"]),
    st.sampled_from(["yuan", "wan_yuan"]),
)
# Of what a whole report is made of, so much can be left out that finding the least of it takes longer than a test may.
LAW = settings(
    max_examples=60,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
ADDED = {
    "actual", "mass", "good", "reject", "planned_heads", "present", "late", "absent", "leave", "hours", "cost", "busy_time",
    "run_time", "stops", "down_time", "value", "doubtful", "lost", "micro",
}  # fmt: skip


@LAW
@given(reports, STYLES)
def test_any_report_becomes_a_document(report: Report, style: Style) -> None:
    """Nothing that the types allow makes it fail, and what is not known always says why."""
    document = compose(report, style)
    assert all(cell.notes for cell in cells(document) if cell.value is None)
    used = dict.fromkeys(note for cell in cells(document) for note in cell.notes)
    assert list(used) == sorted(used) == list(range(1, len(document.footnotes) + 1))
    assert document.name.isascii()
    assert document.name == name_of(report)
    well_formed(document)
    assert compose(report, style) == document


def well_formed(document: Document) -> None:
    """Assert that every table is a rectangle of what its columns say, and every picture has a value for each place."""
    for table in document.tables:
        assert len({column.key for column in table.columns}) == len(table.columns)
        for row in (*table.rows, *([table.total] if table.total else [])):
            assert len(row) == len(table.columns)
            for column, cell in zip(table.columns, row, strict=True):
                assert column.key.isascii()
                assert column.format is not Format.TEXT or isinstance(cell.value, str | None)
    for picture in document.pictures:
        assert picture.alternative
        assert all(len(series.values) == len(picture.places) for series in picture.series)
        assert all(0 <= band.begin <= 1 and 0 <= band.end <= 1 for _, bands in picture.rows for band in bands)


@LAW
@given(reports)
def test_any_total_is_the_sum_of_its_rows(report: Report) -> None:
    """What is known of a column adds up to its last line, exactly."""
    for table in compose(report, Style()).tables:
        adds_up(table)


def adds_up(table: Table) -> None:
    """Assert that the last line is the sum of those above."""
    if table.total is None:
        return
    for at, column in enumerate(table.columns):
        values = [row[at].value for row in table.rows]
        known = [Fraction(value) for value in values if value is not None and not isinstance(value, str)]
        total = table.total[at]
        if column.key in ADDED and known and total.value is not None:
            assert not isinstance(total.value, str)
            assert Fraction(total.value) == sum(known)
            assert total.notes or None not in values


@LAW
@given(reports)
def test_any_document_has_one_shape_in_both_languages(report: Report) -> None:
    """Languages differ in words only."""
    chinese, english = (compose(report, Style(language)) for language in ("zh", "en"))
    assert shape(chinese) == shape(english)


@LAW
@given(reports, STYLES)
def test_any_text_is_at_most_three_lines(report: Report, style: Style) -> None:
    """The phone gets a line, and no more than two below it."""
    said = text(report, style)
    assert said.endswith("\n")
    assert 1 <= len(said.splitlines()) <= 3
