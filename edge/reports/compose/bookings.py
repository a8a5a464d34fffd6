"""Tables of single bookings: those that are doubtful, and those that people corrected. Pure."""

from __future__ import annotations

from edge.model.tag import CounterRole
from edge.reports.compose import headings, reasons
from edge.reports.compose.dates import clock_text, moment_text
from edge.reports.compose.figure import Figure, unknown
from edge.reports.compose.units import Quantity
from edge.reports.compose.writer import Measure, Writer
from edge.reports.document import Table
from edge.reports.report import Doubt, Part, Report

CORRECTION = "correction"
_NOT_MARKS = frozenset({"gap", CORRECTION})


def gaps_of(report: Report) -> list[Doubt]:
    """Return the listed bookings of good product that were made across a gap."""
    return [one for one in report.doubts if one.gap is not None and one.counter == CounterRole.GOOD]


def marked(report: Report) -> list[Doubt]:
    """Return the listed bookings that the ledger itself doubts."""
    return [one for one in report.doubts if one.mark not in _NOT_MARKS]


def _booking(writer: Writer, report: Report) -> list[Measure[Doubt]]:
    def counter(doubt: Doubt) -> str:
        known = headings.COUNTERS.get(doubt.counter)
        return writer.say(known) if known else doubt.counter

    return [
        Measure("time", headings.TIME, Quantity.TEXT, lambda one: Figure(clock_text(one.time, report))),
        Measure(
            "machine",
            headings.PARTS[Part.MACHINE],
            Quantity.TEXT,
            lambda one: Figure(one.name or one.device),
        ),
        Measure("counter", headings.COUNTER, Quantity.TEXT, lambda one: Figure(counter(one))),
        Measure("pieces", headings.PIECES, Quantity.PIECES, lambda one: Figure(one.n)),
        Measure(
            "mass",
            headings.MASS,
            Quantity.LITTLE_MASS,
            lambda one: unknown(reasons.NO_WEIGHT_OF_COUNTER) if one.g is None else Figure(one.g),
        ),
    ]


def doubts(writer: Writer, report: Report) -> Table:
    """Return the bookings that are marked, or were made across a gap."""

    def mark(doubt: Doubt) -> Figure:
        known = headings.MARKS.get(doubt.mark)
        return Figure(writer.say(known) if known else doubt.mark)

    columns: list[Measure[Doubt]] = [
        *_booking(writer, report),
        Measure(
            "gap",
            headings.GAP,
            Quantity.MINUTES,
            lambda one: Figure("") if one.gap is None else Figure(one.gap * 1_000),
        ),
        Measure("mark", headings.MARK, Quantity.TEXT, mark),
    ]
    rows = [doubt for doubt in report.doubts if doubt.mark != CORRECTION]
    return writer.table("doubts", writer.say(headings.DOUBTS), columns, rows)


def corrections(writer: Writer, report: Report) -> Table:
    """Return what people corrected, and which of it is new since the edition before."""
    new = set(report.changed)
    known = {doubt for doubt in report.doubts if doubt.mark == CORRECTION} | new
    rows = sorted(
        known, key=lambda doubt: (doubt.time, doubt.device, doubt.counter, doubt.n, doubt.entered or 0)
    )
    columns: list[Measure[Doubt]] = [
        *_booking(writer, report),
        Measure("who", headings.WHO, Quantity.TEXT, lambda one: Figure(one.who)),
        Measure("why", headings.WHY, Quantity.TEXT, lambda one: Figure(one.why)),
        Measure(
            "entered",
            headings.ENTERED,
            Quantity.TEXT,
            lambda one: (
                unknown(reasons.NOT_TOLD) if one.entered is None else Figure(moment_text(one.entered, report))
            ),
        ),
        Measure(
            "is_new",
            headings.IS_NEW,
            Quantity.TEXT,
            lambda one: Figure(writer.say(headings.YES if one in new else headings.NO)),
        ),
    ]
    return writer.table("corrections", writer.say(headings.CORRECTIONS), columns, rows)
