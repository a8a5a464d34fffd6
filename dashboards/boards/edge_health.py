"""Edge health: whether data still come, and what became of every point."""

from __future__ import annotations

from dashboards import board
from dashboards.board import Board
from dashboards.boards.shared import NOW, nodes, states
from dashboards.fields import STATES, colour
from dashboards.influxql import INTERVAL
from dashboards.panels import Panel, bar_gauge, bars, gauge, lines, stat, state_timeline, steps, text
from dashboards.plant import View
from dashboards.queries import Query
from dashboards.text import Caption, Json, Text
from dashboards.words import common
from dashboards.words import edge_health as words
from edge.messages.schema import NODE


def edge_health(view: View) -> Board:
    """Return the dashboard."""
    return Board(
        "edge-health",
        words.BOARD,
        view.day,
        [board.site(NODE), board.line(), board.device(), board.node()],
        [
            (
                5,
                [
                    (5, _last_word()),
                    (
                        4,
                        _now(
                            words.LAG, "lag_ms", "ms", steps((None, "green"), (1000, "orange"), (5000, "red"))
                        ),
                    ),
                    (
                        4,
                        _now(
                            words.OLDEST,
                            "pending_s",
                            "s",
                            steps((None, "green"), (120, "orange"), (900, "red")),
                        ),
                    ),
                    (
                        4,
                        _now(
                            words.HOURS_LEFT,
                            "hours_left",
                            common.HOUR,
                            steps((None, "red"), (24, "orange"), (72, "green")),
                        ),
                    ),
                    (4, _percent()),
                    (3, _now(words.UNACCOUNTED, "unaccounted", "none", steps((None, "green"), (1, "red")))),
                ],
            ),
            (
                8,
                [
                    (12, _over_time(words.LAG_OVER_TIME, "lag_ms", "ms", "max")),
                    (12, _over_time(words.PENDING, "pending", common.POINTS, "last")),
                ],
            ),
            (8, [(12, _flow()), (12, _faults())]),
            (
                7,
                [
                    (8, _bad()),
                    (8, _over_time(words.DROPPED, "dropped", common.POINTS, "last")),
                    (8, _offline()),
                ],
            ),
            (8, [(24, _devices())]),
            (7, [(24, text(words.ELSEWHERE))]),
        ],
    )


def _last_word() -> Panel:
    query = Query(nodes.newest("frames", "node"), table=True)
    return stat(words.LAST_WORD, "dateTimeFromNow", [query], fields="Time")


def _now(caption: Caption, field: str, unit: str | Text, thresholds: Json) -> Panel:
    query = Query(nodes.newest(field, "node"), "$tag_node")
    return stat(caption, unit, [query], recent=NOW, decimals=0, thresholds=thresholds)


def _percent() -> Panel:
    thresholds = steps((None, "green"), (50, "orange"), (80, "red"))
    query = Query(nodes.newest("outbox_percent", "node"), "$tag_node")
    return gauge(
        words.PERCENT, "percent", [query], recent=NOW, min=0, max=100, decimals=1, thresholds=thresholds
    )


def _over_time(caption: Caption, field: str, unit: str | Text, function: str) -> Panel:
    query = nodes.select(nodes.call(function, field), group_by=("node",), every=INTERVAL, fill="null")
    return lines(caption, unit, [Query(query, "$tag_node")], interval="30s", min=0, decimals=0)


def _growth(field: str, every: str, unit: str) -> str:
    """Return the SELECT of how much a number that only grows grew; none where a restart began it anew."""
    column = f"non_negative_derivative({nodes.call('last', field)}, {unit})"
    return nodes.select(column, group_by=("node",), every=every, fill="none")


def _flow() -> Panel:
    named = {"acquired": words.ACQUIRED, "acknowledged": words.ACKNOWLEDGED}
    return lines(
        words.FLOW,
        common.POINTS,
        [
            Query(_growth(field, INTERVAL, "1s"), Text(f"$tag_node {name.zh}", f"$tag_node {name.en}"))
            for field, name in named.items()
        ],
        interval="30s",
        min=0,
        decimals=1,
    )


def _faults() -> Panel:
    named = {"missed": words.MISSED, "timeouts": words.TIMEOUTS, "strays": words.STRAYS}
    return bars(
        words.FAULTS,
        common.TIMES,
        [Query(_growth(field, "1m", "1m"), name) for field, name in named.items()],
        interval="1m",
        decimals=0,
        overrides=[
            colour(words.MISSED, "yellow"),
            colour(words.TIMEOUTS, "orange"),
            colour(words.STRAYS, "red"),
        ],
    )


def _bad() -> Panel:
    query = Query(_growth("bad_values", "1m", "1m"), "$tag_node")
    return bars(words.BAD, common.POINTS, [query], interval="1m", decimals=0)


def _devices() -> Panel:
    query = states.select(states.call("last", "category"), group_by=("device",), every=INTERVAL, fill="null")
    return state_timeline(words.DEVICES, [Query(query, "$tag_device")], mappings=[STATES], interval="20s")


def _offline() -> Panel:
    source = states.saying(category="offline")
    query = source.select(source.call("count", "packml"), group_by=("device",))
    thresholds = steps((None, "orange"))
    return bar_gauge(
        words.OFFLINE, common.TIMES, [Query(query, "$tag_device")], min=0, decimals=0, thresholds=thresholds
    )
