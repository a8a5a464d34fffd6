"""Pictures over time: the year and how it will end, output against plan, attendance against output. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from edge.reports.compose import headings, measures, sentences
from edge.reports.compose.dates import period_text, short_day_text
from edge.reports.compose.key_figures import quantiles
from edge.reports.compose.say import Say
from edge.reports.compose.units import Quantity
from edge.reports.compose.writer import Writer
from edge.reports.document import Chart, Picture, Series
from edge.reports.report import CurveDay, Part, Report, Row

_FEW = 8
"""Periods that are told one by one."""


def year_curve(writer: Writer, report: Report) -> Iterator[Picture]:
    """Yield the year's plan, what was made, and the band of how it will end."""
    curve = report.curve
    if not curve:
        return
    say, unit = writer.say, Quantity.YEAR_MASS
    series = [
        Series("plan", say(headings.PLAN), tuple(writer.scaled(day.plan, unit) for day in curve)),
        Series(
            "made",
            say(headings.MADE),
            tuple(None if day.made is None else writer.scaled(day.made, unit) for day in curve),
        ),
    ]
    text = ""
    over = [day for day in curve if day.made is not None]
    if report.goal is not None:
        target = writer.scaled(report.goal.grams, unit)
        series.append(Series("target", say(headings.TARGET), (target,) * len(curve)))
        if over:
            text = say(
                sentences.YEAR_CURVE,
                day=short_day_text(over[-1].day, writer.language),
                made=writer.text(over[-1].made or 0, unit),
                plan=writer.text(over[-1].plan, unit),
                goal=writer.text(report.goal.grams, unit),
            )
    if report.outlook is not None:
        ends = quantiles(report.outlook.mass)
        labels = (("p10", headings.LOW), ("p50", headings.EXPECTED), ("p90", headings.HIGH))
        for (role, label), end in zip(labels, ends, strict=True):
            series.append(Series(role, say(label), _towards(writer, curve, end)))
        low, expected, high = (writer.text(end, unit) for end in ends)
        text = writer.sentences(text, say(sentences.YEAR_CURVE_END, expected=expected, low=low, high=high))
    yield Picture(
        Chart.YEAR_CURVE,
        say(headings.YEAR_CURVE),
        text or say(sentences.NOT_KNOWN),
        tuple(short_day_text(day.day, writer.language) for day in curve),
        writer.unit(unit),
        tuple(series),
    )


def _towards(writer: Writer, curve: Sequence[CurveDay], end: int) -> tuple[float | None, ...]:
    """Return the way from the last day that is over to an end of the year: as the plan goes."""
    over = [at for at, day in enumerate(curve) if day.made is not None]
    last = over[-1] if over else None
    made = (curve[last].made or 0) if last is not None else 0
    plan = curve[last].plan if last is not None else Fraction()
    left = curve[-1].plan - plan
    values: list[float | None] = [None] * (last or 0)
    for at in range(last or 0, len(curve)):
        done = (curve[at].plan - plan) / left if left else Fraction(at == len(curve) - 1)
        values.append(writer.scaled(made + (end - made) * done, Quantity.YEAR_MASS))
    return tuple(values)


def _name(writer: Writer, row: Row) -> str:
    return period_text(row.key, row.name, writer.language) or writer.say(headings.OUTSIDE_SHIFTS)


def _values(
    writer: Writer, numbers: Sequence[Fraction | int | None], unit: Quantity
) -> tuple[float | None, ...]:
    return tuple(None if one is None else writer.scaled(one, unit) for one in numbers)


def output_bars(writer: Writer, report: Report) -> Iterator[Picture]:
    """Yield the output of each period, with its plan where there is one."""
    rows = report.parts.get(Part.PERIOD, ())
    made = [measures.output(row).exact for row in rows]
    if not any(made):
        return
    say, unit = writer.say, Quantity.MASS
    series = [Series("made", say(headings.MADE), _values(writer, made, unit))]
    if any(row.plan is not None for row in rows):
        series.append(Series("plan", say(headings.PLAN), _values(writer, [row.plan for row in rows], unit)))
    yield Picture(
        Chart.OUTPUT_BARS,
        say(headings.OUTPUT_BARS),
        _bars_text(writer, rows, made),
        tuple(_name(writer, row) for row in rows),
        writer.unit(unit),
        tuple(series),
    )


def _bars_text(writer: Writer, rows: Sequence[Row], made: Sequence[Fraction | None]) -> str:
    say = writer.say
    known = [(row, grams) for row, grams in zip(rows, made, strict=True) if grams is not None]
    if len(rows) <= _FEW:
        return writer.items(_bar(writer, row, one) for row, one in known)
    most, least = max(known, key=lambda one: one[1]), min(known, key=lambda one: one[1])
    text = say(
        sentences.MANY_BARS,
        count=f"{len(rows)}",
        made=writer.text(sum((one for _, one in known), Fraction()), Quantity.MASS),
        most_name=_name(writer, most[0]),
        most=writer.text(most[1], Quantity.MASS),
        least_name=_name(writer, least[0]),
        least=writer.text(least[1], Quantity.MASS),
    )
    planned = [(row.plan, one) for row, one in known if row.plan]
    if planned:
        reached = sum(one >= plan for plan, one in planned)
        more = say(sentences.MANY_BARS_PLAN, reached=f"{reached}", planned=f"{len(planned)}")
        return writer.sentences(text, more)
    return text


def _bar(writer: Writer, row: Row, grams: Fraction) -> str:
    made, name = writer.text(grams, Quantity.MASS), _name(writer, row)
    if row.plan is None:
        return writer.say(sentences.BAR, name=name, made=made)
    return writer.say(sentences.BAR_OF_PLAN, name=name, made=made, plan=writer.text(row.plan, Quantity.MASS))


def attendance(writer: Writer, report: Report) -> Iterator[Picture]:
    """Yield heads present beside what was made, by period."""
    rows = report.parts.get(Part.PERIOD, ())
    heads = [measures.present(row).exact for row in rows]
    made = [measures.output(row).exact for row in rows]
    if not any(heads):
        return
    say = writer.say
    if len(rows) <= _FEW:
        items = [
            say(
                sentences.ATTENDANCE_ROW,
                name=_name(writer, row),
                heads=_or_unknown(writer, present, Quantity.HEADS),
                made=_or_unknown(writer, grams, Quantity.MASS),
            )
            for row, present, grams in zip(rows, heads, made, strict=True)
        ]
        text = writer.items(items)
    else:
        text = say(
            sentences.ATTENDANCE_MANY,
            heads=_or_unknown(writer, measures.present(report.total).exact, Quantity.HEADS),
            hours=_or_unknown(writer, measures.hours(report.total).exact, Quantity.LABOUR),
            each=_or_unknown(writer, measures.per_hour(report.total).exact, Quantity.PER_HOUR),
        )
    yield Picture(
        Chart.ATTENDANCE,
        say(headings.ATTENDANCE_CHART),
        text,
        tuple(_name(writer, row) for row in rows),
        writer.unit(Quantity.MASS),
        (
            Series("made", say(headings.MADE), _values(writer, made, Quantity.MASS)),
            Series("heads", say(headings.HEADS), _values(writer, heads, Quantity.HEADS)),
        ),
        writer.unit(Quantity.HEADS),
    )


def _or_unknown(writer: Writer, value: Fraction | None, quantity: Quantity) -> str:
    unknown: Say = sentences.NOT_KNOWN
    return writer.say(unknown) if value is None else writer.text(value, quantity)
