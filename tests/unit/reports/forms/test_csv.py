"""CSV: what is read back is what the document says, exactly, and nothing of it runs."""

from __future__ import annotations

import csv as reading
import io
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.reports.document import Cell, Column, Format, Number, Table
from edge.reports.forms.csv import BOM, ESCAPE, LEADING, csv
from edge.reports.forms.values import runs
from edge.reports.rounding import UNKNOWN, plain
from tests.unit.reports.forms.documents import EMPTY, LARGE, document, hostile, table


def frame(data: bytes) -> Any:
    """Return the file as pandas reads it."""
    return pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)


def text_of(cell: str) -> str:
    """Return a text as it was before it was made harmless."""
    return cell.removeprefix(ESCAPE)


def same(value: str | Number | None, cell: str) -> bool:
    """Return whether a cell is a value: exactly, but of what never ends 20 digits."""
    if value is None or isinstance(value, str):
        return text_of(cell) == (UNKNOWN if value is None else value)
    if isinstance(value, Fraction) and isinstance(plain(value), Fraction):
        return abs(Fraction(cell) - value) <= abs(value) / 10**19 / 2
    return Fraction(cell) == value


def check(one: Table, lines: Any) -> None:
    """Compare a table with its lines."""
    width = len(one.columns)
    cells = lines.iloc[:, len(LEADING) : len(LEADING) + width]
    keys = cells[lines.line == "keys"].to_numpy().tolist()
    assert keys == [[column.key for column in one.columns]]
    found = cells[lines.line.isin(["row", "total"])].to_numpy().tolist()
    expected = [*one.rows, *((one.total,) if one.total is not None else ())]
    assert len(found) == len(expected)
    for row, line in zip(expected, found, strict=True):
        assert all(same(cell.value, text) for cell, text in zip(row, line, strict=True)), line
    assert (lines.line == "total").sum() == (one.total is not None)


@pytest.mark.parametrize("name", ["day", "month", "year", "unwatched"])
def test_every_table_is_read_back(name: str) -> None:
    """Pandas reads the whole file at once, and every value of every table is there."""
    whole = document(name)
    read = frame(csv(whole))
    for one in whole.tables:
        check(one, read[read.table == one.key])
    assert list(dict.fromkeys(read.table)) == [
        *("document", "facts"),
        *(("warning",) if whole.warning else ()),
        "figures",
        *(one.key for one in whole.tables),
        *("footnotes", "remarks"),
    ]


def test_excel_opens_it() -> None:
    """A byte order mark, CRLF, and lines of one length."""
    data = csv(document("day")).decode()
    assert data.startswith(BOM)
    assert data.count("\r\n") == data.count("\n")
    rows = list(reading.reader(io.StringIO(data.removeprefix(BOM), newline="")))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert tuple(rows[0][: len(LEADING)]) == LEADING


def test_footnotes_stand_beside_their_line() -> None:
    """Which cell refers to which note is said by the column's key, and the notes are at the end."""
    columns = (Column("name", "n", format=Format.TEXT), Column("plan", "p"), Column("made", "m"))
    row = (Cell("a"), Cell(None, (2,)), Cell(1, (1, 2)))
    read = frame(csv(replace(EMPTY, tables=(Table("t", "t", columns, (row,)),), footnotes=("one", "two"))))
    assert read[(read.table == "t") & (read.line == "row")].notes.tolist() == ["plan 2; made 1 2"]
    notes = read[(read.table == "footnotes") & (read.line == "row")]
    assert notes["2"].tolist() == ["one", "two"]


def test_large_and_small_numbers_are_exact() -> None:
    """No integer is rounded, no digit of an amount is lost, unknown is not 0."""
    values = (LARGE, 10**30, Decimal("0.000000000001"), Decimal("-12345678901234567890.12"), 0, None)
    check(
        one := table(*values, total=Fraction(1, 3)),
        (read := frame(csv(replace(EMPTY, tables=(one,)))))[read.table == "t"],
    )


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1", '=cmd|"/c calc"!A0'])
def test_nothing_runs(text: str) -> None:
    """No cell of a document whose every text is a formula begins like one."""
    rows = list(reading.reader(io.StringIO(csv(hostile(text)).decode().removeprefix(BOM), newline="")))
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if runs(cell)] == []
    assert sum(text in cell for cell in cells) >= 20


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\t\n\r\x85=+'")))
def test_any_text_is_read_back(text: str) -> None:
    """Quotes, lines, apostrophes and formulas come back as they were."""
    one = Table("t", "t", (Column("name", "n", format=Format.TEXT),), ((Cell(text),),))
    rows = reading.reader(
        io.StringIO(csv(replace(EMPTY, tables=(one,))).decode().removeprefix(BOM), newline="")
    )
    assert [text_of(row[3]) for row in rows if row[:2] == ["t", "row"]] == [text]


def test_half_a_character_is_no_reason_to_fail() -> None:
    """A lone surrogate, which JSON may hold, and a NUL are shown as what they are: no characters."""
    assert "a\ufffdb\ufffdc" in csv(replace(EMPTY, title="a\ud800b\x00c")).decode()
