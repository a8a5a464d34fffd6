"""Reports: what was issued and where it went, and one made at once for whoever wants it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from edge.clock import Clock
from edge.console.access.roles import Role
from edge.console.pages.asked import choice_of, day_of
from edge.console.question import BadQuestionError, Download, File, Parameters, Question
from edge.errors import TransientError
from edge.model.plant import Plant

SPANS = ("day", "week", "month", "season", "year")
FORMS: Mapping[str, str] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
"""Media types by form."""
LANGUAGES = ("zh", "en")
PATIENCE_S = 60.0
"""A report is made in less; who gives up earlier sees none."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report that somebody asks for: every word of it is one of few, or a day."""

    span: str
    day: date
    form: str
    language: str

    @property
    def name(self) -> str:
        """How the file is called."""
        return f"chili-edge-{self.span}-{self.day}-{self.language}.{self.form}"


Made = Callable[[Wanted], Awaitable[bytes]]
"""Makes a report; TransientError says in a sentence why it cannot."""
Issued = Callable[[], Awaitable[Mapping[str, Any]]]
"""Tells what was issued: `issues`, `schedule`, `destinations`."""


def reports_question(plant: Plant, clock: Clock, issued: Issued) -> Question:
    """Return the question for what was issued, and for what can be made."""

    async def ask(_parameters: Parameters) -> dict[str, Any]:
        today = plant.calendar.production_day(clock.now()).isoformat()
        return {"today": today, "spans": SPANS, "forms": tuple(FORMS), **await issued()}

    return Question("reports", Role.VIEWER, ask)


def report_download(plant: Plant, clock: Clock, make: Made) -> Download:
    """Return the download of a report: `span`, `date`, `form`, `lang`. One is made at a time, so that the line is not disturbed."""
    making = asyncio.Lock()

    async def load(parameters: Parameters) -> File:
        today = plant.calendar.production_day(clock.now())
        wanted = Wanted(
            choice_of(parameters, "span", SPANS, "day"),
            day_of(parameters, today, "date"),
            choice_of(parameters, "form", tuple(FORMS), "pdf"),
            choice_of(parameters, "lang", LANGUAGES, "zh"),
        )
        if wanted.day > today:
            raise BadQuestionError("date:这一天还没有到。date: that day is still to come.")
        if making.locked():
            raise BadQuestionError(
                "正在生成另一份报表,请稍后再试。Another report is being made; please try again in a moment."
            )
        async with making:
            try:
                content = await make(wanted)
            except TransientError as error:
                raise BadQuestionError(f"报表没有生成。The report was not made: {error}") from None
        return File(content, FORMS[wanted.form], wanted.name)

    return Download("report", Role.VIEWER, load, PATIENCE_S + 5.0)
