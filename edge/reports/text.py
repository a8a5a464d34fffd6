"""The report as the line that is forwarded on the phone, with a mark where the data are not complete. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from edge.reports.compose import line_words as words
from edge.reports.compose import measures
from edge.reports.compose.bookings import gaps_of, marked
from edge.reports.compose.dates import clock_text, short_span_text
from edge.reports.compose.headings import NOBODY_KNOWS, UNKNOWN_PRODUCT
from edge.reports.compose.key_figures import quantiles, standing_of, text_of
from edge.reports.compose.progress import Progress, progress
from edge.reports.compose.remarks import COMPLETE
from edge.reports.compose.say import Say
from edge.reports.compose.units import Quantity
from edge.reports.compose.writer import Writer
from edge.reports.report import Kind, Report, Row
from edge.reports.rounding import percent
from edge.reports.style import Style


def text(report: Report, style: Style) -> str:
    """Return at most three short lines: what was made, what is not sure of it, and how the year will end."""
    writer = Writer(style)
    head = " ".join(filter(None, (_subject(writer, report), short_span_text(report.span, writer.language))))
    lines = [f"{head} {_joined(writer, _line(writer, report))}"]
    doubts = list(_doubts(writer, report))
    if doubts:
        lines.append(writer.say(words.INCOMPLETE, what=_joined(writer, iter(doubts))))
    if report.outlook is not None:
        low, expected, high = quantiles(report.outlook.mass)
        end = writer.say(
            words.OUTLOOK,
            expected=writer.text(expected, Quantity.YEAR_MASS),
            low=writer.number(low, Quantity.YEAR_MASS),
            high=writer.number(high, Quantity.YEAR_MASS),
            probability=percent(Fraction(report.outlook.mass.probability)),
        )
        lines.append(end)
    return "\n".join(lines) + "\n"


def _joined(writer: Writer, parts: Iterator[str]) -> str:
    return writer.say(words.COMMA).join(parts)


def _subject(writer: Writer, report: Report) -> str:
    subject = report.subject
    if subject is None:
        return ""
    # On one line, whatever somebody typed into a name.
    return " ".join((subject.name or subject.key).split()) or writer.say(UNKNOWN_PRODUCT)


def _line(writer: Writer, report: Report) -> Iterator[str]:
    yield _output(writer, report)
    if report.year is not None:
        yield from _year(writer, report, report.year)
    heads = report.total.heads
    if heads is not None:
        yield writer.say(words.HEADS, present=f"{heads.present:,}", planned=f"{heads.planned:,}")
    for say, name, figure, quantity in (
        (words.VALUE, "value", measures.value(report.total), Quantity.MONEY),
        (words.OEE, "oee", measures.oee(report.total), Quantity.RATIO),
    ):
        if figure.exact is not None:
            yield writer.say(say, **{name: text_of(writer, figure, quantity)})


def _output(writer: Writer, report: Report) -> str:
    made, plan = measures.output(report.total), report.total.plan
    line = writer.say(words.OUTPUT, made=text_of(writer, made, Quantity.MASS))
    if plan is None or report.span.kind is Kind.YEAR:
        return line
    planned = writer.number(plan, Quantity.MASS)
    if not plan or made.exact is None:
        return line + writer.say(words.PLAN_ONLY, plan=planned)
    return line + writer.say(words.PLAN, plan=planned, share=percent(made.exact / plan))


def _year(writer: Writer, report: Report, year: Row) -> Iterator[str]:
    made, goal = measures.output(year), report.goal
    if report.span.kind is not Kind.YEAR:
        yield writer.say(words.YEAR, made=text_of(writer, made, Quantity.YEAR_MASS))
    if made.exact is not None and goal is not None and goal.grams > 0:
        standing = standing_of(report)
        planned = goal.until if standing is None else standing.plan
        yield writer.say(
            words.YEAR_PLAN, share=percent(made.exact / goal.grams), plan=percent(planned / goal.grams)
        )


def _doubts(writer: Writer, report: Report) -> Iterator[str]:
    """Yield in few words what is not sure."""
    until = "" if report.until is None else clock_text(report.until, report)
    said: dict[Progress, tuple[Say, dict[str, str]]] = {
        Progress.FUTURE: (words.FUTURE, {}),
        Progress.SILENT: (NOBODY_KNOWS, {}),
        Progress.ON: (words.NOT_OVER, {"time": until}),
        Progress.CUT_OFF: (words.CUT_OFF, {"time": until}),
    }
    if (found := said.get(progress(report))) is not None:
        yield writer.say(found[0], **found[1])
    share = heard(report)
    if share is not None and share < COMPLETE:
        yield writer.say(words.HEARD, share=percent(share))
    gaps = gaps_of(report)
    if gaps:
        booked = writer.text(sum(one.g or 0 for one in gaps), Quantity.LITTLE_MASS)
        yield writer.say(words.GAPS, mass=booked)
    doubtful = len(marked(report)) + report.more_doubts
    if doubtful:
        yield writer.say(words.MARKS, count=f"{doubtful:,}")
    good = report.total.good
    if good is not None and good.unweighed:
        yield writer.say(words.UNKNOWN, pieces=writer.text(good.unweighed, Quantity.PIECES))
    if report.questions:
        yield writer.say(words.QUESTIONS, count=f"{report.questions:,}")
    if report.changed:
        yield writer.say(words.CHANGED, count=f"{len(report.changed):,}")


def heard(report: Report) -> Fraction | None:
    """Return how much of the time that has passed was heard of all devices of which that is told; None of nothing."""
    told = [source for source in report.sources if source.watched is not None]
    passed = sum(source.passed for source in told)
    return Fraction(sum(source.watched or 0 for source in told), passed) if passed > 0 else None
