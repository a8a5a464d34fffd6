"""What is read first: output against plan, the year and how it will end, value, OEE, quality, attendance, comparison. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from edge.reports.compose import headings, measures, sentences
from edge.reports.compose.dates import short_day_text
from edge.reports.compose.figure import Figure
from edge.reports.compose.progress import Progress, progress
from edge.reports.compose.units import Quantity
from edge.reports.compose.writer import Writer
from edge.reports.document import KeyFigure
from edge.reports.report import Report
from edge.reports.rounding import UNKNOWN, percent, signed_percent
from edge.target.standing import Pace, Standing

_IS_GOOD = {Pace.GREEN: True, Pace.AMBER: None, Pace.RED: False}


def key_figures(writer: Writer, report: Report) -> tuple[KeyFigure, ...]:
    """Return what is read first, in this order."""
    return tuple(
        figure
        for part in (_output, _year, _outlook, _value, _oee, _quality, _attendance, _comparison)
        for figure in part(writer, report)
    )


def text_of(writer: Writer, figure: Figure, quantity: Quantity) -> str:
    """Return a figure as people read it."""
    if quantity is Quantity.RATIO:
        return percent(figure.exact)
    return UNKNOWN if figure.exact is None else writer.text(figure.exact, quantity)


def reason_of(writer: Writer, figure: Figure) -> str:
    """Return why a figure is not known; nothing of one that is."""
    return "" if figure.value is not None else " ".join(writer.say(why) for why in figure.why)


def difference_text(writer: Writer, grams: Fraction, quantity: Quantity) -> str:
    """Return how far ahead of the plan or behind it something is."""
    if not grams:
        return writer.say(sentences.ON_PLAN)
    say = sentences.AHEAD if grams > 0 else sentences.BEHIND
    return writer.say(say, mass=writer.text(abs(grams), quantity))


def _output(writer: Writer, report: Report) -> Iterator[KeyFigure]:
    made, plan = measures.output(report.total), report.total.plan
    is_on = progress(report) is Progress.ON
    detail, done, good = reason_of(writer, made), None, None
    if plan is None:
        detail = detail or ("" if report.subject else writer.say(sentences.NO_PLAN))
    elif not plan:
        detail = detail or writer.say(sentences.REST_DAY)
    elif made.exact is not None:
        done = made.exact / plan
        # What is not over may be behind the plan of all of it without being late.
        good = True if done >= 1 else None if is_on else False
        detail = writer.say(
            sentences.PART_OF_PLAN if is_on else sentences.AGAINST_PLAN,
            plan=writer.text(plan, Quantity.MASS),
            share=percent(done),
            **({} if is_on else {"difference": difference_text(writer, made.exact - plan, Quantity.MASS)}),
        )
    yield KeyFigure(
        "output",
        writer.say(headings.OUTPUTS[report.span.kind]),
        text_of(writer, made, Quantity.MASS),
        detail,
        done,
        good,
    )


def _year(writer: Writer, report: Report) -> Iterator[KeyFigure]:
    """Yield what was made of the year, against the plan up to the last day that is over."""
    if report.year is None:
        return
    made, goal = measures.output(report.year), report.goal
    detail, done, good = reason_of(writer, made), None, None
    if goal is None:
        detail = detail or ("" if report.subject else writer.say(sentences.NO_PLAN))
    elif made.exact is not None and goal.grams > 0:
        done = made.exact / goal.grams
        standing = standing_of(report)
        difference = made.exact - goal.until if standing is None else standing.made - standing.plan
        values = {
            "goal": writer.text(goal.grams, Quantity.YEAR_MASS),
            "share": percent(done),
            "plan": percent((goal.until if standing is None else standing.plan) / goal.grams),
            "difference": difference_text(writer, difference, Quantity.YEAR_MASS),
        }
        good = difference >= 0
        if standing is None or report.outlook is None:
            detail = writer.say(sentences.YEAR_DETAIL, **values)
        else:
            before = report.outlook.day - timedelta(days=1)
            detail = writer.say(sentences.YEAR_SO_FAR, day=short_day_text(before, writer.language), **values)
    yield KeyFigure(
        "year",
        writer.say(headings.YEAR_SO_FAR),
        text_of(writer, made, Quantity.YEAR_MASS),
        detail,
        done,
        good,
    )


def standing_of(report: Report) -> Standing | None:
    """Return how the year stood when its last day was over, of a report that reaches further; None of any other."""
    year = report.outlook
    return year.mass if year is not None and year.day <= report.span.last else None


def quantiles(standing: Standing) -> tuple[int, int, int]:
    """Return P10, P50 and P90 of the end of a year."""
    low, expected, high = (standing.outlook.quantile(share / 100) for share in (10, 50, 90))
    return low, expected, high


def _outlook(writer: Writer, report: Report) -> Iterator[KeyFigure]:
    year = report.outlook
    if year is None:
        return
    is_good = _IS_GOOD[year.mass.pace]
    low, expected, high = quantiles(year.mass)
    yield KeyFigure(
        "outlook",
        writer.say(headings.OUTLOOK),
        writer.text(expected, Quantity.YEAR_MASS),
        _outlook_detail(writer, low, high, year.mass, Quantity.YEAR_MASS),
        good=is_good,
    )
    required = year.mass.required
    yield KeyFigure(
        "required",
        writer.say(headings.REQUIRED),
        UNKNOWN if required is None else writer.text(required, Quantity.MASS),
        writer.say(sentences.NO_DAY_LEFT)
        if required is None
        else writer.say(
            sentences.REQUIRED_DETAIL, days=f"{year.mass.days_left}", pressure=percent(year.mass.pressure)
        ),
        good=is_good,
    )


def _outlook_detail(writer: Writer, low: int, high: int, standing: Standing, quantity: Quantity) -> str:
    return writer.say(
        sentences.OUTLOOK_DETAIL,
        low=writer.text(low, quantity),
        high=writer.text(high, quantity),
        probability=percent(Fraction(standing.probability)),
    )


def _value(writer: Writer, report: Report) -> Iterator[KeyFigure]:
    value = measures.value(report.total)
    detail, done = reason_of(writer, value), None
    if report.year is not None:
        whole, goal = measures.value(report.year).exact, report.goal
        if whole is not None and goal is not None and goal.yuan:
            done = whole / goal.yuan
            detail = writer.say(
                sentences.VALUE_DETAIL,
                made=writer.text(whole, Quantity.MONEY),
                goal=writer.text(goal.yuan, Quantity.MONEY),
                share=percent(done),
            )
        elif whole is not None:
            detail = writer.say(sentences.VALUE_YEAR, value=writer.text(whole, Quantity.MONEY))
    yield KeyFigure("value", writer.say(headings.VALUE), text_of(writer, value, Quantity.MONEY), detail, done)
    standing = report.outlook.value if report.outlook else None
    if standing is not None:
        low, expected, high = quantiles(standing)
        yield KeyFigure(
            "value_outlook",
            writer.say(headings.VALUE_OUTLOOK),
            writer.text(expected, Quantity.MONEY),
            _outlook_detail(writer, low, high, standing, Quantity.MONEY),
            good=_IS_GOOD[standing.pace],
        )


def _oee(writer: Writer, report: Report) -> Iterator[KeyFigure]:
    oee = measures.oee(report.total)
    parts = {
        "availability": measures.availability(report.total),
        "effectiveness": measures.effectiveness(report.total),
        "quality": measures.quality(report.total),
    }
    detail = reason_of(writer, oee) or writer.say(
        sentences.OEE_DETAIL, **{name: percent(part.exact) for name, part in parts.items()}
    )
    yield KeyFigure("oee", writer.say(headings.OEE), percent(oee.exact), detail)


def _quality(writer: Writer, report: Report) -> Iterator[KeyFigure]:
    quality = measures.quality(report.total)
    sums = report.total.sums
    detail = reason_of(writer, quality)
    if sums is not None and not detail:
        detail = writer.say(
            sentences.QUALITY_DETAIL,
            good=writer.text(sums.gq, Quantity.PIECES),
            reject=writer.text(sums.sq, Quantity.PIECES),
        )
    yield KeyFigure("quality", writer.say(headings.QUALITY), percent(quality.exact), detail)


def _attendance(writer: Writer, report: Report) -> Iterator[KeyFigure]:
    heads = report.total.heads
    if heads is None:
        if report.subject is None:
            yield KeyFigure(
                "attendance",
                writer.say(headings.ATTENDANCE),
                UNKNOWN,
                reason_of(writer, measures.present(report.total)),
            )
        return
    rate = measures.attendance_rate(report.total)
    detail = writer.say(
        sentences.ATTENDANCE_DETAIL,
        rate=percent(rate.exact),
        hours=writer.text(heads.hours, Quantity.LABOUR),
        each=text_of(writer, measures.per_head(report.total), Quantity.PER_HEAD),
    )
    yield KeyFigure(
        "attendance",
        writer.say(headings.ATTENDANCE),
        f"{heads.present:,}/{heads.planned:,}",
        detail,
        rate.exact,
    )


def _comparison(writer: Writer, report: Report) -> Iterator[KeyFigure]:
    for key, label, row in (
        ("to_before", headings.TO_BEFORE, report.before),
        ("to_last_year", headings.TO_LAST_YEAR, report.last_year),
    ):
        if row is None:
            continue
        now, then = measures.output(report.total), measures.output(row)
        change = measures.change(now, then)
        if row.good is None:
            detail = writer.say(headings.NOBODY_KNOWS)
        else:
            detail = writer.say(
                sentences.COMPARED,
                then=text_of(writer, then, Quantity.MASS),
                now=text_of(writer, now, Quantity.MASS),
            )
        good = None if change.exact is None else change.exact >= 0
        yield KeyFigure(key, writer.say(label), signed_percent(change.exact), detail, good=good)
