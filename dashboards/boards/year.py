"""Year to ten million jin: made so far, the plan's curve, and how the year will end with how much certainty."""

from __future__ import annotations

from dashboards import board
from dashboards.board import Board
from dashboards.boards.shared import GRAMS_PER_WAN_JIN, LATELY, ahead, counts, share, target
from dashboards.fields import colour, dashed
from dashboards.panels import Panel, bar_gauge, bars, gauge, lines, stat, steps
from dashboards.plant import View
from dashboards.queries import Query
from dashboards.text import Caption, Json, Text
from dashboards.words import common
from dashboards.words import year as words
from edge.model.mass import GRAMS_PER_JIN
from edge.model.tag import CounterRole

_YUAN_PER_WAN = 10_000
_P10, _P50, _P90 = (Text(name, name) for name in ("P10", "P50", "P90"))


def year(view: View) -> Board:
    """Return the dashboard."""
    goal = view.goal_g / GRAMS_PER_WAN_JIN
    likely = steps((None, "red"), (goal * 0.95, "orange"), (goal, "green"))
    return Board(
        "year",
        words.BOARD,
        view.year,
        [board.site(), board.line()],
        [
            (
                5,
                [(6, _mass(words.ACTUAL, "actual", None)), (6, _share()), (6, _ahead()), (6, _probability())],
            ),
            (
                5,
                [
                    (6, _mass(words.P10, "p10", likely)),
                    (6, _mass(words.P50, "p50", likely)),
                    (6, _mass(words.P90, "p90", likely)),
                    (6, _required()),
                ],
            ),
            (10, [(24, _curve(view))]),
            (9, [(12, _forecast(view)), (12, _daily(view))]),
            (
                6,
                [
                    (5, _yuan(words.VALUE, "value")),
                    (5, _yuan(words.VALUE_P50, "value_p50")),
                    (4, _chance(words.VALUE_CHANCE, "value_probability")),
                    (4, _provisional()),
                    (6, _products()),
                ],
            ),
        ],
        refresh="5m",
        own_time=True,
    )


def _mass(caption: Caption, field: str, thresholds: Json) -> Panel:
    query = target.select(f"{target.call('last', field)} / {GRAMS_PER_WAN_JIN}")
    return stat(caption, common.WAN_JIN, [Query(query)], decimals=2, thresholds=thresholds)


def _share() -> Panel:
    return gauge(
        words.SHARE,
        "percentunit",
        [Query(share("actual", "year"))],
        min=0,
        max=1,
        decimals=1,
        thresholds=steps((None, "blue"), (1, "green")),
    )


def _ahead() -> Panel:
    return stat(
        words.AHEAD,
        common.WAN_JIN,
        [Query(ahead())],
        recent=LATELY,
        decimals=2,
        thresholds=steps((None, "red"), (0, "green")),
    )


def _probability() -> Panel:
    return _chance(words.PROBABILITY, "probability")


def _chance(caption: Caption, field: str) -> Panel:
    thresholds = steps((None, "red"), (0.5, "orange"), (0.8, "green"))
    query = Query(target.newest(field))
    return gauge(caption, "percentunit", [query], min=0, max=1, decimals=0, thresholds=thresholds)


def _required() -> Panel:
    query = target.select(f"{target.call('last', 'required')} / {GRAMS_PER_WAN_JIN}")
    return stat(words.REQUIRED, common.WAN_JIN, [Query(query)], decimals=2)


def _yuan(caption: Caption, field: str) -> Panel:
    query = target.select(f"{target.call('last', field)} / {_YUAN_PER_WAN}")
    return stat(caption, common.WAN_YUAN, [Query(query)], decimals=1)


def _provisional() -> Panel:
    shown: Json = {
        "type": "value",
        "options": {
            "0": {"text": words.NO, "color": "green", "index": 0},
            "1": {"text": words.YES, "color": "orange", "index": 1},
        },
    }
    return stat(words.PROVISIONAL, "none", [Query(target.newest("provisional"))], mappings=[shown])


def _by_day(field: str, view: View) -> str:
    column = f"{target.call('last', field)} / {GRAMS_PER_WAN_JIN}"
    return target.select(column, every=view.each_day, fill="null")


def _curve(view: View) -> Panel:
    named = {"actual": common.ACTUAL, "plan": common.PLAN, "year": common.TARGET}
    return lines(
        words.CURVE,
        common.WAN_JIN,
        [Query(_by_day(field, view), name) for field, name in named.items()],
        interval="1d",
        min=0,
        decimals=1,
        overrides=[
            colour(common.ACTUAL, "green"),
            dashed(common.PLAN, "blue"),
            dashed(common.TARGET, "orange"),
        ],
    )


def _forecast(view: View) -> Panel:
    named = {"p10": _P10, "p50": _P50, "p90": _P90, "year": common.TARGET}
    return lines(
        words.FORECAST,
        common.WAN_JIN,
        [Query(_by_day(field, view), name) for field, name in named.items()],
        interval="1d",
        decimals=1,
        overrides=[
            colour(_P10, "light-red"),
            colour(_P50, "green"),
            colour(_P90, "light-blue"),
            dashed(common.TARGET, "orange"),
        ],
    )


def _daily(view: View) -> Panel:
    named = {"day_actual": common.ACTUAL, "day_plan": common.PLAN}
    return bars(
        words.DAILY,
        common.WAN_JIN,
        [Query(_by_day(field, view), name) for field, name in named.items()],
        interval="1d",
        decimals=2,
        overrides=[
            colour(common.ACTUAL, "green"),
            # Beside the bars, not on top of them.
            {
                "matcher": {"id": "byName", "options": common.PLAN},
                "properties": [
                    {"id": "custom.drawStyle", "value": "line"},
                    {"id": "custom.fillOpacity", "value": 0},
                    {"id": "custom.lineWidth", "value": 2},
                    {"id": "custom.stacking", "value": {"mode": "none", "group": "A"}},
                    {"id": "color", "value": {"mode": "fixed", "fixedColor": "blue"}},
                ],
            },
        ],
    )


def _products() -> Panel:
    source = counts.equal(counter=CounterRole.GOOD)
    query = source.select(f"{source.call('sum', 'g')} / {GRAMS_PER_JIN}", group_by=("sku",))
    return bar_gauge(
        words.PRODUCTS, common.JIN, [Query(query, "$tag_sku")], min=0, thresholds=steps((None, "green"))
    )
