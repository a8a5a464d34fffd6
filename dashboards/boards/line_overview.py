"""Line overview: whether the line runs, what stopped it, whether day and shift are on plan, and who is missing."""

from __future__ import annotations

from dashboards import board
from dashboards.board import Board
from dashboards.boards import shared
from dashboards.boards.shared import GRAMS_PER_WAN_JIN, LATELY, NOW
from dashboards.fields import STATES, colour, detail, filled_cells, override
from dashboards.influxql import INTERVAL, outer
from dashboards.panels import VALUES, Panel, bar_gauge, bars, gauge, lines, stat, steps, table
from dashboards.plant import View
from dashboards.queries import Query
from dashboards.text import Json
from dashboards.words import common
from dashboards.words import line_overview as words
from edge.model.mass import GRAMS_PER_JIN
from edge.model.tag import CounterRole

PASTEURIZER_TAGS = "(zone_[0-9]+|core)_temperature"
"""Names in the pasteurizers' PLC maps."""
ROWS_SHOWN = 100
_ROW_LINK = detail("oee", common.DETAILS_OF_DEVICE, device="${__data.fields.device}")


def line_overview(view: View) -> Board:
    """Return the dashboard."""
    return Board(
        "line-overview",
        words.BOARD,
        view.day,
        [board.site(), board.line(), board.device()],
        [
            (6, [(10, _routes()), (5, _today()), (4, _today_share()), (5, shifts_against_plan(view))]),
            (4, [(5, _people()), (5, _ahead()), (5, _year()), (4, _year_share()), (5, _last_word())]),
            (8, [(24, shared.state_bands(words.STATES))]),
            (8, [(12, _now()), (12, _stops())]),
            (8, [(12, _speed()), (12, _pieces())]),
            (8, [(12, _temperatures(view)), (12, _missing())]),
            (7, [(24, _gaps())]),
        ],
    )


def _routes() -> Panel:
    query = shared.routes.newest("category", "route")
    return stat(
        words.ROUTES,
        "string",
        [Query(query, "$tag_route")],
        fields=VALUES,
        background=True,
        recent=NOW,
        mappings=[STATES],
        links=[detail("oee", common.LOSSES)],
    )


def _today() -> Panel:
    query = shared.target.select(f"{shared.target.call('last', 'day_actual')} / {GRAMS_PER_JIN}")
    return stat(words.TODAY, common.JIN, [Query(query)], recent=LATELY, decimals=0)


def _today_share() -> Panel:
    return gauge(
        words.TODAY_SHARE,
        "percentunit",
        [Query(shared.share("day_actual", "day_plan"))],
        recent=LATELY,
        min=0,
        max=1,
        thresholds=steps((None, "blue"), (1, "green")),
        decimals=1,
    )


def shifts_against_plan(view: View) -> Panel:
    """Return a bar for each shift of the production day: what it made by what it should have made."""
    return bar_gauge(
        words.SHIFTS,
        "percentunit",
        shared.pace(view.shifts, view),
        min=0,
        max=1.2,
        decimals=0,
        thresholds=steps((None, "red"), (0.85, "orange"), (0.95, "green")),
        overrides=[
            {
                "matcher": {"id": "byFrameRefID", "options": ref},
                "properties": [{"id": "displayName", "value": name}],
            }
            for ref, name in shared.names_of_pace(view.shifts)
        ],
        links=[detail("shift", common.LOSSES)],
    )


def _people() -> Panel:
    columns = [shared.heads.call("last", name, name) for name in ("planned", "present")]
    inner = shared.heads.select(*columns, group_by=("shift", "team", "kind"))
    return stat(
        words.PEOPLE,
        common.HEADS,
        [
            Query(outer({"n": 'sum("present")'}, inner), common.PRESENT),
            Query(outer({"n": 'sum("planned")'}, inner), common.PLANNED),
        ],
        recent=LATELY,
        decimals=0,
        links=[detail("attendance", common.PEOPLE)],
    )


def _year() -> Panel:
    query = shared.target.select(f"{shared.target.call('last', 'actual')} / {GRAMS_PER_WAN_JIN}")
    return stat(
        words.YEAR,
        common.WAN_JIN,
        [Query(query)],
        recent=LATELY,
        decimals=2,
        links=[detail("year", common.CURVE)],
    )


def _year_share() -> Panel:
    return gauge(
        words.YEAR_SHARE,
        "percentunit",
        [Query(shared.share("actual", "year"))],
        recent=LATELY,
        min=0,
        max=1,
        thresholds=steps((None, "blue"), (1, "green")),
        decimals=1,
    )


def _ahead() -> Panel:
    return stat(
        words.AHEAD,
        common.WAN_JIN,
        [Query(shared.ahead())],
        recent=LATELY,
        thresholds=steps((None, "red"), (0, "green")),
        decimals=2,
    )


