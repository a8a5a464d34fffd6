"""The workbook, as openpyxl reads it: real numbers, sums that add up, charts, paper, and nothing that runs."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from openpyxl import load_workbook

from edge.reports.document import Chart, Document, Format, Table
from edge.reports.forms.values import nearest
from edge.reports.forms.workbook.table import HEADINGS
from edge.reports.forms.xlsx import sheet_name, xlsx
from edge.reports.rounding import UNKNOWN
from tests.unit.reports.forms.documents import EMPTY, LARGE, document, hostile, table

FIRST = HEADINGS + 2
"""The first row of numbers, as openpyxl counts."""
SUM = re.compile(r"=SUM\(([A-Z]+)(\d+):([A-Z]+)(\d+)\)")
NEAR = 1e-14


@cache
def data(name: str) -> bytes:
    """Return the workbook of a sample."""
    return xlsx(document(name))


def sheets(whole: Document, workbook: bytes, *, values: bool = False) -> Iterator[tuple[Table, Any]]:
    """Yield each table with its sheet; with `values` formulas are what they were worth when written."""
    book = load_workbook(io.BytesIO(workbook), data_only=values)
    for one, name in zip(whole.tables, book.sheetnames[1:], strict=False):
        yield one, book[name]


def of(one: Table, **changes: Any) -> Any:
    """Return the sheet of a table alone."""
    whole = replace(EMPTY, tables=(one,))
    return next(iter(sheets(whole, xlsx(whole), **changes)))[1]


def is_number(cell: Any) -> bool:
    """Return whether a cell is a number to a spreadsheet."""
    return cell.data_type == "n" and isinstance(cell.value, int | float)


@pytest.mark.parametrize("name", ["day", "month", "year", "unwatched"])
def test_every_number_is_a_number(name: str) -> None:
    """Each cell of each table, totals as well, is the document's value to 15 digits; unknown is a dash and no 0."""
    whole = document(name)
    for one, sheet in sheets(whole, data(name), values=True):
        lines = [*one.rows, *((one.total,) if one.total is not None else ())]
        for row, line in enumerate(lines, FIRST):
            for column, cell in enumerate(line, 1):
                found = sheet.cell(row, column)
                where = f"{one.key} {found.coordinate}"
                if cell.value is None:
                    assert found.value == UNKNOWN, where
                elif isinstance(cell.value, str):
                    assert (found.value or "") == cell.value, where
                    assert not is_number(found) or found.value is None, where
                else:
                    assert is_number(found), where
                    assert found.value == pytest.approx(nearest(cell.value), rel=NEAR, abs=0), where


@pytest.mark.parametrize("name", ["day", "month", "year"])
def test_totals_are_formulas_where_they_add_up(name: str) -> None:
    """A sum sums the cells above it, is worth what the document says, and no ratio is summed."""
    whole = document(name)
    found = 0
    for one, sheet in sheets(whole, data(name)):
        for cells in sheet.iter_rows():
            for cell in cells:
                if cell.data_type != "f":
                    continue
                found += 1
                letter, top, other, bottom = SUM.fullmatch(str(cell.value)).groups()  # type: ignore[union-attr]
                assert letter == other == cell.column_letter
                assert (int(top), int(bottom)) == (FIRST, FIRST + len(one.rows) - 1)
                at = cell.column - 1
                assert one.columns[at].format is Format.NUMBER
                known = [Fraction(row[at].value or 0) for row in one.rows]
                assert one.total is not None
                assert sum(known) == one.total[at].value
    assert found >= 20


def test_total_that_does_not_add_up_is_a_number() -> None:
    """A mean is no sum, nor is what only one number is known of."""
    assert of(table(1, 2, None, total=3)).cell(FIRST + 3, 2).value == f"=SUM(B{FIRST}:B{FIRST + 2})"
    assert of(table(1, 2, total=Fraction(3, 2))).cell(FIRST + 2, 2).value == 1.5
    assert of(table(1, None, total=1)).cell(FIRST + 2, 2).value == 1
    assert of(table(1, 2, total=None)).cell(FIRST + 2, 2).value == UNKNOWN


