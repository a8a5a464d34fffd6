"""Answers put together to a report. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from edge.model.plant import Plant
from edge.reports import extracts
from edge.reports.answers import Answers
from edge.reports.plans import curve_of, goal_of
from edge.reports.report import Part, Report
from edge.reports.rows import Rows
from edge.target.standing import Year, stand

LISTED = 200
"""Doubts of which a report tells each; the others are counted."""


def assemble(plant: Plant, answers: Answers, edition: int | None = None, since: int | None = None) -> Report:
    """Return the report of what a historian has answered.

    Args:
        plant: whose it is.
        answers: to all questions.
        edition: of a report that is issued.
        since: when the edition before was made, ns UTC: what was corrected later is told apart.
    """
    scope, calendar, subject = answers.scope, plant.calendar, answers.subject
    start, stop = calendar.day_span(scope.span.first)[0], calendar.day_span(scope.span.last)[1]
    rows = Rows(plant, answers)
    before, last_year = scope.compared
    is_line = subject is None
    listed = list(answers.described.values())
    shown = extracts.doubts(plant, listed[:LISTED])
    groups = [one for one in answers.attended if scope.days.first <= one.day <= scope.days.last]
    return Report(
        enterprise=plant.enterprise,
        site=plant.site,
        line=plant.line,
        zone=calendar.zone,
        span=scope.span,
        start=start,
        stop=stop,
        until=answers.newest,
        total=rows.whole(scope.days),
        subject=subject,
        parts=rows.parts(),
        month=rows.whole(scope.month),
        year=rows.whole(scope.year),
        before=rows.whole(before),
        last_year=rows.whole(last_year),
        goal=goal_of(plant, scope.span.last) if is_line else None,
        outlook=_outlook(plant, answers) if is_line else None,
        losses=extracts.losses(plant, answers.losses),
        strips=extracts.strips(plant, answers, start, min(stop, answers.now)),
        curve=curve_of(plant, answers.made.grams, scope.span.last, calendar.production_day(answers.now))
        if is_line
        else (),
        weights=() if subject and subject.part is Part.TEAM else extracts.weights(plant, rows.summed),
        utilities=extracts.utilities(plant, answers.summed.within(scope.days)) if is_line else (),
        sources=extracts.sources(plant, answers, rows),
        doubts=shown,
        more_doubts=len(answers.marks) - len(shown),
        uncounted=extracts.uncounted(answers.counted, rows.summed),
        questions=sum(one.questions or 0 for one in groups) if groups else None,
        provisional=any(
            calendar.work_days.is_provisional(year) for year in {scope.span.first.year, scope.span.last.year}
        ),
        edition=edition,
        changed=()
        if since is None
        else extracts.doubts(plant, [one for one in listed if (one.entered or 0) > since]),
    )


def _outlook(plant: Plant, answers: Answers) -> Year | None:
    """Return how the year stands when the span is over, or now; None without a plan."""
    last, target = answers.scope.span.last, plant.target
    if target is None or target.year != last.year:
        return None
    today = plant.calendar.production_day(answers.now)
    return stand(
        plant, target, answers.made, max(min(last + timedelta(days=1), today), date(last.year, 1, 1))
    )
