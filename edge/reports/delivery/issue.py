"""What was issued, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from edge.reports.report import Kind, Span


class Progress(StrEnum):
    """How a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    """It was given up; `chili-edge reports again` tries it once more."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a report came to when it was made.

    Attributes:
        edition: from 1; the one before it plus one when the figures are other ones.
        at: when it was made, ns UTC.
        digest: of the figures, the same for the same figures.
        title, text: of the message.
        files: in the forms that are wanted.
    """

    edition: int
    at: int
    digest: str
    title: str
    text: str
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Issue:
    """A report that is issued.

    Attributes:
        number: its place among all.
        job: key in `reports.schedule`.
        due: when it was to be issued, ns UTC.
        made: None while it could not be made yet; `error` says why not, `attempts` and `next` when it is tried again.
    """

    number: int
    job: str
    span: Span
    due: int
    made: Made | None = None
    attempts: int = 0
    next: int | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An issue on its way to one destination.

    Attributes:
        next: when it is tried again, ns UTC.
        at: when it arrived, ns UTC.
        error: what went wrong the last time.
    """

    issue: int
    destination: str
    progress: Progress = Progress.WAITING
    attempts: int = 0
    next: int | None = None
    at: int | None = None
    error: str = ""


def span_of(kind: str, first: str, last: str) -> Span:
    """Return a span of its texts."""
    return Span(Kind(kind), date.fromisoformat(first), date.fromisoformat(last))
