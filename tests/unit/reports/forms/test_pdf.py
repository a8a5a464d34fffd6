"""The printed report: pages as approved, conforming, the same bytes everywhere, and whatever the text."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from edge.reports.compose import compose
from edge.reports.document import Cell, Column, Document, Format, KeyFigure, Table
from edge.reports.forms.page_data import page_data, text_of
from edge.reports.forms.pdf import pages, pdf
from edge.reports.report import Report
from edge.reports.style import Style
from tests import approved
from tests.unit.reports import samples

REMARK = "有字符超出打印字库，以其编码表示，如〔U+9F98〕。"
PPI = 60
LEAST_PT = 6.5
WORDS = {key: key for key in ("none", "remarks", "footnotes", "blanks", "date")}
ODD = '"a" #b $c$ @d [e] *f* _g_ `h` <i> \\j // k'


def document(make: Callable[[], Report], language: str = "zh") -> Document:
    """Return a sample as a document."""
    return compose(make(), Style(language="zh" if language == "zh" else "en"))


def plain(**changes: object) -> Document:
    """Return a document without any numbers."""
    empty = Document(
        "day-2026-09-15",
        "zh-CN",
        "生产日报",
        "酸椒一线",
        "2026-09-15",
        (),
        "",
        (),
        (),
        (),
        (),
        (),
        (),
        (),
        WORDS,
    )
    return replace(empty, **changes)  # type: ignore[arg-type]


def table(rows: int, columns: int = 4, name: str = "袋装线 A") -> Table:
    """Return a table of names and numbers."""
    heads = tuple(Column(f"c{at}", f"产量 {at}", "斤", decimals=1) for at in range(columns))
    line = (Cell(name), *(Cell(Decimal(f"{at}234567.5"), (1,)) for at in range(columns)))
    return Table("t", "分设备", (Column("n", "设备", format=Format.TEXT), *heads), (line,) * rows, line)


@pytest.mark.parametrize(
    ("make", "language"),
    [
        (samples.day, "zh"),
        (samples.day, "en"),
        (samples.month, "zh"),
        (samples.year, "en"),
        (samples.unwatched, "zh"),
    ],
    ids=["day.zh", "day.en", "month.zh", "year.en", "unwatched.zh"],
)
def test_pages_as_approved(make: Callable[[], Report], language: str, request: pytest.FixtureRequest) -> None:
    """Every page looks as somebody approved it."""
    name = request.node.callspec.id
    drawn = pages(document(make, language), PPI)
    assert len(drawn) <= 7
    for number, page in enumerate(drawn, 1):
        approved.check(f"pages/{name}-{number}", page)


def test_pdf_conforms_and_says_what_it_is() -> None:
    """It claims PDF/A-2a and PDF/UA-1, which typst checked, in Chinese, dated by its last day."""
    data = pdf(document(samples.day))
    assert data.startswith(b"%PDF-1.7")
    for said in (b"<pdfaid:part>2<", b"<pdfaid:conformance>A<", b"<pdfuaid:part>1<", "生产日报".encode()):
        assert said in data, said
    assert b"2026-09-15" in data
    assert b"/Lang" in data


def test_same_bytes_in_another_process() -> None:
    """Neither hashing nor the clock nor the home directory gets into the file."""
    script = (
        "import hashlib; from tests.unit.reports.forms.test_pdf import document, pdf, samples;"
        "print(hashlib.sha256(pdf(document(samples.day))).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert other.stdout.strip() == hashlib.sha256(pdf(document(samples.day))).hexdigest()


def test_rare_character_is_said_by_its_code() -> None:
    """A name that the font cannot show does not keep the report from coming out, and a remark tells."""
    data = pdf(plain(remarks=("龘师傅",)))
    assert data.startswith(b"%PDF")
    assert pdf(plain(remarks=("〔U+9F98〕师傅", REMARK))) == data


@pytest.mark.parametrize("text", [ODD, "龘🌶\x00\u202e\u0301", "名" * 400, "x" * 400, "a\nb", "{page}"])
def test_any_text_is_only_text(text: str) -> None:
    """Markup, control characters and endless names are printed, never run."""
    figure = KeyFigure("k", text, text, text, Fraction(-3), good=False)
    rows = table(2, name=text)
    head = replace(rows, title=text, columns=tuple(replace(one, heading=text) for one in rows.columns))
    full = plain(
        title=text,
        subtitle=text,
        facts=(text,) * 4,
        warning=text,
        figures=(figure,) * 7,
        tables=(rows, head),
        footnotes=(text,),
        remarks=(text,),
        signatures=(text,),
        blanks=(text,),
    )
    assert pdf(full).startswith(b"%PDF")


def test_empty_table_says_so_and_long_one_goes_on() -> None:
    """No rows is a line that says so; two hundred are as many pages as they need."""
    assert len(pages(plain(tables=(table(0),)), 20)) == 1
    assert len(pages(plain(tables=(table(200),)), 20)) in range(4, 9)


def test_nothing_at_all_is_a_page() -> None:
    """A report without figures, tables and pictures still comes out."""
    assert len(pages(plain(), 20)) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("make", [samples.day, samples.month, samples.season, samples.year])
def test_tables_can_be_read(make: Callable[[], Report], language: str) -> None:
    """No table of a report is smaller than 6.5 pt, and what is for spreadsheets is not printed."""
    data = page_data(document(make, language), ())
    assert all(one["size"] >= LEAST_PT for one in (*data["first"], *data["tables"]))
    assert all(len(one["columns"]) <= 20 for one in data["tables"])


def test_numbers_are_rounded_once() -> None:
    """Unknown is a dash; a ratio is percent; half is rounded up."""
    number, ratio = Column("n", "n", decimals=1), Column("r", "r", format=Format.RATIO, decimals=1)
    assert text_of(Cell(None), number) == "—"
    assert text_of(Cell(Decimal("1234.25")), number) == "1,234.3"
    assert text_of(Cell(Fraction(1, 3)), ratio) == "33.3%"
    assert text_of(Cell("酸椒"), number) == "酸椒"


def test_date_is_the_documents() -> None:
    """The template gets the span's last day, not that of printing."""
    assert page_data(plain(date="2026-12-31"), ())["date"] == (2026, 12, 31)
    assert json.dumps(page_data(document(samples.day), ()))
