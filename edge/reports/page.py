"""The report as one self-contained page, A4 when printed; the only file here that knows jinja2."""

from __future__ import annotations

from fractions import Fraction

from jinja2 import Environment, PackageLoader, StrictUndefined

from edge.reports import numbers
from edge.reports.figures import DayReport
from edge.reports.notes import notes, warning
from edge.reports.words import Words

_TEMPLATES = Environment(
    loader=PackageLoader("edge.reports", "."),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page_text(report: DayReport, words: Words) -> str:
    """Return the page; it asks for nothing from anywhere and runs no script."""
    return _TEMPLATES.get_template("day.html").render(
        report=report,
        words=words,
        numbers=numbers,
        width=_width,
        warning=warning(report, words),
        notes=notes(report, words),
    )


def _width(part: int, whole: int) -> str:
    """Return how long a bar is, in percent of its track."""
    return f"{float(min(max(Fraction(part, whole), Fraction()), Fraction(1)) * 100):.2f}" if whole else "0"
