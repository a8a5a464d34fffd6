"""Documents for the tests of forms: whole ones of samples, and one in which every text is hostile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Literal

from edge.reports.compose import compose
from edge.reports.document import (
    Band,
    Cell,
    Chart,
    Column,
    Document,
    Format,
    KeyFigure,
    Picture,
    Series,
    Table,
)
from edge.reports.report import Report
from edge.reports.style import Style
from tests.unit.reports import samples

LARGE = 2**53 + 1
WORDS = (
    "alternative", "blanks", "contents", "date", "figures", "footnotes", "none", "pictures", "remarks",
    "signatures", "summary", "tables", "unknown",
)  # fmt: skip
EMPTY = Document(
    "day-2026-09-15", "zh-CN", "生产日报", "一线", "2026-09-15", (), "", (), (), (), (), (), (), (), {}
)
"""A document without anything."""
_MAKERS: dict[str, Callable[[], Report]] = {
    "day": samples.day,
    "month": samples.month,
    "year": samples.year,
    "unwatched": samples.unwatched,
}


@cache
def document(name: str, language: Literal["zh", "en"] = "zh") -> Document:
    """Return a sample as a document."""
    return compose(_MAKERS[name](), Style(language=language))


def table(*values: object, total: object = "", key: str = "t", decimals: int = 0) -> Table:
    """Return a table of one column of numbers beside their names."""
    columns = (
        Column("name", "名称", format=Format.TEXT),
        Column("value", "数量", "斤", decimals=decimals),
    )
    rows = tuple((Cell(f"r{at}"), Cell(value)) for at, value in enumerate(values))  # type: ignore[arg-type]
    last = None if total == "" else (Cell("合计"), Cell(total))  # type: ignore[arg-type]
    return Table(key, "表", columns, rows, last)


def hostile(text: str) -> Document:
    """Return a document in which every text that somebody may have typed is this one."""
    columns = (
        Column("name", text, text, Format.TEXT),
        Column("value", text, text, decimals=2),
        Column("ratio", text, format=Format.RATIO),
    )
    row = (Cell(text, (1,)), Cell(Decimal("-1.25"), (1,)), Cell(Fraction(1, 3)))
    sums = (Cell(text), Cell(LARGE), Cell(None, (1,)))
    series = (Series("made", text, (1.0, None)), Series("plan", text, (2.0, 3.0)))
    fan = tuple(Series(role, text, (1.0, 2.0)) for role in ("p10", "p50", "p90"))
    strip = Picture(
        Chart.STATE_STRIP,
        text,
        text,
        (text, text),
        "",
        rows=((text, (Band(0, 0.7, "running"),)),),
        legend=(("running", text), ("", text)),
    )
    return replace(
        EMPTY,
        title=text,
        subtitle=text,
        facts=(text,),
        warning=text,
        figures=(KeyFigure("k", text, text, text, Fraction(-1, 3), good=False), KeyFigure("l", text, text)),
        tables=(Table("t", text, columns, (row, row), row), Table("sums", text, columns, (sums,))),
        pictures=(
            Picture(Chart.OUTPUT_BARS, text, text, (text, text), "斤", series),
            Picture(Chart.YEAR_CURVE, text, text, (text, text), "斤", (*series, *fan)),
            strip,
        ),
        footnotes=(text,),
        remarks=(text,),
        signatures=(text,),
        blanks=(text,),
        words=dict.fromkeys(WORDS, text),
    )
