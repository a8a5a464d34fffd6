"""A dashboard: its variables, its time, its links to the others and its rows of panels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboards.fields import uid
from dashboards.influxql import Source, tag_values
from dashboards.panels import Panel, place
from dashboards.plant import View
from dashboards.queries import DATASOURCE
from dashboards.text import Caption, Json, Text
from dashboards.words import common
from edge.messages.schema import NODE, STATE, TAG, TARGET, Measurement

SCHEMA_VERSION = 39
"""Grafana 10.4 and 11; newer ones migrate it when they load it, older ones would not know a later one."""
Rows = Sequence[tuple[int, Sequence[tuple[int, Panel]]]]


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard before it has a language.

    Attributes:
        name: of its file, and in its uid.
        caption: title and description.
        start: from when it shows, as Grafana's date mathematics has it.
        variables: after the data source, in their order.
        rows: heights and panels with their widths.
        refresh: how often a screen asks again.
        own_time: its time is none of the others', so links to and from it do not keep theirs.
    """

    name: str
    caption: Caption
    start: str
    variables: Sequence[Json]
    rows: Rows
    refresh: str = "10s"
    own_time: bool = False


def dashboard(board: Board, boards: Sequence[Board], view: View) -> Mapping[str, Json]:
    """Return a dashboard as Grafana's JSON, with links to all of them."""
    return {
        "id": None,
        "uid": uid(board.name),
        "title": board.caption.title,
        "description": board.caption.about,
        "tags": ["chili-edge"],
        "timezone": view.zone,
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": board.refresh,
        "time": {"from": board.start, "to": "now"},
        "timepicker": {},
        "annotations": {"list": []},
        "links": [
            _link(other, keeps=not (board.own_time or other.own_time)) for other in boards if other != board
        ]
        + ([] if board.own_time else _times(board, view)),
        "templating": {"list": [_datasource(), *board.variables]},
        "panels": place(board.rows),
    }


def _link(other: Board, *, keeps: bool) -> Json:
    target = uid(other.name)
    return _to(other.caption.title, Text(f"/d/{target.zh}", f"/d/{target.en}"), "dashboard", keeps)


def _times(board: Board, view: View) -> list[Json]:
    """Return links that show the newest shift of each kind, and the production day, whoever looks at whatever hour."""
    spans = [(shift.name, *shift.latest) for shift in view.shifts]
    spans.append((common.TODAY, view.day, "now"))
    target = uid(board.name)
    return [
        _to(title, Text(f"/d/{target.zh}?{query}", f"/d/{target.en}?{query}"), "bolt", keeps=False)
        for title, since, until in spans
        for query in [f"from={_quoted(since)}&to={_quoted(until)}"]
    ]


def _to(title: Text, url: Text, icon: str, keeps: bool) -> Json:
    return {
        "type": "link",
        "title": title,
        "tooltip": "",
        "url": url,
        "icon": icon,
        "tags": [],
        "asDropdown": False,
        "targetBlank": False,
        "includeVars": True,
        "keepTime": keeps,
    }


def _quoted(moment: str) -> str:
    return moment.replace("/", "%2F").replace("+", "%2B")


def site(measurement: Measurement = TARGET, *, several: bool = False) -> Json:
    """Return the variable `site`."""
    return variable("site", common.SITE, tag_values(measurement, "site"), several=several)


def line() -> Json:
    """Return the variable `line`: all of the site's, or some."""
    source = Source(STATE).chosen("site")
    return variable("line", common.LINE, tag_values(STATE, "line", source), several=True)


def device(measurement: Measurement = STATE, chosen: Sequence[str] = ()) -> Json:
    """Return the variable `device`: all of the lines', or some; `chosen` are those that are shown at first."""
    query = tag_values(measurement, "device", Source(measurement).chosen("site", "line"))
    found = variable("device", common.DEVICE, query, several=True)
    return {**found, "current": {"text": list(chosen), "value": list(chosen)}} if chosen else found


def node() -> Json:
    """Return the variable `node`."""
    return variable("node", common.NODE, tag_values(NODE, "node", Source(NODE).chosen("site")), several=True)


def vessel() -> Json:
    """Return the variable `vessel`: tanks and pits, as the names of their pH tags begin."""
    source = Source(TAG).chosen("site", "line").match(tag="[a-z]+[0-9]+_ph")
    query = tag_values(TAG, "tag", source)
    return variable("vessel", common.VESSEL, query, several=True, pattern="/^([a-z]+[0-9]+)_ph$/")


def point() -> Json:
    """Return the variable `tag`: any point of the devices that are chosen."""
    query = tag_values(TAG, "tag", Source(TAG).chosen("site", "line", "device"))
    return variable("tag", common.POINT, query)


def shift(view: View) -> Json:
    """Return the variable `shift`: those of the configuration, by their names."""
    choices = [(each.title, each.key) for each in view.shifts]
    listed = Text(
        ", ".join(f"{title.zh} : {key}" for title, key in choices),
        ", ".join(f"{title.en} : {key}" for title, key in choices),
    )
    return {
        "name": "shift",
        "label": common.SHIFT,
        "type": "custom",
        "query": listed,
        "options": [],
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": ["All"], "value": ["$__all"]},
    }


def variable(
    name: str, label: Text, query: str, *, several: bool = False, pattern: str = ""
) -> dict[str, Json]:
    """Return a variable whose values a query finds; one of `several` values begins with all of them."""
    found: dict[str, Json] = {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": DATASOURCE,
        "query": query,
        "regex": pattern,
        "refresh": 2,
        "sort": 1,
        "multi": several,
        "includeAll": several,
    }
    return found | {"current": {"text": ["All"], "value": ["$__all"]}} if several else found


def _datasource() -> Json:
    return {
        "name": "datasource",
        "label": common.DATASOURCE,
        "type": "datasource",
        "query": "influxdb",
        "refresh": 1,
    }
