"""Every row's integers as they are, for the sheet of raw sums: what anybody can add up again. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields

from edge.model.oee import FIELDS
from edge.reports.compose import headings, measures, reasons
from edge.reports.compose.figure import Figure, unknown
from edge.reports.compose.say import Say
from edge.reports.compose.units import Quantity
from edge.reports.compose.writer import Measure, Writer
from edge.reports.document import Table
from edge.reports.report import Amount, Heads, Part, Report, Row

_GOOD = tuple(one.name for one in fields(Amount))
_HEADS = tuple(one.name for one in fields(Heads) if one.name != "cost")
# Rows are of machines that count output, and meters stand beside them: what they measured is in a table of its own.
_FIELDS = tuple(one for one in FIELDS if one not in {"wh", "steam", "water"})


def sums(writer: Writer, report: Report) -> Table:
    """Return every row's integers as they are: g, pieces, ms; their keys are the headings."""
    return writer.table("sums", writer.say(headings.SUMS), _raw_columns(), list(_scopes(report)))


def _scopes(report: Report) -> Iterator[tuple[str, Row]]:
    named = {
        "total": report.total,
        "month": report.month,
        "year": report.year,
        "before": report.before,
        "last_year": report.last_year,
    }
    for scope, row in named.items():
        if row is not None:
            yield scope, row
    for part in Part:
        for row in report.parts.get(part, ()):
            yield part.value, row


def _raw_columns() -> list[Measure[tuple[str, Row]]]:
    def raw(
        key: str, of: Callable[[Row], Figure], quantity: Quantity = Quantity.COUNT
    ) -> Measure[tuple[str, Row]]:
        return Measure(key, Say(key, key), quantity, lambda scoped: of(scoped[1]))

    def field(of: str, name: str, why: Say) -> Callable[[Row], Figure]:
        def read(row: Row) -> Figure:
            whole = getattr(row, of)
            found = None if whole is None else getattr(whole, name)
            return unknown(why) if found is None else Figure(found)

        return read

    def watched(place: int) -> Callable[[Row], Figure]:
        return lambda row: unknown(reasons.NOT_WATCHED) if row.watched is None else Figure(row.watched[place])

    return [
        Measure("scope", Say("scope", "scope"), Quantity.TEXT, lambda scoped: Figure(scoped[0])),
        raw("key", lambda row: Figure(row.key), Quantity.TEXT),
        raw("name", lambda row: Figure(row.name), Quantity.TEXT),
        *(
            raw(
                f"good_{name}",
                field("good", name, reasons.NO_DATA),
                Quantity.YUAN if name == "yuan" else Quantity.COUNT,
            )
            for name in _GOOD
        ),
        raw("plan_grams", measures.plan),
        *(
            raw(
                f"heads_{name}",
                field("heads", name, reasons.NOT_COUNTED),
                Quantity.LABOUR if name == "hours" else Quantity.COUNT,
            )
            for name in _HEADS
        ),
        raw("heads_cost_yuan", measures.cost, Quantity.YUAN),
        raw("watched_ms", watched(0)),
        raw("passed_ms", watched(1)),
        *(raw(one, field("sums", one, reasons.NO_STATES)) for one in _FIELDS),
        raw("doubtful", measures.doubtful),
    ]
