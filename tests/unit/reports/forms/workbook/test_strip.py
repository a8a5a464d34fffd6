"""A strip as cells: the state of longest duration, and letters that tell them apart."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from edge.reports.document import Band, Chart
from edge.reports.forms.workbook.strip import letters_of, roles
from edge.reports.forms.xlsx import xlsx
from tests.unit.reports.forms.documents import EMPTY, document


def test_longest_state_wins() -> None:
    """A cell shows where most of it was; what nobody watched is unknown."""
    bands = (Band(0, 0.4, "running"), Band(0.4, 0.5, "down"), Band(0.5, 0.6, "down"))
    assert roles(bands, 2) == ["running", ""]
    assert roles(bands, 4) == ["running", "running", "", ""]
    assert roles(bands, 10)[4:7] == ["down", "down", ""]
    assert roles((), 3) == ["", "", ""]


@given(st.lists(st.floats(0, 1), min_size=2, max_size=12), st.integers(1, 50))
def test_each_cell_has_a_state_that_is_there(bounds: list[float], count: int) -> None:
    """Whatever the bands, no state appears that none of them has."""
    edges = sorted(bounds)
    bands = [Band(begin, end, f"s{at}") for at, (begin, end) in enumerate(pairwise(edges))]
    found = roles(bands, count)
    assert len(found) == count
    assert set(found) <= {"", *(band.role for band in bands)}


def test_letters_differ() -> None:
    """Each state has a letter of its own, of its name where that is free; unknown has a dash."""
    legend = (("running", "运行"), ("planned", "计划停机"), ("", "无数据"))
    assert letters_of(legend) == {"running": "运", "planned": "计", "": "—"}
    assert letters_of((("a", "down"), ("b", "Delayed"))) == {"a": "D", "b": "E"}
    same = letters_of([(f"r{at}", "x") for at in range(20)])
    assert len(set(same.values())) == 20


def test_strip_is_a_sheet_of_coloured_letters() -> None:
    """Each quarter of an hour of each machine has its letter and colour, and the legend says what they mean."""
    (picture,) = [one for one in document("day").pictures if one.chart is Chart.STATE_STRIP]
    sheet = load_workbook(io.BytesIO(xlsx(replace(EMPTY, pictures=(picture,))))).worksheets[1]
    rows = {row[0].value: row[1:97] for row in sheet.iter_rows(5, 4 + len(picture.rows))}
    assert list(rows) == [name for name, _ in picture.rows]
    letters = ["".join(f"{cell.value}" for cell in cells) for cells in rows.values()]
    assert (
        letters[0]
        == "换" * 4 + "运" * 12 + "计" * 2 + "故" * 6 + "运" * 10 + "—" * 2 + "待" * 8 + "运" * 24 + "计" * 28
    )
    assert letters[-1] == "—" * 96
    colours = {cell.value: cell.fill.fgColor.rgb for cells in rows.values() for cell in cells}
    assert len(set(colours.values())) == len(colours)
    legend = {row[1].value: row[0].value for row in sheet.iter_rows(11, 10 + len(picture.legend))}
    assert legend == {letters_of(picture.legend)[role]: label for role, label in picture.legend}