def _last_word() -> Panel:
    # No other condition: a node that is cut off is known by its last word within the time shown.
    query = shared.target.newest("actual")
    return stat(words.LAST_WORD, "dateTimeFromNow", [Query(query, table=True)], fields="Time")


def _now() -> Panel:
    columns = [
        shared.states.call("last", name, name) for name in ("category", "reason", "cause", "speed", "sku")
    ]
    return table(
        words.NOW,
        "none",
        [Query(shared.states.select(*columns, group_by=("device",)), table=True)],
        {
            "Time": None,
            "device": common.DEVICE,
            "category": common.STATE,
            "reason": common.REASON,
            "cause": common.CAUSE,
            "speed": common.SPEED,
            "sku": common.PRODUCT,
        },
        recent=NOW,
        overrides=[
            filled_cells(common.STATE, mappings=[STATES]),
            override(common.SPEED, unit=common.PER_MINUTE, decimals=1),
            override(common.DEVICE, links=[_ROW_LINK]),
        ],
    )


def _stops() -> Panel:
    names = ("device", "category", "reason", "cause", "ms")
    query = shared.stops.select(*(shared.stops.column(name) for name in names))
    on: Json = {
        "type": "special",
        "options": {"match": "null", "result": {"text": words.STILL, "color": "red"}},
    }
    return table(
        words.STOPS,
        "none",
        [Query(f"{query} ORDER BY time DESC LIMIT {ROWS_SHOWN}", table=True)],
        {
            "Time": words.BEGAN,
            "device": common.DEVICE,
            "category": common.STATE,
            "reason": common.REASON,
            "cause": common.CAUSE,
            "ms": words.TOOK,
        },
        overrides=[
            filled_cells(common.STATE, mappings=[STATES]),
            filled_cells(words.TOOK, unit="ms", mappings=[on], thresholds=steps((None, "transparent"))),
        ],
    )


def _speed() -> Panel:
    query = shared.states.select(
        shared.states.call("mean", "speed"), group_by=("device",), every=INTERVAL, fill="null"
    )
    return lines(
        words.SPEED,
        common.PER_MINUTE,
        [Query(query, "$tag_device")],
        interval="20s",
        min=0,
        links=[shared.DEVICE_LINK],
    )


def _pieces() -> Panel:
    def hourly(role: CounterRole) -> str:
        source = shared.counts_of_device.equal(counter=role)
        return source.select(source.call("sum", "n"), every="1h", fill="none")

    return bars(
        words.PIECES,
        common.PIECE,
        [Query(hourly(CounterRole.GOOD), common.GOOD), Query(hourly(CounterRole.REJECT), common.REJECT)],
        overrides=[colour(common.GOOD, "green"), colour(common.REJECT, "red")],
        interval="1h",
        decimals=0,
    )


def _temperatures(view: View) -> Panel:
    source = shared.tags.match(tag=PASTEURIZER_TAGS)
    query = source.select(source.call("mean", "v"), group_by=("device", "tag"), every=INTERVAL, fill="null")
    # A value that stands still is said again every minute only.
    return lines(
        words.TEMPERATURES,
        "celsius",
        [Query(query, "$tag_device $tag_tag")],
        limits=True,
        interval="1m",
        decimals=1,
        thresholds=steps((None, "red"), (view.limits.hold, "green")),
        links=[detail("process", common.TANKS)],
    )


def _missing() -> Panel:
    names = ("planned", "present", "absent")
    columns = [shared.heads.call("last", name, name) for name in names]
    inner = shared.heads.select(*columns, group_by=("shift", "team", "kind"))
    return table(
        words.MISSING,
        common.HEADS,
        [Query(outer({name: f'sum("{name}")' for name in names}, inner, ("shift", "team")), table=True)],
        {
            "Time": None,
            "shift": common.SHIFT,
            "team": common.TEAM,
            "planned": common.PLANNED,
            "present": common.PRESENT,
            "absent": common.ABSENT,
        },
        decimals=0,
        overrides=[filled_cells(common.ABSENT, thresholds=steps((None, "transparent"), (1, "orange")))],
    )


def _gaps() -> Panel:
    source = shared.counts_of_device.equal(counter=CounterRole.GOOD).above("gap", 0)
    columns = (source.tag("device"), source.field("gap"), source.field("n"))
    jin = f'{source.field("g")} / {GRAMS_PER_JIN} AS "jin"'
    return table(
        words.GAPS,
        "none",
        [Query(f"{source.select(*columns, jin)} ORDER BY time DESC LIMIT {ROWS_SHOWN}", table=True)],
        {
            "Time": words.RESUMED,
            "device": common.DEVICE,
            "gap": words.LENGTH,
            "n": common.PIECES,
            "jin": common.JIN_HEADING,
        },
        overrides=[override(words.LENGTH, unit="s")],
    )