def test_formats_show_decimals_percent_and_footnotes() -> None:
    """The format has the decimals; the mark of a footnote is shown and no part of the number."""
    for one, sheet in sheets(document("day"), data("day")):
        for at, column in enumerate(one.columns, 1):
            for row, line in enumerate(one.rows, FIRST):
                shown = sheet.cell(row, at).number_format
                mark = f'" [{",".join(map(str, line[at - 1].notes))}]"' if line[at - 1].notes else ""
                places = "." + "0" * column.decimals if column.decimals else ""
                first = shown.split(";")[0]
                if column.format is Format.TEXT:
                    assert first == (f"@{mark}" if mark else "General")
                elif column.format is Format.RATIO:
                    assert first == f"0{places}%{mark}"
                else:
                    assert first == f"#,##0{places}{mark}"
                assert sheet.cell(HEADINGS + 1, at).value == (
                    f"{column.heading}\n({column.unit})" if column.unit else column.heading
                )
        said = {cell.value for (cell,) in sheet.iter_rows(FIRST + len(one.rows), max_col=1)}
        for note in {note for line in one.rows for cell in line for note in cell.notes}:
            assert f"[{note}] {document('day').footnotes[note - 1]}" in said


def test_sheets_are_ready_to_read_and_print() -> None:
    """Headings stay in sight and are repeated; filters, A4 landscape, one page wide but for the raw sums, page numbers, room for Chinese."""
    for one, sheet in sheets(document("month"), data("month")):
        assert sheet.freeze_panes == f"B{HEADINGS + 2}"
        assert sheet.auto_filter.ref.split(":")[0] == f"A{HEADINGS + 1}"
        assert sheet.auto_filter.ref.endswith(str(HEADINGS + 1 + len(one.rows)))
        assert sheet.print_title_rows == f"${HEADINGS + 1}:${HEADINGS + 1}"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.page_setup.fitToHeight == 0
        assert (sheet.page_setup.fitToWidth or 1) == (1 if one.key != "sums" else 3)
        assert "&P / &N" in f"{sheet.oddFooter.right.text}"
        assert all(8 < sheet.column_dimensions["A"].width < 40 for _ in one.columns[:1])


def test_cover_says_it_all_before_the_numbers() -> None:
    """Title, facts, figures, remarks, footnotes, and a share that is a number."""
    whole = document("day")
    sheet = load_workbook(io.BytesIO(data("day"))).worksheets[0]
    texts = [f"{cell.value}" for cells in sheet.iter_rows() for cell in cells if cell.value is not None]
    assert texts[:2] == [whole.title, whole.subtitle]
    expected = [
        *whole.facts,
        *(one.text for one in whole.figures),
        *(one.detail for one in whole.figures if one.detail),
        *whole.remarks,
        *whole.signatures,
        *whole.blanks,
    ]
    assert [one for one in expected if one not in texts] == []
    shares = [cell for cells in sheet.iter_rows(min_col=4, max_col=4) for cell in cells if is_number(cell)]
    assert [cell.value for cell in shares] == [
        nearest(one.share) for one in whole.figures if one.share is not None
    ]
    assert {cell.number_format for cell in shares} == {"0.0%"}


def test_warning_is_on_the_cover() -> None:
    """A report of nothing says so before any number."""
    whole = document("unwatched")
    sheet = load_workbook(io.BytesIO(data("unwatched"))).worksheets[0]
    assert whole.warning
    assert whole.warning in {cell.value for (cell,) in sheet.iter_rows(max_col=1)}


def test_charts_are_native_and_have_alternatives() -> None:
    """Every picture but the strip is a chart over cells of the workbook, and says what it shows."""
    whole = document("day")
    with zipfile.ZipFile(io.BytesIO(data("day"))) as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if "/charts/chart" in name]
        drawing = parts.read("xl/drawings/drawing1.xml").decode()
    pictures = [one for one in whole.pictures if one.chart is not Chart.STATE_STRIP]
    assert len(charts) == len(pictures)
    assert drawing.count('descr="') == len(pictures)
    for picture, chart in zip(pictures, charts, strict=True):
        drawn = len(picture.series) + (1 if picture.chart is Chart.YEAR_CURVE else 0)
        assert chart.count("<c:ser>") == drawn - (picture.chart is Chart.YEAR_CURVE)
        assert set(re.findall(r"<c:f>(.*?)\$", chart)) == {"图中数字!"}
        assert picture.title in chart
        assert picture.alternative[:20] in drawing


