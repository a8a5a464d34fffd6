"""The roster file: how Excel writes it, and every fault with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ConfigurationError
from edge.model.personnel import Worker, WorkerKind
from edge.records.roster import parse_roster, read_roster
from simulators.people.roster import roster as simulated

SHIFTS = ("A", "B", "C")
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
        read_roster(file, SHIFTS)
    return [str(fault).removeprefix(f"{file}:") for fault in error.value.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_reads_what_excel_writes(tmp_path: Path, encoding: str, ending: str) -> None:
    """UTF-8 with or without BOM, GBK, any line ending, and empty lines at the end are one roster."""
    file = tmp_path / "people.csv"
    file.write_bytes(f"{TEXT},,,,\n\n".replace("\n", ending).encode(encoding))
    assert read_roster(file, SHIFTS) == WORKERS


def test_columns_in_any_order_and_quoted(tmp_path: Path) -> None:
    """The header says which column is which; a quoted cell may hold a comma."""
    file = tmp_path / "people.csv"
    file.write_text('shift,team,kind,name,pin\nA,pack,permanent,"李, 光红",0001\n', encoding="utf-8")
    assert read_roster(file, SHIFTS) == (Worker("0001", "李, 光红", WorkerKind.PERMANENT, "pack", "A"),)


def test_reads_what_the_simulators_print(tmp_path: Path) -> None:
    """The simulated plant's people are all read, leading zeros and all."""
    people = simulated(1)
    rows = [",".join((w.pin, w.name, w.kind, w.team, w.shift)) for w in people]
    file = tmp_path / "people.csv"
    file.write_text("\n".join(["pin,name,kind,team,shift", *rows]), encoding="utf-8")
    assert [worker.pin for worker in read_roster(file, SHIFTS)] == [w.pin for w in people]


def test_every_fault_at_once(tmp_path: Path) -> None:
    """Each fault has its line and column, those of other lines too."""
    rows = [
        "pin,name,kind,team,shift",
        "0001,甲,permanent,pack,D",
        "0001,乙,temp,pack,A",
        "12 3,,seasonal,,A",
        "0004,丁,seasonal,pack",
        '0005,"戊,己",seasonal,pack,X',
        '0006,"庚,seasonal,pack,A',
    ]
    assert faults(tmp_path, "\n".join(rows)) == [
        "2:23: shift: no such shift; there are: A, B, C (given: D)",
        "3:1: pin: is that of line 2, too (given: 0001)",
        "3:8: kind: should be permanent or seasonal (given: temp)",
        "4:1: pin: should be 1 to 24 letters or digits, as the terminal knows it (given: 12 3)",
        "4:6: name: is missing",
        "4:16: team: should be 1 to 32 characters",
        "5:1: roster: 4 columns instead of 5",
        "6:26: shift: no such shift; there are: A, B, C (given: X)",
        "7:1: roster: a quotation mark is opened and not closed on this line",
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "1:1: roster: the first line must name the columns pin,name,kind,team,shift; missing: pin,"),
        ("工号,姓名\n1,甲\n", "1:1: roster: the first line must name the columns"),
        ("pin,name,kind,team,shift,phone\n", "1:26: phone: no such column"),
        ("pin,name,kind,team,shift,pin\n", "1:1: pin: is there twice"),
        (b"\xff\xff\xff", "1:1: roster: is neither UTF-8 nor GBK text"),
        (TEXT.encode("utf-16"), "1:1: roster: is neither UTF-8 nor GBK text"),
        (b"\0" * 2_000_000, "1:1: roster: is larger than 1024 KiB"),
    ],
)
def test_what_is_no_roster(tmp_path: Path, content: str | bytes, expected: str) -> None:
    """A file that is no roster is said so by its first fault."""
    assert faults(tmp_path, content)[0].startswith(expected)


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    """A file that cannot be read is named."""
    with pytest.raises(ConfigurationError, match=r"people\.csv:1:1: roster: cannot be read: No such file"):
        read_roster(tmp_path / "people.csv", SHIFTS)


@given(st.binary(max_size=300))
def test_no_content_breaks_it(content: bytes) -> None:
    """Whatever a file holds, the answer is workers or faults."""
    workers, found = parse_roster(content, Path("people.csv"), SHIFTS)
    assert found or workers == ()
