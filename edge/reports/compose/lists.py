"""Tables of what is not a row of the report: losses, utilities, weights and sources. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from edge.reports.compose import headings, measures, reasons
from edge.reports.compose.figure import Figure, share, unknown
from edge.reports.compose.units import Quantity
from edge.reports.compose.writer import Measure, Writer
from edge.reports.document import Table
from edge.reports.report import Loss, Part, Report, Source, Weight

TOP = 10
"""Losses that are listed; the others are one line."""
_EMPTY = Figure("")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A loss in the order of length; `until` is all that was lost up to it, ms. Without a device it is all the others."""

    rank: int
    loss: Loss
    until: int
    others: int = 0


def ranked(losses: Iterable[Loss], top: int = TOP) -> list[Ranked]:
    """Return the longest losses, and one more that is the sum of all others."""
    every = sorted(losses, key=lambda loss: -loss.ms)
    found: list[Ranked] = []
    until = 0
    for rank, loss in enumerate(every[:top], 1):
        until += loss.ms
        found.append(Ranked(rank, loss, until))
    rest = every[top:]
    if rest:
        found.append(Ranked(top + 1, _together(rest), until + sum(loss.ms for loss in rest), len(rest)))
    return found


def _together(losses: Sequence[Loss]) -> Loss:
    return Loss(
        "",
        "",
        losses[0].category,
        0,
        "",
        "",
        sum(loss.ms for loss in losses),
        sum(loss.stops for loss in losses),
        sum(loss.micro for loss in losses),
    )


def reason_text(loss: Loss, writer: Writer) -> str:
    """Return what a loss was to: the map's name of it, or the PLC's number."""
    if loss.reason_name:
        return loss.reason_name
    return writer.say(headings.REASON_NUMBER, number=str(loss.reason)) if loss.reason else ""


def loss_text(loss: Loss, writer: Writer) -> str:
    """Return a loss in few words: the machine, and what it was to."""
    reason = reason_text(loss, writer) or writer.say(headings.CATEGORIES[loss.category])
    return f"{loss.name or loss.device} {reason}"


def losses(writer: Writer, report: Report) -> Table:
    """Return the longest losses with their share of all."""
    rows = ranked(report.losses)
    whole = _together(report.losses) if report.losses else None
    lost = Figure(whole.ms if whole else 0)

    def part(ms: int) -> Figure:
        return share(Figure(ms), lost, reasons.NO_LOSS)

    def text(of: Ranked, words: str) -> Figure:
        return _EMPTY if of.others or not of.rank else Figure(words)

    columns: list[Measure[Ranked]] = [
        Measure(
            "machine",
            headings.PARTS[Part.MACHINE],
            Quantity.TEXT,
            lambda one: Figure(
                writer.say(headings.OTHER_LOSSES, count=str(one.others))
                if one.others
                else one.loss.name or one.loss.device
            ),
        ),
        Measure(
            "category",
            headings.CATEGORY,
            Quantity.TEXT,
            lambda one: text(one, writer.say(headings.CATEGORIES[one.loss.category])),
        ),
        Measure(
            "reason", headings.REASON, Quantity.TEXT, lambda one: text(one, reason_text(one.loss, writer))
        ),
        Measure("cause", headings.CAUSE, Quantity.TEXT, lambda one: text(one, one.loss.cause)),
        Measure("lost", headings.LOST, Quantity.MINUTES, lambda one: Figure(one.loss.ms), adds=True),
        Measure("share", headings.SHARE, Quantity.RATIO, lambda one: part(one.loss.ms)),
        Measure("cumulative_share", headings.CUMULATIVE_SHARE, Quantity.RATIO, lambda one: part(one.until)),
        Measure("stops", headings.STOPS, Quantity.COUNT, lambda one: Figure(one.loss.stops), adds=True),
        Measure("micro", headings.MICRO, Quantity.COUNT, lambda one: Figure(one.loss.micro), adds=True),
    ]
    title = writer.say(headings.LOSSES, top=str(TOP))
    total = Ranked(0, whole, whole.ms) if whole else None
    return writer.table("losses", title, columns, rows, total)


