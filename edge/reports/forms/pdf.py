"""A document as PDF for print and archive: PDF/A-2a and PDF/UA-1, by typst. The only module that loads typst."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import typst

from edge.reports.document import Document
from edge.reports.fonts import FOLDER
from edge.reports.fonts.legible import legible
from edge.reports.forms.page_data import page_data
from edge.reports.pictures import draw

_TEMPLATE = Path(__file__).with_name("report.typ")
_REPLACED = {
    "zh": "有字符超出打印字库，以其编码表示，如〔U+9F98〕。",
    "en": "Characters that the printed font lacks are shown by their code, as in 〔U+9F98〕.",
}


def pdf(document: Document) -> bytes:
    """Return a document as PDF; the same document always gives the same bytes."""
    day = date.fromisoformat(document.date)
    return _compiler(document).compile(  # type: ignore[return-value]
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )


def pages(document: Document, ppi: float) -> list[bytes]:
    """Return the same pages as PNG."""
    found = _compiler(document).compile(format="png", ppi=ppi)
    if isinstance(found, list):
        return found
    return [] if found is None else [found]


def _compiler(document: Document) -> typst.Compiler:
    shown = legible(document)
    if shown != document:
        language = document.language.partition("-")[0]
        remark = _REPLACED.get(language, _REPLACED["en"])
        shown = replace(shown, remarks=(*shown.remarks, remark))
    pictures = [(one, draw(one)) for one in shown.pictures]
    template: bytes = _TEMPLATE.read_bytes()
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)])
    return typst.Compiler(
        template,
        font_paths=fonts,
        sys_inputs={"data": json.dumps(page_data(shown, pictures), ensure_ascii=False)},
    )
