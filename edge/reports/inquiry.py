"""From a configuration and a historian to a report: the only way in."""

from __future__ import annotations

from collections.abc import Callable

from edge.historian.base import Historian
from edge.model.plant import Plant
from edge.reports.assembly import assemble
from edge.reports.questions import Asker
from edge.reports.report import Part, Report, Span
from edge.reports.scope import Scope
from edge.reports.subjects import subject_of


async def inquire(
    historian: Historian,
    plant: Plant,
    span: Span,
    now: int,
    about: tuple[Part, str] | None = None,
    edition: int | None = None,
    since: int | None = None,
    done: Callable[[], None] = lambda: None,
) -> Report:
    """Return the report of a span, whatever is known of it: of one that is on, or to come, what is known so far.

    Args:
        historian: that is asked.
        plant: whose line it is.
        span: of production days.
        now: ns UTC.
        about: the machine, product, shift or team that all of it is about, by its key; None for the line.
        edition: of a report that is issued.
        since: when the edition before was made, ns UTC: what was corrected later is told apart.
        done: told of each of `questions.QUESTIONS` answers.

    Raises:
        ConfigurationError: there is no such machine, product, shift or team; names those that there are.
        TransientError: the historian cannot be asked now.
    """
    subject = None if about is None else await subject_of(historian, plant, *about)
    answers = await Asker(historian, plant, Scope(span), subject, now, done).ask(since)
    return assemble(plant, answers, edition, since)
