"""Files that are no register table: one clear line each, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from edge.documents import yaml
from edge.errors import ConfigurationError
from edge.map_import.command import Options, run
from tests.unit.map_import import workbooks

NO_HEADING = "table.csv: no heading found: one row must name the columns, such as 名称 or Name, 地址 or Address, 类型 or Type"
GOOD = "Name,Address,Type\na,1,INT\n"


def refused(options: Options) -> str:
    """Return the one line by which an import is refused, with paths that start at its folder."""
    with pytest.raises(ConfigurationError) as raised:
        run(options)
    text = str(raised.value).replace(f"{options.file.parent}/", "")
    assert len(text.splitlines()) == 1
    return text


def text_file(content: str | bytes, name: str = "table.csv") -> Callable[[Path], Options]:
    """Return what writes a file and asks for its import."""

    def make(folder: Path) -> Options:
        file = folder / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return Options(file)

    return make


def workbook(sheet: str | None = None, *, encrypted: bool = False, cut: int = 0) -> Callable[[Path], Options]:
    """Return what writes a workbook and asks for its import."""

    def make(folder: Path) -> Options:
        file = workbooks.write(folder / "table.xlsx", {"变量表": [["a"]], "Notes": [["b"]]})
        if encrypted:
            ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024) + "EncryptedPackage".encode("utf-16-le")
            file.write_bytes(ole)
        if cut:
            file.write_bytes(file.read_bytes()[:-cut])
        return Options(file, sheet=sheet)

    return make


def folder_for_file(folder: Path) -> Options:
    """Return an import of a folder."""
    (folder / "tables").mkdir()
    return Options(folder / "tables")


def existing_output(folder: Path) -> Options:
    """Return an import onto a map that somebody has written."""
    (folder / "map.yaml").write_text("mine")
    return Options(text_file(GOOD)(folder).file, folder / "map.yaml")


def output_nowhere(folder: Path) -> Options:
    """Return an import into a folder that is not there."""
    return Options(text_file(GOOD)(folder).file, folder / "maps" / "map.yaml")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda folder: Options(folder / "table.csv"),
            "table.csv: cannot be read (No such file or directory)",
        ),
        (folder_for_file, "tables: is a folder: name a file"),
        (text_file(""), "table.csv: is empty"),
        (text_file(",,,\n,,\n"), "table.csv: is empty"),
        (text_file(b"%PDF-1.7\n1 0 obj"), "table.csv: is a PDF: copy its table into a spreadsheet first"),
        (
            text_file("<html><table><tr><td>Name</td></tr></table>", "table.xls"),
            "table.xls: is a web page or XML, whatever its name says: open it in a spreadsheet program and save it as .xlsx",
        ),
        (
            text_file(bytes(range(256)) * 4, "table.xlsx"),
            "table.xlsx: is neither a spreadsheet nor text: save it as .xlsx or .csv",
        ),
        (
            text_file(b"Name,Address\n\xff\xff\xff\xfe,1\n"),
            "table.csv: is neither UTF-8 nor GBK text: save it as UTF-8 or as .xlsx",
        ),
        (
            text_file('Name,Address\n"a,1\nb,2\n'),
            "table.csv:2: the quotation marks of this line do not pair up (unexpected end of data)",
        ),
        (text_file("a" + "," * 300), "table.csv:1: more than 100000 rows or 256 columns"),
        (
            text_file("1,2,3\n4,5,6\n"),
            NO_HEADING,
        ),
        (
            text_file("Title\nName,Type,Unit\na,INT,V\n"),
            "table.csv:2:1: no column of addresses (Name, Type, Unit): head one of them 地址 or Address",
        ),
        (text_file("Name,Address,Type\n"), "table.csv:1:2: no row below this heading is a tag"),
        (workbook(encrypted=True), "table.xlsx: is encrypted: open it with its password and save it without"),
        (workbook(sheet="Tags"), "table.xlsx: there is no sheet Tags; it has 变量表, Notes"),
        (
            lambda folder: Options(text_file(GOOD)(folder).file, sheet="Tags"),
            "table.csv: is a text file, it has no sheet Tags: leave --sheet away",
        ),
        (existing_output, "map.yaml: is there already and is not overwritten: name another with -o"),
        (output_nowhere, "maps/map.yaml: cannot be written (No such file or directory)"),
    ],
)
def test_what_is_no_register_table_is_refused_in_one_line(
    make: Callable[[Path], Options], said: str, tmp_path: Path
) -> None:
    """The line names the file and says what to do; nothing is written."""
    options = make(tmp_path)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert refused(options) == said
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


def test_a_damaged_workbook_is_refused_in_one_line(tmp_path: Path) -> None:
    """The reason that the spreadsheet library gives is part of it."""
    assert refused(workbook(cut=40)(tmp_path)).startswith("table.xlsx: is not a spreadsheet that can be read")


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    """A device or socket in place of a file says why it cannot be read."""
    loop = tmp_path / "table.csv"
    loop.symlink_to(loop)
    assert refused(Options(loop)) == "table.csv: cannot be read (Too many levels of symbolic links)"


def test_a_table_of_more_than_a_map_can_hold_is_refused_by_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A map of that size would not load; what is said names the map that was wanted, and what to do."""
    monkeypatch.setattr(yaml, "MAX_BYTES", 4000)
    rows = "".join(f"tag_{number},{number},INT\n" for number in range(200))
    file = tmp_path / "table.csv"
    file.write_text(f"Name,Address,Type\n{rows}", encoding="utf-8")
    assert refused(Options(file)) == (
        "table.yaml: 200 tags are more than a map of 4000 bytes can hold:"
        " import the tags that are needed, or a part for each of several devices"
    )
    assert not (tmp_path / "table.yaml").exists()
