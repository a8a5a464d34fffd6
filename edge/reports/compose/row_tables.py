"""Tables of a line for each row of a report: periods, products, machines, shifts, teams, cumulative, comparison, raw sums. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace

from edge.model.oee import Sums
from edge.reports.compose import headings, measures, reasons
from edge.reports.compose.adding import added
from edge.reports.compose.dates import period_text
from edge.reports.compose.figure import Figure, share, unknown
from edge.reports.compose.say import Say
from edge.reports.compose.units import Quantity
from edge.reports.compose.writer import Measure, Writer
from edge.reports.document import Table
from edge.reports.report import Amount, Heads, Kind, Part, Report, Row

Rows = Sequence[Row]
_PLAN = (
    Measure("plan", headings.PLAN, Quantity.MASS, measures.plan, adds=True),
    Measure("actual", headings.ACTUAL, Quantity.MASS, measures.output, adds=True),
    Measure("completion", headings.COMPLETION, Quantity.RATIO, measures.completion),
)
_MASS = Measure("mass", headings.ACTUAL, Quantity.MASS, measures.output, adds=True)
_PIECES = (
    Measure("good", headings.GOOD, Quantity.PIECES, measures.pieces, adds=True),
    Measure("reject", headings.REJECT, Quantity.PIECES, measures.reject, adds=True),
    Measure("quality", headings.QUALITY, Quantity.RATIO, measures.quality),
)
_PRESENT = (
    Measure("planned_heads", headings.ATTENDANCE_PLANNED, Quantity.HEADS, measures.planned_heads, adds=True),
    Measure("present", headings.ATTENDANCE_PRESENT, Quantity.HEADS, measures.present, adds=True),
    Measure("attendance_rate", headings.ATTENDANCE_RATE, Quantity.RATIO, measures.attendance_rate),
)
_ABSENT = (
    Measure("late", headings.LATE, Quantity.HEADS, measures.late, adds=True),
    Measure("absent", headings.ABSENT, Quantity.HEADS, measures.absent, adds=True),
    Measure("leave", headings.LEAVE, Quantity.HEADS, measures.leave, adds=True),
)
_HOURS = Measure("hours", headings.LABOUR, Quantity.LABOUR, measures.hours, adds=True)
_PER_HEAD = Measure("per_head", headings.PER_HEAD, Quantity.PER_HEAD, measures.per_head)
_PER_HOUR = Measure("per_hour", headings.PER_HOUR, Quantity.PER_HOUR, measures.per_hour)
_COST = Measure("cost", headings.COST, Quantity.COST, measures.cost, adds=True)
_COST_PER_MASS = Measure(
    "cost_per_mass", headings.COST_PER_MASS, Quantity.COST_PER_MASS, measures.cost_per_mass
)
_BUSY = Measure("busy_time", headings.BUSY_TIME, Quantity.HOURS, measures.busy_time, adds=True)
_RUN = Measure("run_time", headings.RUN_TIME, Quantity.HOURS, measures.run_time, adds=True)
_STOPS = Measure("stops", headings.STOPS, Quantity.COUNT, measures.stops, adds=True)
_DOWN = Measure("down_time", headings.STOP_TIME, Quantity.HOURS, measures.down_time, adds=True)
_OEE = Measure("oee", headings.OEE, Quantity.RATIO, measures.oee)
_VALUE = Measure("value", headings.VALUE, Quantity.MONEY, measures.value, adds=True)
_NEEDS_PLAN = {"plan", "completion", "ahead"}
_NEEDS_SUMS = {
    "reject", "quality", "availability", "effectiveness", "oee", "busy_time", "run_time", "stops", "down_time", "mtbf",
    "mttr",
}  # fmt: skip
_NEEDS_HEADS = {
    "planned_heads", "present", "attendance_rate", "late", "absent", "leave", "hours", "per_head", "per_hour", "cost",
    "cost_per_mass",
}  # fmt: skip


def _told(columns: Sequence[Measure[Row]], rows: Rows) -> list[Measure[Row]]:
    """Return the columns of which any row can tell: none of a plan, of attendance or of machines' times that are nowhere."""
    missing: set[str] = set()
    if all(row.plan is None for row in rows):
        missing |= _NEEDS_PLAN
    if all(row.sums is None for row in rows):
        missing |= _NEEDS_SUMS
    if all(row.heads is None for row in rows):
        missing |= _NEEDS_HEADS
    return [column for column in columns if column.key not in missing]


