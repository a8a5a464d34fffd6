"""What to know of the data: gaps, doubts, what is missing, what was corrected, and what does not agree. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from edge.reports.compose import headings, lists, sentences
from edge.reports.compose.adding import added
from edge.reports.compose.bookings import gaps_of, marked
from edge.reports.compose.dates import clock_text
from edge.reports.compose.units import Quantity
from edge.reports.compose.writer import Writer
from edge.reports.document import Number
from edge.reports.report import Doubt, Part, Report
from edge.reports.rounding import UNKNOWN, percent

COMPLETE = Fraction(99, 100)
"""Below this, who is not complete is named."""
_LONG_MS = 2 * 3_600_000
_MOST_NAMED = 12
"""Devices and corrections that one sentence names."""


def remarks(writer: Writer, report: Report) -> tuple[str, ...]:
    """Return all that is not as sure as it looks."""
    return tuple(
        text
        for part in (_gaps, _marks, _amounts, _machines, _sources, _plan, _people, _agreement, _edition)
        for text in part(writer, report)
    )


def duration_text(writer: Writer, ms: Number) -> str:
    """Return a length of time in minutes, or in hours from two of them on."""
    return writer.text(ms, Quantity.HOURS if ms >= _LONG_MS else Quantity.MINUTES)


def listed(writer: Writer, names: list[str]) -> str:
    """Return names as a list; of many the first."""
    shown = names[:_MOST_NAMED] + (["…"] if len(names) > _MOST_NAMED else [])
    return writer.say(sentences.LIST_AND).join(shown)


def _gaps(writer: Writer, report: Report) -> Iterator[str]:
    gaps = gaps_of(report)
    if not gaps:
        return
    good = report.total.good
    pieces = sum(one.n for one in gaps)
    whole = good.pieces if good else 0
    seconds = [one.gap or 0 for one in gaps]
    yield writer.say(
        sentences.GAPS,
        count=f"{len(gaps):,}",
        pieces=writer.text(pieces, Quantity.PIECES),
        mass=writer.text(sum(one.g or 0 for one in gaps), Quantity.MASS),
        share=percent(Fraction(pieces, whole)) if whole else UNKNOWN,
        longest=duration_text(writer, max(seconds) * 1_000),
        length=duration_text(writer, sum(seconds) * 1_000),
    )


def _marks(writer: Writer, report: Report) -> Iterator[str]:
    found = Counter(one.mark for one in marked(report))
    for mark in sorted(found):
        known = headings.MARKS.get(mark)
        yield writer.say(
            sentences.MARKED, count=f"{found[mark]:,}", mark=writer.say(known) if known else mark
        )
    if report.more_doubts:
        yield writer.say(sentences.MORE_DOUBTS, count=f"{report.more_doubts:,}")


def _amounts(writer: Writer, report: Report) -> Iterator[str]:
    good = report.total.good
    if good is not None and good.unweighed:
        yield writer.say(sentences.UNWEIGHED, pieces=writer.text(good.unweighed, Quantity.PIECES))
    if good is not None and good.unpriced:
        yield writer.say(sentences.UNPRICED, mass=writer.text(good.unpriced, Quantity.MASS))
    unpriced = report.outlook.unpriced if report.outlook else 0
    if unpriced and (good is None or unpriced != good.unpriced):
        yield writer.say(sentences.UNPRICED_YEAR, mass=writer.text(unpriced, Quantity.YEAR_MASS))


def _machines(writer: Writer, report: Report) -> Iterator[str]:
    sums = report.total.sums
    if sums is None:
        yield writer.say(sentences.NO_STATES)
        return
    if sums.unrated > 0:
        yield writer.say(sentences.UNRATED, pieces=writer.text(sums.unrated, Quantity.PIECES))
    if sums.unknown > 0:
        yield writer.say(sentences.UNKNOWN_TIME, hours=writer.text(sums.unknown, Quantity.HOURS))


def _sources(writer: Writer, report: Report) -> Iterator[str]:
    incomplete = []
    for source in report.sources:
        share = lists.completeness(source).exact
        if share is not None and share < COMPLETE:
            incomplete.append(f"{source.name or source.device} {percent(share)}")
    if incomplete:
        yield writer.say(sentences.INCOMPLETE, devices=listed(writer, incomplete))
    untold = [source.name or source.device for source in report.sources if source.watched is None]
    if untold:
        yield writer.say(sentences.UNTOLD, devices=listed(writer, untold))
    configured = {source.device for source in report.sources}
    former = [row.name or row.key for row in report.parts.get(Part.MACHINE, ()) if row.key not in configured]
    if configured and former:
        yield writer.say(sentences.FORMER, devices=listed(writer, former))


def _plan(writer: Writer, report: Report) -> Iterator[str]:
    if report.provisional:
        yield writer.say(sentences.PROVISIONAL, year=f"{report.span.last.year}")
    if report.goal is None and report.subject is None:
        yield writer.say(sentences.NO_YEAR_PLAN)
    year = report.outlook
    if year is not None and year.cap is not None:
        yield writer.say(
            sentences.CAP,
            cap=writer.text(year.cap, Quantity.YEAR_MASS),
            days=UNKNOWN
            if year.stock_days is None
            else writer.say(sentences.DAYS, days=f"{year.stock_days:,}"),
        )


def _people(writer: Writer, report: Report) -> Iterator[str]:
    if report.questions:
        yield writer.say(sentences.QUESTIONS, count=f"{report.questions:,}")
    elif report.questions is None and report.subject is None:
        yield writer.say(sentences.NOBODY_COUNTED)


def _agreement(writer: Writer, report: Report) -> Iterator[str]:
    """Yield where two ways of adding the same up do not agree."""
    if report.uncounted:
        yield writer.say(sentences.UNCOUNTED, mass=writer.text(abs(report.uncounted), Quantity.LITTLE_MASS))
    elif report.uncounted is None and report.until is not None:
        yield writer.say(sentences.NOT_COMPARED)
    good = report.total.good
    for part in Part:
        found = added(report.parts.get(part, ())).good
        if good is not None and found is not None and found.grams != good.grams:
            yield writer.say(
                sentences.UNEVEN,
                part=writer.say(headings.BY[part]),
                mass=writer.text(abs(found.grams - good.grams), Quantity.LITTLE_MASS),
            )


def _edition(writer: Writer, report: Report) -> Iterator[str]:
    if report.edition is not None and report.edition > 1:
        yield writer.say(sentences.CORRECTED_EDITION, edition=f"{report.edition}")
    if report.changed:
        yield writer.say(
            sentences.CHANGED,
            count=f"{len(report.changed):,}",
            list=listed(writer, [_changed(writer, report, one) for one in report.changed]),
        )


def _changed(writer: Writer, report: Report, one: Doubt) -> str:
    counter = headings.COUNTERS.get(one.counter)
    return writer.say(
        sentences.CHANGED_ONE,
        time=clock_text(one.time, report),
        machine=one.name or one.device,
        counter=writer.say(counter) if counter else one.counter,
        pieces=f"{one.n:+,}",
        who=one.who or UNKNOWN,
        why=one.why or UNKNOWN,
    )
