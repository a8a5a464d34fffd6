"""A report in the form and language that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from edge.errors import ConfigurationError
from edge.reports.figures import DayReport
from edge.reports.page import page_text
from edge.reports.phone import phone_text
from edge.reports.sheet import sheet_text
from edge.reports.words import WORDS, Words

FORMS: Mapping[str, Callable[[DayReport, Words], str]] = MappingProxyType(
    {"html": page_text, "csv": sheet_text, "text": phone_text}
)
"""What turns a report into text, by the form's name."""


def render(report: DayReport, form: str, language: str) -> bytes:
    """Return a report as UTF-8 in one of `FORMS`, in one of `WORDS`; the same report always gives the same bytes.

    Raises:
        ConfigurationError: there is no such form or language.
    """
    if form not in FORMS:
        raise ConfigurationError(f"--format: {form} is not one of {', '.join(FORMS)}")
    if language not in WORDS:
        raise ConfigurationError(f"--lang: {language} is not one of {', '.join(WORDS)}")
    return FORMS[form](report, WORDS[language]).encode()
