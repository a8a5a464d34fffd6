"""The roster file: how Excel writes it, and every fault with its place."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from edge.documents.sheet import Sheet
from edge.errors import ConfigurationError
from edge.model.personnel import Worker, WorkerKind
from edge.processing.attendance import turns
from edge.records.roster import parse_roster, read_roster
from simulators.people.roster import roster as simulated

SHIFTS = ("A", "B", "C")


def wrong_turns(text: str) -> str:
    """Return what is wrong with a pattern."""
    return turns.fault(text, SHIFTS)


TEXT = "pin,name,kind,team,shift\n0001,李光红,permanent,pack,A\n0501,郑国洪,seasonal,prep,B\n"
WORKERS = (
    Worker("0001", "李光红", WorkerKind.PERMANENT, "pack", "A"),
    Worker("0501", "郑国洪", WorkerKind.SEASONAL, "prep", "B"),
)


def faults(tmp_path: Path, content: str | bytes) -> list[str]:
    """Return what is wrong with a file of this content, without its name."""
    file = tmp_path / "people.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigurationError) as error:
        read_roster(file, wrong_turns)
    return [str(fault).removeprefix(f"{file}:") for fault in error.value.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_reads_what_excel_writes(tmp_path: Path, encoding: str, ending: str) -> None:
    """UTF-8 with or without BOM, GBK, any line ending, and empty lines at the end are one roster."""
    file = tmp_path / "people.csv"
    file.write_bytes(f"{TEXT},,,,\n\n".replace("\n", ending).encode(encoding))
    assert read_roster(file, wrong_turns) == WORKERS


def test_columns_in_any_order_and_quoted(tmp_path: Path) -> None:
    """The header says which column is which; a quoted cell may hold a comma."""
    file = tmp_path / "people.csv"
    file.write_text('shift,team,kind,name,pin\nA,pack,permanent,"李, 光红",0001\n', encoding="utf-8")
    assert read_roster(file, wrong_turns) == (Worker("0001", "李, 光红", WorkerKind.PERMANENT, "pack", "A"),)


def test_reads_what_the_simulators_print(tmp_path: Path) -> None:
    """The simulated plant's people are all read, leading zeros and all."""
    people = simulated(1)
    rows = [",".join((w.pin, w.name, w.kind, w.team, w.shift)) for w in people]
    file = tmp_path / "people.csv"
    file.write_text("\n".join(["pin,name,kind,team,shift", *rows]), encoding="utf-8")
    assert [worker.pin for worker in read_roster(file, wrong_turns)] == [w.pin for w in people]


def test_every_fault_at_once(tmp_path: Path) -> None:
    """Each fault has its line and column, those of other lines too."""
    rows = [
        "pin,name,kind,team,shift",
        "0001,甲,permanent,pack,D",
        "0001,乙,temp,pack,A",
        "12 3,,seasonal,,A",
        "0004,丁,seasonal,pack",
        '0005,"戊,己",seasonal,pack,X',
        "0006,庚,seasonal,pack,A,1",
    ]
    assert faults(tmp_path, "\n".join(rows)) == [
        "2:5: shift: no such shift; there are: A, B, C (given: D)",
        "3:3: kind: should be permanent or seasonal (given: temp)",
        "4:1: pin: should be 1 to 24 letters or digits, as the terminal knows it",
        "4:2: name: is missing",
        "4:4: team: should be 1 to 32 characters",
        "5:5: shift: a pattern is shifts like D, A/B, A|D or C,C,-",
        "6:5: shift: no such shift; there are: A, B, C (given: X)",
        "7:6: roster: more than 5 columns",
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "工号,姓名\n1,甲\n",
            "1:1: roster: the first line must name the columns pin,name,kind,team,shift; missing: pin,",
        ),
        ("pin,name,kind,team,shift,phone\n", "1:6: phone: no such column"),
        ("pin,name,kind,team,shift,pin\n", "1:6: pin: is there twice"),
    ],
)
def test_what_is_no_roster(tmp_path: Path, content: str, expected: str) -> None:
    """A file that is no roster is said so by its first fault."""
    assert faults(tmp_path, content)[0].startswith(expected)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "cannot be read"),
        (b"", "is empty"),
        (b"\xff\xff\xff", "is neither UTF-8 nor GBK text"),
        (b"\0" * 2_000_000, "is neither a spreadsheet nor text"),
        (b"%PDF-1.4", "is a PDF"),
        (b"a" * 31_000_000, "is longer than 30000000 bytes"),
    ],
)
def test_what_is_no_table(tmp_path: Path, content: bytes | None, expected: str) -> None:
    """A file that cannot be read, or is no table at all, is one line that names it."""
    file = tmp_path / "people.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=rf"people\.csv: .*{expected}"):
        read_roster(file, wrong_turns)


