"""A report in the form, language and units that were asked for; each form is loaded when it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from edge.errors import ConfigurationError
from edge.reports.report import Report
from edge.reports.style import Style


def _pdf(report: Report, style: Style) -> bytes:
    from edge.reports.compose.document import compose
    from edge.reports.forms.pdf import pdf

    return pdf(compose(report, style))


def _xlsx(report: Report, style: Style) -> bytes:
    from edge.reports.compose.document import compose
    from edge.reports.forms.xlsx import xlsx

    return xlsx(compose(report, style))


def _html(report: Report, style: Style) -> bytes:
    from edge.reports.compose.document import compose
    from edge.reports.forms.html import html
    from edge.reports.pictures import draw

    return html(compose(report, style), draw)


def _csv(report: Report, style: Style) -> bytes:
    from edge.reports.compose.document import compose
    from edge.reports.forms.csv import csv

    return csv(compose(report, style))


def _text(report: Report, style: Style) -> bytes:
    from edge.reports.text import text

    return text(report, style).encode()


FORMS: Mapping[str, Callable[[Report, Style], bytes]] = MappingProxyType(
    {"pdf": _pdf, "xlsx": _xlsx, "html": _html, "csv": _csv, "text": _text}
)
"""What turns a report into bytes, by the form's name."""


_MODULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "pdf": ("edge.reports.compose.document", "edge.reports.forms.pdf"),
        "html": ("edge.reports.compose.document", "edge.reports.forms.html"),
        "xlsx": ("edge.reports.compose.document", "edge.reports.forms.xlsx"),
        "csv": ("edge.reports.compose.document", "edge.reports.forms.csv"),
        "text": ("edge.reports.text",),
    }
)
_DRAWN = frozenset({"pdf", "html"})


def load(form: str) -> None:
    """Load what a report in a form needs, so that it is there when the historian has answered.

    Raises:
        ConfigurationError: there is no such form.
    """
    for module in ("pandas", *_MODULES[_checked(form)]):
        import_module(module)
    if form in _DRAWN:
        from edge.reports.pictures import library

        # Never matplotlib itself: the library knows how to load it without the machine's own settings.
        library.figure(1.0, 1.0)


def _checked(form: str) -> str:
    if form not in FORMS:
        raise ConfigurationError(f"--format: {form} is not one of {', '.join(FORMS)}")
    return form


def render(report: Report, form: str, style: Style) -> bytes:
    """Return a report in one of `FORMS`; the same report and style always give the same bytes.

    Raises:
        ConfigurationError: there is no such form.
    """
    return FORMS[_checked(form)](report, style)