def test_unknown_is_a_gap_in_a_chart() -> None:
    """Where nobody knows, the cell below the chart is empty: text would be drawn as 0."""
    book = load_workbook(io.BytesIO(data("day")))
    sheet = book[book.sheetnames[-1]]
    (made,) = [one for one in document("day").pictures[0].series if one.role == "made"]
    column = [row[0] for row in sheet.iter_rows(6, 5 + len(made.values), 3, 3)]
    assert [cell.value for cell in column] == [
        None if value is None else pytest.approx(value) for value in made.values
    ]
    assert any(cell.value is None for cell in column)


def test_integers_that_no_spreadsheet_can_hold_are_texts() -> None:
    """The raw sums are exact: up to 2^53 numbers, above it texts, and a remark says why."""
    sheet = of(table(LARGE - 1, LARGE, key="sums"))
    assert sheet.cell(FIRST, 2).value == LARGE - 1
    assert sheet.cell(FIRST + 1, 2).value == str(LARGE)
    assert "9,007,199,254,740,992" in sheet.cell(FIRST + 3, 1).value
    assert of(table(LARGE)).cell(FIRST, 2).value == pytest.approx(LARGE)


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x")', "http://x"])
def test_nothing_runs(text: str) -> None:
    """Of a document whose every text is a formula only our sums are; texts stay texts when edited; no link leads out."""
    book = load_workbook(io.BytesIO(xlsx(hostile(text))))
    cells = [cell for sheet in book for cells in sheet.iter_rows() for cell in cells]
    assert {cell.value for cell in cells if cell.data_type == "f"} <= {f"=SUM(B{FIRST}:B{FIRST + 1})"}
    same = [cell for cell in cells if cell.value == text]
    assert len(same) >= 20
    if text[0] in "=+-@":
        assert [cell.coordinate for cell in same if not cell.quotePrefix and not cell.hyperlink] == []
    assert {cell.hyperlink.target for cell in cells if cell.hyperlink} == {None}
    with zipfile.ZipFile(io.BytesIO(xlsx(hostile(text)))) as parts:
        formulas = [
            found
            for name in parts.namelist()
            if "/charts/chart" in name
            for found in re.findall(r"<c:f>(.*?)</c:f>", parts.read(name).decode())
        ]
    assert formulas
    assert all(re.fullmatch(r"('.*'|.+?)!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?", one) for one in formulas)


@pytest.mark.parametrize(
    "text", ["\x00\x1f_x0041_", "a\ud800b", "名" * 40_000, "</c><f>1</f>", "&D&F", "'", "a\nb"]
)
def test_any_text_gives_a_workbook(text: str) -> None:
    """Control characters, markup and endless texts do not keep it from opening, nor change what it says."""
    book = load_workbook(io.BytesIO(xlsx(hostile(text))))
    assert len(book.sheetnames) == 6
    if len(text) < 20 and text.isprintable():
        assert book.worksheets[0].cell(1, 1).value == text


def test_document_of_nothing_is_a_workbook() -> None:
    """No table and no picture leave the cover."""
    assert len(load_workbook(io.BytesIO(xlsx(EMPTY))).sheetnames) == 1


def test_table_without_rows_says_so() -> None:
    """There is nothing to filter, and a word instead of rows."""
    whole = replace(EMPTY, tables=(table(),), words={"none": "无"})
    ((_, sheet),) = sheets(whole, xlsx(whole))
    assert sheet.cell(FIRST, 1).value == "无"
    assert not sheet.auto_filter.ref


def test_names_of_sheets() -> None:
    """Short, unique whatever the case, and without what Excel forbids."""
    taken = {"A": None, "名" * 31: None}
    assert sheet_name("a", taken) == "a 2"
    assert sheet_name("名" * 40, taken) == f"{'名' * 29} 2"
    assert sheet_name("'[x]:*?/\\y'", {}) == "x      y"
    assert sheet_name("History", {}) == "History -"
    assert sheet_name("//", {}) == "-"


def test_number_beyond_all_floats_is_a_text() -> None:
    """Rather its digits than infinity."""
    assert of(table(10**301, total=10**301)).cell(FIRST, 2).value == "1" + "0" * 301


def test_amounts_keep_their_cents() -> None:
    """15 digits hold every amount of a year to the cent."""
    assert of(table(Decimal("40321214.04"), decimals=2)).cell(FIRST, 2).value == 40321214.04