def _label(part: Part, writer: Writer) -> Measure[Row]:
    def name(row: Row) -> Figure:
        if row.key or row.name:
            return Figure(period_text(row.key, row.name, writer.language) or row.key)
        return Figure(
            writer.say(headings.UNKNOWN_PRODUCT if part is Part.PRODUCT else headings.OUTSIDE_SHIFTS)
        )

    return Measure(part.value, headings.PARTS[part], Quantity.TEXT, name)


def _whole(report: Report, rows: Rows) -> Row:
    """Return the sum of rows; the plan is that of the whole where they have none of their own."""
    whole = added(rows)
    return whole if whole.plan is not None else replace(whole, plan=report.total.plan)


def _table(writer: Writer, report: Report, part: Part, title: Say, columns: Sequence[Measure[Row]]) -> Table:
    rows = report.parts.get(part, ())
    whole = _whole(report, rows)
    told = _told(columns, (*rows, whole))
    return writer.table(_KEYS[part], writer.say(title), [_label(part, writer), *told], rows, whole)


_KEYS = {
    Part.PERIOD: "periods",
    Part.MACHINE: "machines",
    Part.PRODUCT: "products",
    Part.SHIFT: "shifts",
    Part.TEAM: "teams",
}


def periods(writer: Writer, report: Report) -> Table:
    """Return a line for each shift, day or month."""
    title = {Kind.DAY: headings.BY[Part.SHIFT], Kind.YEAR: headings.BY_MONTH}.get(
        report.span.kind, headings.BY_DAY
    )
    columns = (
        *_PLAN, *_PIECES, *_PRESENT, _HOURS, _PER_HEAD, _RUN, _STOPS, _DOWN, _OEE, _VALUE,
    )  # fmt: skip
    return _table(writer, report, Part.PERIOD, title, columns)


def shifts(writer: Writer, report: Report) -> Table:
    """Return a line for each shift of a longer span."""
    columns = (_MASS, *_PIECES, *_PRESENT, _HOURS, _PER_HEAD, _RUN, _STOPS, _DOWN, _OEE, _VALUE)
    return _table(writer, report, Part.SHIFT, headings.BY[Part.SHIFT], columns)


def teams(writer: Writer, report: Report) -> Table:
    """Return a line for each team: heads, hours and cost, since product is nobody's alone."""
    columns = (*_PRESENT, *_ABSENT, _HOURS, _COST)
    return _table(writer, report, Part.TEAM, headings.BY[Part.TEAM], columns)


def products(writer: Writer, report: Report) -> Table:
    """Return a line for each product, with its share of the whole."""
    whole = added(report.parts.get(Part.PRODUCT, ()))

    def part_of(of: Callable[[Row], Figure]) -> Callable[[Row], Figure]:
        return lambda row: share(
            of(row), Figure(of(whole).value, of(whole).why[:0] or of(whole).why), reasons.NO_SHARE
        )

    columns = (
        *_PLAN[:1],
        _PIECES[0],
        *_PLAN[1:],
        Measure("share", headings.SHARE, Quantity.RATIO, part_of(measures.output)),
        _VALUE,
        Measure("value_share", headings.VALUE_SHARE, Quantity.RATIO, part_of(measures.value)),
    )
    rows = report.parts.get(Part.PRODUCT, ())
    told = _told(columns, rows)
    return writer.table(
        "products",
        writer.say(headings.BY[Part.PRODUCT]),
        [_label(Part.PRODUCT, writer), *told],
        rows,
        whole,
    )


