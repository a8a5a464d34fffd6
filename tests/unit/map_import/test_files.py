"""What kinds of files are read, and which sheet of a workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.documents import table
from edge.map_import.command import Options, run
from tests.unit.map_import import workbooks

ROWS: list[list[workbooks.Cell]] = [["名称", "地址", "类型"], ["温度", 100, "INT"]]


@pytest.mark.parametrize(
    ("content", "made_by"),
    [
        ("名称,地址\n温度,1\n".encode(), "UTF-8, comma between cells"),
        ("名称,地址\n温度,1\n".encode("utf-8-sig"), "UTF-8, comma between cells"),
        ("名称\t地址\r\n温度\t1\r\n".encode("utf-16"), "UTF-16, tab between cells"),
        ("名称;地址\n温度;1\n".encode("gbk"), "GBK, semicolon between cells"),
        ("sep=\t\n名称\t地址\n温度\t1\n".encode(), "UTF-8, tab between cells"),
    ],
)
def test_a_text_file_is_read_in_the_encoding_and_with_the_delimiter_it_has(
    content: bytes, made_by: str, tmp_path: Path
) -> None:
    """Spreadsheet programs of several countries save several kinds."""
    file = tmp_path / "table.csv"
    file.write_bytes(content)
    (sheet,) = table.read(file)
    assert (sheet.rows, sheet.made_by) == ((("名称", "地址"), ("温度", "1")), made_by)


def test_cells_of_a_text_file_are_named_by_the_line_that_an_editor_shows(tmp_path: Path) -> None:
    """A cell of several lines, a hint for a spreadsheet program and an empty line all count."""
    file = tmp_path / "table.csv"
    file.write_text('sep=,\n"na\nme",b\n\nc,d\n')
    (sheet,) = table.read(file)
    assert [sheet.place(row, 1).removeprefix(f"{tmp_path}/") for row in (0, 1, 2)] == [
        "table.csv:2:2",
        "table.csv:4:2",
        "table.csv:5:2",
    ]
    assert sheet.rows[0] == ("na me", "b")


def test_a_workbook_is_known_by_its_content_not_by_its_name(tmp_path: Path) -> None:
    """HMI programs call their exports what they like."""
    (sheet,) = table.read(workbooks.write(tmp_path / "export.csv", {"变量表": ROWS}))
    assert sheet.place(1, 27) == f"{tmp_path}/export.csv!变量表!AB2"
    assert sheet.rows[1] == ("温度", "100", "INT")


def test_the_first_sheet_with_a_table_is_taken_and_the_others_are_named(tmp_path: Path) -> None:
    """A cover sheet is passed over, a hidden sheet is not looked at, another table is not forgotten."""
    file = workbooks.write(
        tmp_path / "table.xlsx",
        {"Cover": [["Plant", "Date"]], "Old": ROWS, "A": ROWS, "B": ROWS},
        hidden=["Old"],
    )
    said = run(Options(file))
    assert said[0] == ("Made by chili-edge map import from table.xlsx, sheet A. Compare it with the manual.")
    assert f"{file}!B: holds a register table, too: import it with --sheet B" in said
    assert not any("Old" in line for line in said)
    assert said[-1] == f"{tmp_path}/table.yaml: 1 tag"


def test_the_sheet_that_is_asked_for_is_taken(tmp_path: Path) -> None:
    """Be it hidden or not the first."""
    file = workbooks.write(tmp_path / "table.xlsx", {"A": ROWS, "B": ROWS}, hidden=["B"])
    assert "sheet B" in run(Options(file, sheet="B"))[0]
