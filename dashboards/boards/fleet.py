"""Fleet: all sites and lines on one screen."""

from __future__ import annotations

from dashboards import board, oee
from dashboards.board import Board
from dashboards.boards.shared import LATELY as TOLD
from dashboards.boards.shared import NOW, counts, routes, share, work
from dashboards.fields import STATES, detail, override
from dashboards.influxql import INTERVAL, Source
from dashboards.panels import (
    VALUES,
    Panel,
    bar_gauge,
    bars,
    lines,
    stat,
    state_timeline,
    steps,
    table,
)
from dashboards.plant import View
from dashboards.queries import Query
from dashboards.text import Caption
from dashboards.words import common
from dashboards.words import fleet as words
from edge.messages.schema import NODE, STATE
from edge.model.mass import GRAMS_PER_JIN
from edge.model.tag import CounterRole

_NODES = Source(NODE).chosen("site")


def fleet(view: View) -> Board:
    """Return the dashboard."""
    return Board(
        "fleet",
        words.BOARD,
        view.day,
        [board.site(STATE, several=True), board.line()],
        [
            (8, [(24, _routes())]),
            (
                7,
                [
                    (8, _share(words.TODAY, "day_actual", "day_plan")),
                    (8, _share(words.YEAR, "actual", "year")),
                    (8, _oee(view)),
                ],
            ),
            (8, [(24, _states())]),
            (8, [(12, _output()), (12, _lag())]),
            (8, [(14, _nodes()), (10, _seen())]),
        ],
        refresh="30s",
    )


def _routes() -> Panel:
    return stat(
        words.ROUTES,
        "string",
        [Query(routes.newest("category", "site", "line", "route"), "$tag_site $tag_line $tag_route")],
        fields=VALUES,
        background=True,
        recent=NOW,
        mappings=[STATES],
        links=[detail("line-overview", common.LINE_OF_SITE)],
    )


def _share(caption: Caption, part: str, whole: str) -> Panel:
    return bar_gauge(
        caption,
        "percentunit",
        [Query(share(part, whole, "site"), "$tag_site")],
        recent=TOLD,
        min=0,
        max=1,
        decimals=1,
        thresholds=steps((None, "blue"), (1, "green")),
    )


def _oee(view: View) -> Panel:
    fillers = work.match(device=view.any_filler)
    query = oee.ratios(fillers, {"oee": oee.OEE}, ("site", "line"))
    return bar_gauge(
        words.OEE,
        "percentunit",
        [Query(query, "$tag_site $tag_line")],
        min=0,
        max=1,
        decimals=1,
        thresholds=steps((None, "red"), (0.5, "orange"), (0.65, "green")),
        links=[detail("oee", common.LOSSES)],
    )


def _states() -> Panel:
    query = routes.select(
        routes.call("last", "category"), group_by=("site", "line", "route"), every=INTERVAL, fill="null"
    )
    return state_timeline(
        words.STATES, [Query(query, "$tag_site $tag_line $tag_route")], mappings=[STATES], interval="20s"
    )


def _output() -> Panel:
    source = counts.equal(counter=CounterRole.GOOD)
    query = source.select(
        f"{source.call('sum', 'g')} / {GRAMS_PER_JIN}", group_by=("site", "line"), every="1h", fill="none"
    )
    return bars(words.OUTPUT, common.JIN, [Query(query, "$tag_site $tag_line")], interval="1h", decimals=0)


def _lag() -> Panel:
    query = _NODES.select(
        _NODES.call("max", "lag_ms"), group_by=("site", "node"), every=INTERVAL, fill="null"
    )
    return lines(words.LAG, "ms", [Query(query, "$tag_site $tag_node")], interval="30s", min=0, decimals=0)


def _nodes() -> Panel:
    names = ("lag_ms", "pending", "pending_s", "hours_left")
    columns = [_NODES.call("last", name, name) for name in names]
    return table(
        words.NODES,
        "none",
        [Query(_NODES.select(*columns, group_by=("site", "node")), table=True)],
        {
            "Time": None,
            "site": common.SITE,
            "node": common.NODE,
            "lag_ms": words.LAG_HEADING,
            "pending": words.PENDING,
            "pending_s": words.OLDEST,
            "hours_left": words.LEFT,
        },
        recent=NOW,
        overrides=[
            override(words.LAG_HEADING, unit="ms"),
            override(words.PENDING, unit=common.POINTS),
            override(words.OLDEST, unit="s"),
            override(words.LEFT, unit=common.HOUR, decimals=0),
            override(
                common.NODE,
                links=[detail("edge-health", common.HEALTH_OF_NODE, node="${__data.fields.node}")],
            ),
        ],
    )


def _seen() -> Panel:
    return table(
        words.SEEN,
        "dateTimeFromNow",
        [Query(_NODES.newest("frames", "site", "node"), table=True)],
        {"site": common.SITE, "node": common.NODE, "Time": common.TIME, "last": None},
    )