def utilities(writer: Writer, report: Report) -> Table:
    """Return one line of what was used, and how much of it in a tonne of good product."""
    used = {one.key: one.amount for one in report.utilities}
    output = measures.output(report.total)

    def amount(key: str) -> Figure:
        found = used.get(key)
        return unknown(reasons.NOT_METERED) if found is None else Figure(found)

    def each(key: str) -> Figure:
        return share(amount(key), output, reasons.NO_OUTPUT)

    known = {
        "electricity": (headings.ELECTRICITY, Quantity.ENERGY),
        "steam": (headings.STEAM, Quantity.STEAM),
        "water": (headings.WATER, Quantity.WATER),
    }
    per_tonne = {
        "electricity": (headings.ELECTRICITY_PER_TONNE, Quantity.ENERGY_PER_TONNE),
        "steam": (headings.STEAM_PER_TONNE, Quantity.STEAM_PER_TONNE),
        "water": (headings.WATER_PER_TONNE, Quantity.WATER_PER_TONNE),
    }
    columns: list[Measure[Report]] = [
        Measure(
            "period",
            headings.PARTS[Part.PERIOD],
            Quantity.TEXT,
            lambda one: Figure(writer.say(headings.THIS[one.span.kind])),
        )
    ]
    for key, (heading, quantity) in known.items():
        columns.append(Measure(key, heading, quantity, lambda _, key=key: amount(key)))  # type: ignore[misc]
        heading, quantity = per_tonne[key]  # noqa: PLW2901 - the same of a tonne
        columns.append(Measure(f"{key}_per_tonne", heading, quantity, lambda _, key=key: each(key)))  # type: ignore[misc]
    columns += [
        Measure("infeed", headings.INFEED, Quantity.MASS, lambda _: amount("infeed")),
        Measure(
            "yield",
            headings.YIELD,
            Quantity.RATIO,
            lambda _: share(output, amount("infeed"), reasons.NO_INFEED),
        ),
    ]
    return writer.table("utilities", writer.say(headings.UTILITIES), columns, [report])


def giveaway(weight: Weight) -> Figure:
    """Return what a pack has above its nominal weight, mg."""
    if not weight.weighed:
        return unknown(reasons.NOT_WEIGHED)
    return Figure(Fraction(weight.milligrams, weight.weighed) - weight.nominal * 1_000)


def giveaway_share(weight: Weight) -> Figure:
    """Return what packs have above their nominal weight, as a part of it."""
    return share(giveaway(weight), Figure(weight.nominal * 1_000), reasons.NO_NOMINAL)


def _given(weight: Weight) -> Figure:
    if not weight.weighed:
        return unknown(reasons.NOT_WEIGHED)
    return Figure(Fraction(weight.milligrams - weight.weighed * weight.nominal * 1_000, 1_000))


def weights(writer: Writer, report: Report) -> Table:
    """Return what packs weighed, and how much of it was given away."""
    columns: list[Measure[Weight]] = [
        Measure(
            "product",
            headings.PARTS[Part.PRODUCT],
            Quantity.TEXT,
            lambda one: Figure(one.name or one.key or writer.say(headings.UNKNOWN_PRODUCT)),
        ),
        Measure("nominal", headings.NOMINAL, Quantity.PACK, lambda one: Figure(one.nominal * 1_000)),
        Measure("weighed", headings.WEIGHED, Quantity.PIECES, lambda one: Figure(one.weighed)),
        Measure(
            "mean",
            headings.MEAN,
            Quantity.PACK,
            lambda one: (
                Figure(Fraction(one.milligrams, one.weighed)) if one.weighed else unknown(reasons.NOT_WEIGHED)
            ),
        ),
        Measure("giveaway", headings.GIVEAWAY, Quantity.PACK, giveaway),
        Measure("giveaway_share", headings.GIVEAWAY_SHARE, Quantity.RATIO, giveaway_share),
        Measure("given_away", headings.GIVEN_AWAY, Quantity.LITTLE_MASS, _given),
    ]
    return writer.table("weights", writer.say(headings.WEIGHTS), columns, report.weights)


def completeness(source: Source) -> Figure:
    """Return how much of the time that has passed was heard of a device."""
    if source.watched is None:
        return unknown(reasons.NOT_WATCHED)
    return share(Figure(source.watched), Figure(source.passed), reasons.NOT_PASSED)


def sources(writer: Writer, report: Report) -> Table:
    """Return how much was heard of each device."""
    columns: list[Measure[Source]] = [
        Measure(
            "device",
            headings.PARTS[Part.MACHINE],
            Quantity.TEXT,
            lambda one: Figure(one.name or one.device),
        ),
        Measure(
            "watched",
            headings.WATCHED,
            Quantity.HOURS,
            lambda one: unknown(reasons.NOT_WATCHED) if one.watched is None else Figure(one.watched),
        ),
        Measure("passed", headings.PASSED, Quantity.HOURS, lambda one: Figure(one.passed)),
        Measure("completeness", headings.COMPLETENESS, Quantity.RATIO, completeness),
    ]
    return writer.table("sources", writer.say(headings.SOURCES), columns, report.sources)
