"""Shift: each shift of the production day against its plan, and what its time went to."""

from __future__ import annotations

from dashboards import board, oee
from dashboards.board import Board
from dashboards.boards import shared
from dashboards.fields import detail
from dashboards.influxql import Source
from dashboards.panels import Panel, bar_gauge, bars, gauge, stat, steps, table
from dashboards.plant import DashboardShift, View
from dashboards.queries import Formula, Newest, Query
from dashboards.text import Caption, Json
from dashboards.words import common
from dashboards.words import shift as words
from edge.messages.schema import ATTENDANCE
from edge.model.mass import GRAMS_PER_JIN

ENTRIES_SHOWN = 200


def shift(view: View) -> Board:
    """Return the dashboard."""
    return Board(
        "shift",
        words.BOARD,
        view.day,
        [board.site(), board.line(), board.device(), board.shift(view)],
        [
            *((5, _of(each, view)) for each in view.shifts),
            (8, [(24, shared.state_bands(words.STATES))]),
            (9, [(14, _losses()), (10, _rejects())]),
            (8, [(12, _output()), (12, _doubt())]),
        ],
        refresh="30s",
    )


def _of(each: DashboardShift, view: View) -> list[tuple[int, Panel]]:
    return [
        (5, _made(each)),
        (5, _expected(each, view)),
        (5, _pace(each, view)),
        (5, _oee(each, view)),
        (4, _heads(each)),
    ]


def _named(caption: Caption, each: DashboardShift) -> Caption:
    title = caption.title
    return Caption(
        type(title)(title.zh.format(shift=each.title.zh), title.en.format(shift=each.title.en)), caption.about
    )


def _made(each: DashboardShift) -> Panel:
    source = shared.work.equal(shift=each.key)
    query = source.select(f"{source.call('sum', 'g')} / {GRAMS_PER_JIN}")
    return stat(_named(words.MADE, each), common.JIN, [Query(query)], decimals=0)


def _expected(each: DashboardShift, view: View) -> Panel:
    return stat(
        _named(words.EXPECTED, each),
        common.JIN,
        [
            Query(shared.day_plan(), hidden=True),
            Query(shared.planned_time(each, view), hidden=True),
            Newest("A"),
            Newest("B"),
            Formula(f"$C * $D / {view.planned_ms} / {GRAMS_PER_JIN}"),
        ],
        decimals=0,
    )


def _pace(each: DashboardShift, view: View) -> Panel:
    return gauge(
        _named(words.PACE, each),
        "percentunit",
        shared.pace((each,), view),
        min=0,
        max=1.2,
        decimals=0,
        thresholds=steps((None, "red"), (0.85, "orange"), (0.95, "green")),
    )


def _oee(each: DashboardShift, view: View) -> Panel:
    source = shared.work.equal(shift=each.key).match(device=view.any_filler)
    return gauge(
        _named(words.OEE, each),
        "percentunit",
        [Query(oee.ratios(source, {"oee": oee.OEE}))],
        min=0,
        max=1,
        decimals=1,
        thresholds=steps((None, "red"), (0.5, "orange"), (0.65, "green")),
        links=[detail("oee", common.LOSSES, shift=each.key)],
    )


def _heads(each: DashboardShift) -> Panel:
    source = Source(ATTENDANCE).chosen("site").equal(shift=each.key)

    def newest(field: str) -> str:
        inner = source.select(source.call("last", field, "n"), group_by=("team", "kind"))
        return f'SELECT sum("n") AS "n" FROM ({inner})'  # noqa: S608 - all quoted

    return stat(
        _named(words.HEADS, each),
        common.HEADS,
        [Query(newest("present"), common.PRESENT), Query(newest("planned"), common.PLANNED)],
        decimals=0,
        links=[detail("attendance", common.PEOPLE)],
    )


def _losses() -> Panel:
    columns = [shared.losses.call("sum", name, name) for name in shared.LOST]
    query = shared.losses.select(*columns, group_by=shared.LOST_TO)
    gauge_cell: Json = {"type": "gauge", "mode": "basic"}
    return shared.lost_table(words.LOSSES, query, custom__cellOptions=gauge_cell) | {
        "options": _sorted_by_loss()
    }


def _sorted_by_loss() -> Panel:
    return {
        "showHeader": True,
        "cellHeight": "sm",
        "sortBy": [{"displayName": common.LOST, "desc": True}],
    }


def _rejects() -> Panel:
    source = shared.work.chosen("device", "shift")
    query = source.select(source.call("sum", "sq"), group_by=("device",))
    return bar_gauge(
        words.QUALITY,
        common.PIECE,
        [Query(query, "$tag_device")],
        min=0,
        decimals=0,
        thresholds=steps((None, "orange")),
    )


def _output() -> Panel:
    source = shared.work.chosen("device", "shift")
    query = source.select(
        f"{source.call('sum', 'g')} / {GRAMS_PER_JIN}", group_by=("sku",), every="1h", fill="none"
    )
    return bars(words.OUTPUT, common.JIN, [Query(query, "$tag_sku")], interval="1h", decimals=0)


def _doubt() -> Panel:
    source = shared.counts_of_device.without(mark="")
    names = ("device", "counter", "n", "mark", "who", "why")
    query = source.select(*(source.column(name) for name in names))
    return table(
        words.DOUBT,
        "none",
        [Query(f"{query} ORDER BY time DESC LIMIT {ENTRIES_SHOWN}", table=True)],
        {
            "Time": common.TIME,
            "device": common.DEVICE,
            "counter": words.COUNTER,
            "n": common.PIECES,
            "mark": words.MARK,
            "who": words.WHO,
            "why": words.WHY,
        },
    )
