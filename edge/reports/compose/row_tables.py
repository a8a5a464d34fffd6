"""Tables of a line for each row of a report: periods, products, machines, shifts, teams, cumulative, comparison. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from edge.model.calendar import local_time
from edge.reports.compose import headings, measures, reasons
from edge.reports.compose.adding import added
from edge.reports.compose.dates import first_day, is_month, period_text
from edge.reports.compose.figure import Figure, share, unknown
from edge.reports.compose.progress import Progress, progress
from edge.reports.compose.say import Say
from edge.reports.compose.units import Quantity
from edge.reports.compose.writer import Measure, Writer
from edge.reports.document import Table
from edge.reports.report import Kind, Part, Report, Row

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
    "hours_change", "planned_heads", "present", "attendance_rate", "late", "absent", "leave", "hours", "per_head", "per_hour", "cost",
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


def _label(part: Part, writer: Writer, heading: Say | None = None) -> Measure[Row]:
    def name(row: Row) -> Figure:
        if row.key or row.name:
            return Figure(period_text(row.key, row.name, writer.language) or row.key)
        return Figure(
            writer.say(headings.UNKNOWN_PRODUCT if part is Part.PRODUCT else headings.OUTSIDE_SHIFTS)
        )

    return Measure(part.value, heading or headings.PARTS[part], Quantity.TEXT, name)


def _whole(report: Report, rows: Rows) -> Row:
    """Return the sum of rows; the plan is that of the whole where they have none of their own."""
    whole = added(rows)
    return whole if whole.plan is not None else replace(whole, plan=report.total.plan)


def _table(
    writer: Writer,
    report: Report,
    part: Part,
    columns: Sequence[Measure[Row]],
    title: Say | None = None,
    heading: Say | None = None,
) -> Table:
    rows = tuple(_to_come(report, row) for row in report.parts.get(part, ()))
    whole = _whole(report, rows) if part is Part.PERIOD else added(rows)
    told = [_label(part, writer, heading), *_told(columns, (*rows, whole))]
    return writer.table(_KEYS[part], writer.say(title or headings.BY[part]), told, rows, whole)


def _to_come(report: Report, row: Row) -> Row:
    """Return a row; of a day or month that has not begun yet it says so."""
    first = first_day(row.key)
    if first is None or row.good is not None or progress(report) is not Progress.ON or report.until is None:
        return row
    return replace(row, watched=(0, 0)) if first > local_time(report.until, report.zone).date() else row


_KEYS: Mapping[Part, str] = {
    Part.PERIOD: "periods",
    Part.MACHINE: "machines",
    Part.PRODUCT: "products",
    Part.SHIFT: "shifts",
    Part.TEAM: "teams",
}


def periods(writer: Writer, report: Report) -> Table:
    """Return a line for each shift, day or month."""
    columns = (
        *_PLAN, *_PIECES, *_PRESENT, _HOURS, _PER_HEAD, _RUN, _STOPS, _DOWN, _OEE, _VALUE,
    )  # fmt: skip
    keys = {row.key for row in report.parts.get(Part.PERIOD, ())}
    if all(first_day(key) is None for key in keys):
        title, heading = headings.BY[Part.SHIFT], headings.PARTS[Part.SHIFT]
    elif all(is_month(key) for key in keys):
        title, heading = headings.BY_MONTH, headings.MONTH
    else:
        title, heading = headings.BY_DAY, headings.DAY
    return _table(writer, report, Part.PERIOD, columns, title, heading)


def shifts(writer: Writer, report: Report) -> Table:
    """Return a line for each shift of a longer span."""
    columns = (_MASS, *_PIECES, *_PRESENT, _HOURS, _PER_HEAD, _RUN, _STOPS, _DOWN, _OEE, _VALUE)
    return _table(writer, report, Part.SHIFT, columns)


def teams(writer: Writer, report: Report) -> Table:
    """Return a line for each team: heads, hours and cost, since product is nobody's alone."""
    columns = (*_PRESENT, *_ABSENT, _HOURS, _COST)
    return _table(writer, report, Part.TEAM, columns)


def products(writer: Writer, report: Report) -> Table:
    """Return a line for each product, with its share of the whole."""
    whole = added(report.parts.get(Part.PRODUCT, ()))

    def part_of(of: Callable[[Row], Figure]) -> Callable[[Row], Figure]:
        return lambda row: share(of(row), of(whole), reasons.NO_SHARE)

    columns = (
        *_PLAN[:1],
        _PIECES[0],
        *_PLAN[1:],
        Measure("share", headings.SHARE, Quantity.RATIO, part_of(measures.output)),
        _VALUE,
        Measure("value_share", headings.VALUE_SHARE, Quantity.RATIO, part_of(measures.value)),
    )
    return _table(writer, report, Part.PRODUCT, columns)


def machines(writer: Writer, report: Report) -> Table:
    """Return a line for each machine, with how much of it was heard of.

    The last line's ratios are of the machines that count output, as those of the whole report: one that passes on what others
    made has no rated speed, and would only dilute them.
    """
    rows = report.parts.get(Part.MACHINE, ())
    makers = [row for row in rows if row.good is not None]
    others = any(row.sums is not None for row in rows if row.good is None)

    def of_makers(of: Callable[[Row], Figure]) -> Callable[[Row], Figure]:
        def figure(row: Row) -> Figure:
            if row.key or not makers or not others:
                return of(row)
            return of(added(makers)).noted(reasons.OF_MAKERS)

        return figure

    columns = (
        _PIECES[0],
        _PIECES[1],
        _MASS,
        _BUSY,
        _RUN,
        Measure("availability", headings.AVAILABILITY, Quantity.RATIO, of_makers(measures.availability)),
        Measure("effectiveness", headings.EFFECTIVENESS, Quantity.RATIO, of_makers(measures.effectiveness)),
        Measure("quality", headings.QUALITY, Quantity.RATIO, of_makers(measures.quality)),
        Measure("oee", headings.OEE, Quantity.RATIO, of_makers(measures.oee)),
        _STOPS,
        _DOWN,
        Measure("mtbf", headings.MTBF, Quantity.HOURS, measures.mtbf),
        Measure("mttr", headings.MTTR, Quantity.MINUTES, measures.mttr),
        Measure("completeness", headings.COMPLETENESS, Quantity.RATIO, measures.completeness),
        Measure("doubtful", headings.DOUBTFUL, Quantity.COUNT, measures.doubtful, adds=True),
    )
    return _table(writer, report, Part.MACHINE, columns)


def cumulative(writer: Writer, report: Report) -> Table:
    """Return the span, its month and its year so far, each against its plan."""
    kind = report.span.kind
    named = {headings.THIS[kind]: report.total}
    if report.month is not None and kind in {Kind.DAY, Kind.WEEK, Kind.RANGE}:
        named[headings.MONTH_SO_FAR] = report.month
    if report.year is not None and kind is not Kind.YEAR:
        named[headings.YEAR_SO_FAR] = report.year
    rows = [replace(row, key="", name=writer.say(name)) for name, row in named.items()]
    is_on = progress(report) is Progress.ON

    def against(of: Callable[[Row], Figure]) -> Callable[[Row], Figure]:
        return lambda row: of(row).noted(reasons.WHOLE_PLAN) if is_on and row.plan is not None else of(row)

    columns = (
        *_PLAN[:2],
        Measure("completion", headings.COMPLETION, Quantity.RATIO, against(measures.completion)),
        Measure("ahead", headings.AHEAD, Quantity.MASS, against(measures.ahead)),
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