def machines(writer: Writer, report: Report) -> Table:
    """Return a line for each machine, with how much of it was heard of."""
    columns = (
        _PIECES[0],
        _PIECES[1],
        _MASS,
        _BUSY,
        _RUN,
        Measure("availability", headings.AVAILABILITY, Quantity.RATIO, measures.availability),
        Measure("effectiveness", headings.EFFECTIVENESS, Quantity.RATIO, measures.effectiveness),
        _PIECES[2],
        _OEE,
        _STOPS,
        _DOWN,
        Measure("mtbf", headings.MTBF, Quantity.HOURS, measures.mtbf),
        Measure("mttr", headings.MTTR, Quantity.MINUTES, measures.mttr),
        Measure("completeness", headings.COMPLETENESS, Quantity.RATIO, measures.completeness),
        Measure("doubtful", headings.DOUBTFUL, Quantity.COUNT, measures.doubtful, adds=True),
    )
    return _table(writer, report, Part.MACHINE, headings.BY[Part.MACHINE], columns)


def cumulative(writer: Writer, report: Report) -> Table:
    """Return the span, its month and its year so far, each against its plan."""
    named = {
        headings.THIS[report.span.kind]: report.total,
        headings.MONTH_SO_FAR: report.month,
        headings.YEAR_SO_FAR: report.year,
    }
    rows = [replace(row, key="", name=writer.say(name)) for name, row in named.items() if row is not None]
    columns = (
        *_PLAN,
        Measure("ahead", headings.AHEAD, Quantity.MASS, measures.ahead),
        *_PIECES,
        _HOURS,
        _PER_HOUR,
        _COST,
        _COST_PER_MASS,
        _OEE,
        _VALUE,
    )
    told = [_label(Part.PERIOD, writer), *_told(columns, rows)]
    return writer.table("cumulative", writer.say(headings.CUMULATIVE), told, rows)


def comparison(writer: Writer, report: Report) -> Table:
    """Return what the span before and the year before brought, and how much more or less this one is."""
    named = {headings.BEFORE[report.span.kind]: report.before, headings.LAST_YEAR: report.last_year}
    rows = [replace(row, key="", name=writer.say(name)) for name, row in named.items() if row is not None]

    def then(of: Callable[[Row], Figure]) -> Callable[[Row], Figure]:
        return lambda row: unknown(reasons.NO_HISTORY) if row.good is None else of(row)

    def change(of: Callable[[Row], Figure]) -> Callable[[Row], Figure]:
        return lambda row: measures.change(of(report.total), then(of)(row))

    columns = (
        Measure("actual", headings.ACTUAL, Quantity.MASS, then(measures.output)),
        Measure("change", headings.CHANGE, Quantity.RATIO, change(measures.output)),
        Measure("value", headings.VALUE, Quantity.MONEY, then(measures.value)),
        Measure("value_change", headings.VALUE_CHANGE, Quantity.RATIO, change(measures.value)),
        Measure("hours", headings.LABOUR, Quantity.LABOUR, then(measures.hours)),
        Measure("hours_change", headings.LABOUR_CHANGE, Quantity.RATIO, change(measures.hours)),
        Measure("quality", headings.QUALITY, Quantity.RATIO, then(measures.quality)),
        Measure("oee", headings.OEE, Quantity.RATIO, then(measures.oee)),
    )
    told = [_label(Part.PERIOD, writer), *_told(columns, rows)]
    return writer.table("comparison", writer.say(headings.COMPARISON), told, rows)


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
        *(raw(f"good_{one.name}", field("good", one.name, reasons.NO_DATA)) for one in fields(Amount)),
        raw("plan_grams", measures.plan),
        *(raw(f"heads_{one.name}", field("heads", one.name, reasons.NOT_COUNTED)) for one in fields(Heads)),
        raw("watched_ms", watched(0)),
        raw("passed_ms", watched(1)),
        *(raw(one.name, field("sums", one.name, reasons.NO_STATES)) for one in fields(Sums)),
        raw("doubtful", measures.doubtful),
    ]
