"""A report in the form, language and units that were asked for; each form is loaded when it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from edge.errors import ConfigurationError
from edge.reports.report import Report
from edge.reports.style import Style


def _pdf(report: Report, style: Style) -> bytes:
    from edge.reports.compose.document import compose
    from edge.reports.forms.pdf import pdf

    return pdf(compose(report, style))


def _text(report: Report, style: Style) -> bytes:
    from edge.reports.text import text

    return text(report, style).encode()


FORMS: Mapping[str, Callable[[Report, Style], bytes]] = MappingProxyType({"pdf": _pdf, "text": _text})
"""What turns a report into bytes, by the form's name."""
BINARY = frozenset({"pdf", "xlsx"})
"""Forms that no terminal shows."""


def render(report: Report, form: str, style: Style) -> bytes:
    """Return a report in one of `FORMS`; the same report and style always give the same bytes.

    Raises:
        ConfigurationError: there is no such form.
    """
    if form not in FORMS:
        raise ConfigurationError(f"--format: {form} is not one of {', '.join(FORMS)}")
    return FORMS[form](report, style)
