"""Laws that hold for every table."""

from __future__ import annotations

import contextlib
import csv
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.documents.sheet import shown
from edge.documents.yaml import parse
from edge.drivers.modbus.address import Order, Table
from edge.errors import ConfigurationError
from edge.map_import.command import Options, run
from edge.map_import.writer import Heading, map_text
from edge.plc_map.load import ModbusMachine, load_map
from tests.unit.map_import import workbooks
from tests.unit.map_import.workbooks import Cell

WORDS = [
    "名称",
    "地址",
    "类型",
    "Name",
    "Address",
    "Type",
    "功能码",
    "倍率",
    "单位",
    "备注",
    "长度",
    "范围",
    "读写",
    "bit",
    "03",
    "04",
    "01",
    "INT",
    "REAL",
    "STRING(4)",
    "BOOL",
    "0x10",
    "1000H",
    "40001",
    "4x7",
    "D100",
    "M1",
    "100",
    "101",
    "100.3",
    "100-101",
    "R",
    "W",
    "0~100",
    "x10",
    "÷0",
    "1/0",
    "0.01Hz",
    "-",
    "预留",
    "总数",
    "温度（℃）",
    "=1+1",
    "'",
    '"',
    ",",
    ";",
    ":",
    "#",
    "{",
    "}",
    "[",
    "]",
    "&",
    "*",
    "!",
    "|",
    ">",
    "%",
    "@",
    "`",
    "~",
]
CELLS = st.one_of(st.sampled_from(["", *WORDS]), st.text(max_size=12))
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=7), min_size=1, max_size=8)
HEADING: list[Cell] = ["Name", "Address", "Type", "备注", "Scale", "功能码", "范围"]
VALUES = st.one_of(
    st.sampled_from(WORDS),
    st.integers(-10, 70_000),
    st.floats(-100, 70_000).map(lambda number: round(number, 2)),
    st.none(),
)
HEADED = st.lists(st.lists(CELLS, min_size=4, max_size=7), min_size=1, max_size=8).map(
    lambda rows: [list(map(str, HEADING)), *rows]
)


def imported(file: Path, *, skip_faulty: bool) -> Path | None:
    """Return the map that a table becomes, None if it is refused."""
    with contextlib.suppress(ConfigurationError):
        run(Options(file, skip_faulty=skip_faulty))
        return file.with_suffix(".yaml")
    return None


@given(TABLES | HEADED, st.booleans())
@settings(max_examples=150)
def test_any_table_becomes_a_map_that_loads_or_is_refused_in_words(
    rows: list[list[str]],
    skip_faulty: bool,
) -> None:
    """Nothing else is ever raised, whatever stands in the cells."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.csv"
        with file.open("w", encoding="utf-8", errors="replace", newline="") as stream:
            csv.writer(stream).writerows(rows)
        map_file = imported(file, skip_faulty=skip_faulty)
        if map_file is not None:
            load_map(map_file)


@given(st.lists(st.lists(VALUES, min_size=4, max_size=7), min_size=1, max_size=6))
@settings(max_examples=50)
def test_any_workbook_becomes_a_map_that_loads_or_is_refused_in_words(rows: list[list[Cell]]) -> None:
    """Numbers, fractions and texts alike."""
    with tempfile.TemporaryDirectory() as folder:
        file = workbooks.write(Path(folder) / "table.xlsx", {"A": [HEADING, *rows]})
        map_file = imported(file, skip_faulty=True)
        if map_file is not None:
            load_map(map_file)


@given(st.lists(st.integers(0, 9_998), min_size=1, max_size=20, unique=True), st.sampled_from([0, 1]))
@settings(max_examples=50)
def test_every_row_of_a_good_table_is_a_tag_at_its_address(numbers: list[int], base: int) -> None:
    """None is lost, none is moved; five digits would be references, as in 30001."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.csv"
        rows = "".join(f"tag{number},{number + base},INT,04\n" for number in numbers)
        file.write_text(f"Name,Address,Type,Function code\n{rows}")
        run(Options(file, base=base))
        machine = load_map(file.with_suffix(".yaml"))
    assert isinstance(machine, ModbusMachine)
    places = {(tag.tag.name, tag.address.table, tag.address.start) for tag in machine.tags}
    assert places == {(f"tag{number}", Table.INPUT, number) for number in numbers}


@given(st.text(max_size=60).filter(shown))
@settings(max_examples=100)
def test_any_text_stands_in_a_map_as_it_stood_in_the_table(text: str) -> None:
    """A description may hold every sign that means something in YAML."""
    written = map_text(Heading([text], shown(text), 0, None, Order.ABCD), [], [text])
    assert parse(written, Path("map.yaml")).data["description"] == shown(text)
