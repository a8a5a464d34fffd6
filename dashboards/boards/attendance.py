"""Attendance: heads and hours of shifts and teams; never a person."""

from __future__ import annotations

from dashboards import board
from dashboards.board import Board
from dashboards.boards.shared import LATELY
from dashboards.fields import colour, filled_cells, override
from dashboards.influxql import INTERVAL, Source, outer
from dashboards.panels import Panel, bar_gauge, bars, gauge, lines, stat, steps, table
from dashboards.plant import View
from dashboards.queries import Query
from dashboards.text import Caption, Text
from dashboards.words import attendance as words
from dashboards.words import common
from edge.messages.schema import ATTENDANCE, NODE

_HEADS = Source(ATTENDANCE).chosen("site", "shift")
_GROUP = ("shift", "team", "kind")
_TERMINALS = Source(NODE).chosen("site")


def attendance(view: View) -> Board:
    """Return the dashboard."""
    return Board(
        "attendance",
        words.BOARD,
        view.day,
        [board.site(ATTENDANCE), board.shift(view)],
        [
            (
                5,
                [
                    (5, _now()),
                    (4, _rate()),
                    (4, _sum(words.ABSENT, "absent", common.HEADS, 1)),
                    (4, _sum(words.LATE, "late", common.HEADS, 1)),
                    (4, _sum(words.HOURS, "hours", common.HOUR)),
                    (3, _sum(words.COST, "cost", common.YUAN)),
                ],
            ),
            (10, [(24, _groups())]),
            (8, [(12, _over_time()), (12, _by_day(view))]),
            (6, [(24, _terminals())]),
        ],
        refresh="30s",
    )


def _newest(*fields: str) -> str:
    """Return the SELECT of the newest count of each group."""
    return _HEADS.select(*(_HEADS.call("last", field, field) for field in fields), group_by=_GROUP)


def _now() -> Panel:
    inner = _newest("planned", "present")
    return bar_gauge(
        words.NOW,
        common.HEADS,
        [
            Query(
                outer({"n": 'sum("present")'}, inner, ("shift",)),
                Text("$tag_shift 实到", "$tag_shift present"),
            ),
            Query(
                outer({"n": 'sum("planned")'}, inner, ("shift",)),
                Text("$tag_shift 应到", "$tag_shift planned"),
            ),
        ],
        recent=LATELY,
        min=0,
        decimals=0,
        thresholds=steps((None, "blue")),
    )


def _rate() -> Panel:
    query = outer({"ratio": 'sum("present") / sum("planned")'}, _newest("planned", "present"), ("shift",))
    thresholds = steps((None, "red"), (0.85, "orange"), (0.93, "green"))
    return gauge(
        words.RATE,
        "percentunit",
        [Query(query, "$tag_shift")],
        min=0,
        max=1,
        decimals=1,
        thresholds=thresholds,
    )


def _sum(caption: Caption, field: str, unit: Text, alarm: float | None = None) -> Panel:
    query = outer({"n": 'sum("n")'}, _HEADS.select(_HEADS.call("last", field, "n"), group_by=_GROUP))
    thresholds = steps((None, "green"), (alarm, "orange")) if alarm else steps((None, "text"))
    return stat(caption, unit, [Query(query)], decimals=0, thresholds=thresholds)


def _groups() -> Panel:
    names = ("planned", "present", "late", "absent", "leave", "hours")
    warned = steps((None, "transparent"), (1, "orange"))
    return table(
        words.GROUPS,
        common.HEADS,
        [Query(_newest(*names), table=True)],
        {
            "Time": common.TIME,
            "shift": common.SHIFT,
            "team": common.TEAM,
            "kind": common.KIND,
            "planned": common.PLANNED,
            "present": common.PRESENT,
            "late": common.LATE,
            "absent": common.ABSENT,
            "leave": common.LEAVE,
            "hours": common.HOURS,
        },
        decimals=0,
        overrides=[
            filled_cells(common.ABSENT, thresholds=warned),
            filled_cells(common.LATE, thresholds=warned),
            override(common.HOURS, unit=common.HOUR, decimals=1),
        ],
    )


def _over_time() -> Panel:
    inner = _HEADS.select(_HEADS.call("last", "present", "n"), group_by=_GROUP, every=INTERVAL, fill="null")
    query = f'SELECT sum("n") FROM ({inner}) WHERE $timeFilter GROUP BY time({INTERVAL}), "shift" fill(null)'  # noqa: S608 - all quoted
    return lines(
        words.OVER_TIME, common.HEADS, [Query(query, "$tag_shift")], interval="1m", min=0, decimals=0
    )


def _by_day(view: View) -> Panel:
    every = view.each_day
    inner = _HEADS.select(_HEADS.call("max", "present", "n"), group_by=_GROUP, every=every, fill="none")
    query = f'SELECT sum("n") FROM ({inner}) WHERE $timeFilter GROUP BY time({every}), "shift" fill(none)'  # noqa: S608 - all quoted
    return bars(words.BY_DAY, common.HEADS, [Query(query, "$tag_shift")], interval="1d", min=0, decimals=0)


def _terminals() -> Panel:
    named = {"punches": words.PUNCHES, "unknown_punches": words.UNKNOWN}
    return lines(
        words.TERMINALS,
        common.TIMES,
        [
            Query(_TERMINALS.select(_TERMINALS.call("last", field), every=INTERVAL, fill="null"), name)
            for field, name in named.items()
        ],
        interval="30s",
        min=0,
        decimals=0,
        overrides=[colour(words.PUNCHES, "green"), colour(words.UNKNOWN, "red")],
    )
