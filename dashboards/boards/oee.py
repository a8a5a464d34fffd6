"""OEE and losses: ISO 22400-2 of any machines, shifts and span, and what planned time was lost to."""

from __future__ import annotations

from dashboards import board, oee
from dashboards.board import Board
from dashboards.boards import shared
from dashboards.fields import STATES, detail, override
from dashboards.influxql import outer
from dashboards.panels import Panel, bar_chart, bar_gauge, bars, gauge, lines, steps, table
from dashboards.plant import View
from dashboards.queries import Query
from dashboards.text import Caption, Json
from dashboards.words import common
from dashboards.words import oee as words

_WORK = shared.work.chosen("device", "shift")
_GOOD_ENOUGH = steps((None, "red"), (0.5, "orange"), (0.65, "green"))
"""The plant's lines are planned with 65 %."""


def oee_and_losses(view: View) -> Board:
    """Return the dashboard."""
    return Board(
        "oee",
        words.BOARD,
        view.day,
        [board.site(), board.line(), board.device(chosen=view.fillers), board.shift(view)],
        [
            (
                6,
                [
                    (4, _ratio(words.OEE, oee.OEE, _GOOD_ENOUGH)),
                    (4, _ratio(words.AVAILABILITY, oee.AVAILABILITY, _GOOD_ENOUGH)),
                    (4, _ratio(words.EFFECTIVENESS, oee.EFFECTIVENESS, _possible())),
                    (4, _ratio(words.QUALITY, oee.QUALITY, steps((None, "red"), (0.97, "green")))),
                    (4, _ratio(words.NEE, oee.NEE, _GOOD_ENOUGH)),
                    (4, _ratio(words.UNKNOWN, oee.UNKNOWN, steps((None, "green"), (0.02, "orange")))),
                ],
            ),
            (9, [(24, _machines())]),
            (8, [(12, _hourly()), (12, _daily(view))]),
            (9, [(9, _pareto()), (15, _top())]),
            (8, [(16, _losses_over_time()), (8, _energy())]),
        ],
        refresh="1m",
    )


def _possible() -> Json:
    return steps((None, "red"), (0.8, "green"), (1.0001, "purple"))


def _ratio(caption: Caption, expression: str, thresholds: Json) -> Panel:
    query = Query(oee.ratios(_WORK, {"ratio": expression}))
    return gauge(caption, "percentunit", [query], min=0, max=1, decimals=1, thresholds=thresholds)


def _machines() -> Panel:
    columns = {
        "oee": oee.OEE,
        "availability": oee.AVAILABILITY,
        "effectiveness": oee.EFFECTIVENESS,
        "quality": oee.QUALITY,
        "failures": 'sum("failures")',
        "mtbf": oee.MTBF_S,
        "mttr": oee.MTTR_S,
        "stops": 'sum("stops")',
        "micro": 'sum("micro")',
    }
    percent: dict[str, Json] = {"unit": "percentunit", "decimals": 1, "min": 0, "max": 1}
    gauged: dict[str, Json] = {**percent, "custom__cellOptions": {"type": "gauge", "mode": "basic"}}
    return table(
        words.MACHINES,
        "none",
        [Query(oee.ratios(_WORK, columns, ("device",)), table=True)],
        {
            "Time": None,
            "device": common.DEVICE,
            "oee": common.OEE,
            "availability": common.AVAILABILITY,
            "effectiveness": common.EFFECTIVENESS,
            "quality": common.QUALITY,
            "failures": words.FAILURES,
            "mtbf": words.MTBF,
            "mttr": words.MTTR,
            "stops": common.STOPS,
            "micro": common.MICRO,
        },
        thresholds=_GOOD_ENOUGH,
        overrides=[
            override(common.OEE, **gauged),
            override(common.AVAILABILITY, **percent),
            override(common.EFFECTIVENESS, **percent),
            override(common.QUALITY, **percent),
            override(words.MTBF, unit="s", decimals=0),
            override(words.MTTR, unit="s", decimals=0),
            override(
                common.DEVICE,
                links=[detail("oee", common.DETAILS_OF_DEVICE, device="${__data.fields.device}")],
            ),
        ],
    )


def _hourly() -> Panel:
    query = oee.ratios_over_time(_WORK, {"oee": oee.OEE}, ("device",))
    return lines(
        words.HOURLY, "percentunit", [Query(query, "$tag_device")], interval="1h", min=0, max=1, decimals=1
    )


def _daily(view: View) -> Panel:
    query = oee.ratios_over_time(_WORK, {"oee": oee.OEE}, ("device",), view.each_day)
    return lines(
        words.DAILY, "percentunit", [Query(query, "$tag_device")], interval="1d", min=0, max=1, decimals=1
    )


def _pareto() -> Panel:
    query = shared.losses.select(shared.losses.call("sum", "ms", "ms"), group_by=("category",))
    return bar_chart(
        words.PARETO,
        "ms",
        [Query(query, table=True)],
        {"Time": None, "category": common.CATEGORY, "ms": common.LOST},
        common.CATEGORY,
        overrides=[override(common.CATEGORY, mappings=[STATES])],
    )


def _top() -> Panel:
    inner = shared.losses.sums(*shared.LOST, group_by=shared.LOST_TO)
    query = outer({name: f'sum("{name}")' for name in shared.LOST}, inner, shared.LOST_TO)
    return shared.lost_table(words.TOP, query)


def _losses_over_time() -> Panel:
    query = shared.losses.select(
        shared.losses.call("sum", "ms"), group_by=("category",), every="1h", fill="none"
    )
    return bars(words.OVER_TIME, "ms", [Query(query, "$tag_category")], interval="1h")


def _energy() -> Panel:
    query = _WORK.select(_WORK.call("sum", "wh"), group_by=("device",))
    return bar_gauge(
        words.ENERGY, "watth", [Query(query, "$tag_device")], min=0, thresholds=steps((None, "blue"))
    )