def test_a_workbook_is_a_roster(tmp_path: Path) -> None:
    """XLSX with Chinese headings, dates as Excel keeps them, and a patterned shift."""
    file = tmp_path / "people.xlsx"
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("花名册")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for column, heading in enumerate(
        ("考勤号", "姓名", "用工性质", "班组", "班次", "工号", "入职日期", "离职日期", "优先")
    ):
        sheet.write_string(0, column, heading)
    for column, text in enumerate(("0501", "郑国洪", "季节工", "prep", "A/B", "S-12")):
        sheet.write_string(1, column, text)
    sheet.write_datetime(1, 6, datetime(2026, 8, 1), day)  # noqa: DTZ001
    sheet.write_string(1, 7, "2026年10月31日")
    sheet.write_string(1, 8, "是")
    book.close()
    (worker,) = read_roster(file, wrong_turns)
    assert (worker.pin, worker.id, worker.kind, worker.shift) == ("0501", "S-12", WorkerKind.SEASONAL, "A/B")
    assert (worker.first, worker.last, worker.priority) == (date(2026, 8, 1), date(2026, 10, 31), True)


def test_a_pin_may_pass_on_but_is_nobodys_together(tmp_path: Path) -> None:
    """Who comes after somebody has left may have their PIN; two at one time may not, nor may two people have one id."""
    head = "pin,name,kind,team,shift,id,first,last\n"
    rows = ("7,甲,seasonal,prep,A,a,2026-08-01,2026-08-20", "7,乙,seasonal,prep,A,b,2026-08-21,2026-10-31")
    (tmp_path / "people.csv").write_text(head + "\n".join(rows), encoding="utf-8")
    assert [worker.id for worker in read_roster(tmp_path / "people.csv", wrong_turns)] == ["a", "b"]
    together = head + "\n".join(rows).replace("08-21", "08-20")
    assert faults(tmp_path, together) == ["3:1: pin: is that of line 2 at the same time"]
    twice = head + "\n".join(rows).replace("A,b", "A,a")
    assert faults(tmp_path, twice) == ["3:1: pin: is that of line 2, too"]


def test_days_and_ages_are_checked(tmp_path: Path) -> None:
    """No day that is none, no end before the beginning, and nobody under sixteen; none of it is repeated in the fault."""
    head = "pin,name,kind,team,shift,first,last,born,priority\n"
    rows = (
        "1,甲,seasonal,prep,A,2026-02-30,,,",
        "2,乙,seasonal,prep,A,2026-08-02,2026-08-01,,",
        "3,丙,seasonal,prep,A,2026-08-01,,2010-08-02,",
        "4,丁,seasonal,prep,A,2026-08-01,,2010-08-01,maybe",
    )
    assert faults(tmp_path, head + "\n".join(rows)) == [
        "2:6: first: should be a date like 2026-08-01",
        "3:7: last: is before the first day",
        "4:8: born: nobody under 16 may be employed",
        "5:9: priority: should be yes or no",
    ]


@given(st.lists(st.lists(st.text(max_size=8), max_size=7), max_size=5))
def test_no_content_breaks_it(rows: list[list[str]]) -> None:
    """Whatever a sheet holds, the answer is workers or faults."""
    cells = tuple(tuple(row) for row in rows)
    sheet = Sheet(Path("people.csv"), "", cells, tuple(range(1, len(cells) + 1)))
    workers, found = parse_roster(sheet, wrong_turns)
    assert found or workers == ()
