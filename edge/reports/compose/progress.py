"""How far a report is: to come, on, or over, and whether anything was heard of it. Pure."""

from __future__ import annotations

from enum import Enum, auto

from edge.reports.compose import sentences
from edge.reports.compose.dates import clock_text
from edge.reports.compose.writer import Writer
from edge.reports.report import Report

_MS = 1_000_000
"""ns."""
_QUIET_NS = 15 * 60 * 1_000_000_000
"""A node that runs says something each 10 s; only one that was cut off is quiet for longer than this."""


class Progress(Enum):
    """How far a span is."""

    FUTURE = auto()
    SILENT = auto()
    """Nobody was measuring, or it is to come and nobody says so."""
    ON = auto()
    CUT_OFF = auto()
    """Over, but its last part was not heard of."""
    OVER = auto()


def progress(report: Report) -> Progress:
    """Return how far the span of a report is, by how much of it has passed where that is told."""
    passed = max((source.passed for source in report.sources), default=None)
    if report.until is None:
        return Progress.FUTURE if passed == 0 else Progress.SILENT
    if passed is not None and passed * _MS < report.stop - report.start:
        return Progress.ON
    return Progress.CUT_OFF if report.stop - report.until > _QUIET_NS else Progress.OVER


def warning(writer: Writer, report: Report) -> str:
    """Return what must be known before any figure, `""` when there is nothing to warn of."""
    until = "" if report.until is None else clock_text(report.until, report)
    match progress(report):
        case Progress.FUTURE:
            return writer.say(sentences.IS_FUTURE)
        case Progress.SILENT:
            return writer.say(sentences.NO_DATA)
        case Progress.ON:
            return writer.say(sentences.NOT_OVER, time=until)
        case Progress.CUT_OFF:
            return writer.say(sentences.ENDS_EARLY, time=until)
    good = report.total.good
    return "" if good is not None and good.pieces else writer.say(sentences.NOTHING_MADE)
