"""Pictures of machines and products: state strips, losses, OEE, giveaway. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from edge.model.calendar import local_time
from edge.reports.compose import headings, lists, measures, sentences
from edge.reports.compose.figure import Figure
from edge.reports.compose.units import Quantity
from edge.reports.compose.writer import Writer
from edge.reports.document import Band, Chart, Picture, Series
from edge.reports.report import Part, Report, Row, Strip
from edge.reports.rounding import UNKNOWN, percent

_HOUR_NS = 3_600_000_000_000
_NS_PER_MS = 1_000_000
_PLACES_OF_A_STRIP = 25
"""Hours of the longest day; of more than one day a place has several."""
_PLACES = 6
"""Of parts of a width: a millionth is less than any pixel."""
_PERCENT = "%"


def state_strip(writer: Writer, report: Report) -> Iterator[Picture]:
    """Yield each machine's day, coloured by what it did."""
    width = report.stop - report.start
    if not report.strips or width <= 0:
        return
    say = writer.say
    roles = {str(cell.category or "") for strip in report.strips for cell in strip.cells}
    legend = [(str(one), say(name)) for one, name in headings.CATEGORIES.items() if str(one) in roles]
    if "" in roles:
        legend.append(("", say(headings.NOBODY_KNOWS)))
    hours = -(-width // (_PLACES_OF_A_STRIP * _HOUR_NS))
    places = range(report.start, report.stop, hours * _HOUR_NS)
    rows = [
        say(sentences.STRIP_ROW, name=strip.name, states=_states(writer, strip)) for strip in report.strips
    ]
    yield Picture(
        Chart.STATE_STRIP,
        say(headings.STATE_STRIP),
        writer.items(rows),
        tuple(f"{local_time(place, report.zone):{'%H' if hours == 1 else '%m-%d %H'}}" for place in places),
        "",
        rows=tuple((strip.name, _bands(strip, report.start, width)) for strip in report.strips),
        legend=tuple(legend),
    )


def _bands(strip: Strip, start: int, width: int) -> tuple[Band, ...]:
    def part(time: int) -> float:
        return round(min(max((time - start) / width, 0.0), 1.0), _PLACES)

    return tuple(Band(part(cell.start), part(cell.stop), str(cell.category or "")) for cell in strip.cells)


def _states(writer: Writer, strip: Strip) -> str:
    """Return how long a machine was in which state, the longest first."""
    lengths: Counter[str] = Counter()
    for cell in strip.cells:
        name = headings.CATEGORIES[cell.category] if cell.category else headings.NOBODY_KNOWS
        lengths[writer.say(name)] += cell.stop - cell.start
    return writer.say(sentences.LIST_AND).join(
        writer.say(
            sentences.STATE_HOURS, state=state, hours=writer.text(Fraction(ns, _NS_PER_MS), Quantity.HOURS)
        )
        for state, ns in lengths.most_common()
    )


def loss_pareto(writer: Writer, report: Report) -> Iterator[Picture]:
    """Yield the longest losses and what they are together of all, in percent."""
    rows = lists.ranked(report.losses)
    whole = sum(loss.ms for loss in report.losses)
    if whole <= 0:
        return
    say = writer.say
    listed = [one for one in rows if not one.others]
    names = [
        say(headings.OTHER_LOSSES, count=f"{one.others}") if one.others else lists.loss_text(one.loss, writer)
        for one in rows
    ]
    text = say(
        sentences.PARETO,
        lost=writer.text(whole, Quantity.HOURS),
        name=names[0],
        longest=writer.text(rows[0].loss.ms, Quantity.MINUTES),
        share=percent(Fraction(rows[0].loss.ms, whole)),
        count=f"{len(listed)}",
        most=percent(Fraction(listed[-1].until, whole)),
    )
    yield Picture(
        Chart.LOSS_PARETO,
        say(headings.LOSS_PARETO),
        text,
        tuple(names),
        writer.unit(Quantity.MINUTES),
        (
            Series(
                "down",
                say(headings.LOST),
                tuple(writer.scaled(one.loss.ms, Quantity.MINUTES) for one in rows),
            ),
            Series(
                "cumulative",
                say(headings.CUMULATIVE_SHARE),
                tuple(_percent(Figure(Fraction(one.until, whole))) for one in rows),
            ),
        ),
        _PERCENT,
    )


def _percent(figure: Figure) -> float | None:
    return None if figure.exact is None else round(float(figure.exact * 100), _PLACES)


def oee_bars(writer: Writer, report: Report) -> Iterator[Picture]:
    """Yield availability, effectiveness, quality and OEE of each machine, in percent."""
    rows = [row for row in report.parts.get(Part.MACHINE, ()) if row.sums is not None]
    if all(measures.oee(row).exact is None for row in rows):
        return
    say = writer.say
    ratios = {
        "availability": (headings.AVAILABILITY, measures.availability),
        "effectiveness": (headings.EFFECTIVENESS, measures.effectiveness),
        "quality": (headings.QUALITY, measures.quality),
        "oee": (headings.OEE, measures.oee),
    }

    def told(row: Row) -> str:
        each = {role: percent(of(row).exact) for role, (_, of) in ratios.items()}
        return say(sentences.OEE_ROW, name=row.name or row.key, **each)

    yield Picture(
        Chart.OEE_BARS,
        say(headings.OEE_BARS),
        writer.items(told(row) for row in rows),
        tuple(row.name or row.key for row in rows),
        _PERCENT,
        tuple(
            Series(role, say(label), tuple(_percent(of(row)) for row in rows))
            for role, (label, of) in ratios.items()
        ),
    )


def giveaway(writer: Writer, report: Report) -> Iterator[Picture]:
    """Yield how much more than its nominal weight a pack of each product has, in percent."""
    rows = [one for one in report.weights if one.weighed]
    if not rows:
        return
    say = writer.say
    items = [
        say(
            sentences.GIVEAWAY_ROW,
            name=one.name or one.key,
            share=percent(lists.giveaway_share(one).exact, 2),
            each=UNKNOWN
            if (grams := lists.giveaway(one).exact) is None
            else writer.text(grams, Quantity.PACK),
        )
        for one in rows
    ]
    yield Picture(
        Chart.GIVEAWAY,
        say(headings.GIVEAWAY_CHART),
        writer.items(items),
        tuple(one.name or one.key for one in rows),
        _PERCENT,
        (
            Series(
                "made",
                say(headings.GIVEAWAY_SHARE),
                tuple(_percent(lists.giveaway_share(one)) for one in rows),
            ),
        ),
    )
