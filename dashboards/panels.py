"""Panels as Grafana's JSON model wants them: plain functions that return dictionaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypedDict, Unpack

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None
Panel: TypeAlias = dict[str, Json]

DATASOURCE: Mapping[str, Json] = {"type": "influxdb", "uid": "${datasource}"}
"""The variable, so that one dashboard serves any data source."""
COLUMNS = 24
"""Width of Grafana's grid."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query of a panel.

    Attributes:
        text: InfluxQL with macros.
        alias: the series' name, with Grafana's `$tag_…`.
        table: rows and columns in place of series.
    """

    text: str
    alias: str = ""
    table: bool = False


class Options(TypedDict, total=False):
    """What any panel may have beside its queries.

    Attributes:
        interval: the shortest `$__interval`.
        overrides: field options of single series or columns.
        decimals, min, max, thresholds, mappings: field options of all.
    """

    interval: str
    overrides: Sequence[Json]
    decimals: int
    min: float
    max: float
    thresholds: Json
    mappings: Sequence[Json]


def stat(title: str, description: str, unit: str, query: Query, **options: Unpack[Options]) -> Panel:
    """Return one big number: the newest one."""
    return _panel("stat", title, description, unit, [query], **options) | {
        "options": {
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            "colorMode": "value",
            "graphMode": "none",
            "textMode": "value",
        }
    }


def gauge(title: str, description: str, unit: str, query: Query, **options: Unpack[Options]) -> Panel:
    """Return a gauge of the newest number."""
    return _panel("gauge", title, description, unit, [query], **options) | {
        "options": {
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            "showThresholdMarkers": True,
        }
    }


def lines(
    title: str, description: str, unit: str, queries: Sequence[Query], **options: Unpack[Options]
) -> Panel:
    """Return curves over time; where there is no value there is no line."""
    custom: Mapping[str, Json] = {
        "drawStyle": "line",
        "lineWidth": 1,
        "fillOpacity": 5,
        "spanNulls": False,
        "showPoints": "auto",
    }
    return _panel("timeseries", title, description, unit, queries, custom, **options) | {"options": _LEGEND}


def bars(
    title: str, description: str, unit: str, queries: Sequence[Query], **options: Unpack[Options]
) -> Panel:
    """Return stacked bars over time."""
    custom: Mapping[str, Json] = {
        "drawStyle": "bars",
        "fillOpacity": 80,
        "stacking": {"mode": "normal", "group": "A"},
    }
    return _panel("timeseries", title, description, unit, queries, custom, **options) | {"options": _LEGEND}


def state_timeline(
    title: str, description: str, queries: Sequence[Query], **options: Unpack[Options]
) -> Panel:
    """Return a band for each series that has the colour of its state; unknown time stays empty."""
    custom: Mapping[str, Json] = {"fillOpacity": 85, "lineWidth": 0, "spanNulls": False}
    return _panel("state-timeline", title, description, "string", queries, custom, **options) | {
        "options": {"mergeValues": True, "showValue": "auto", "rowHeight": 0.85, "legend": _LEGEND["legend"]}
    }


def table(
    title: str,
    description: str,
    unit: str,
    query: Query,
    headings: Mapping[str, str],
    **options: Unpack[Options],
) -> Panel:
    """Return a table with headings for the columns; those whose heading is empty are hidden."""
    arrangement: Mapping[str, Json] = {
        "excludeByName": {name: True for name, heading in headings.items() if not heading},
        "indexByName": {name: place for place, name in enumerate(headings)},
        "renameByName": {name: heading for name, heading in headings.items() if heading},
    }
    return _panel("table", title, description, unit, [query], **options) | {
        "transformations": [{"id": "organize", "options": arrangement}],
        "options": {"showHeader": True, "footer": {"show": False}},
    }


def steps(*colours: tuple[float | None, str]) -> Json:
    """Return thresholds: each colour from its number on; the first number is None."""
    return {"mode": "absolute", "steps": [{"value": value, "color": colour} for value, colour in colours]}


def place(rows: Sequence[tuple[int, Sequence[tuple[int, Panel]]]]) -> list[Panel]:
    """Return panels with ids and places.

    Args:
        rows: height of the row, and its panels with their widths; the widths of a row fill the grid.

    Raises:
        ValueError: a row does not fill the grid.
    """
    placed: list[Panel] = []
    top = 0
    for height, panels in rows:
        left = 0
        for width, panel in panels:
            where = {"x": left, "y": top, "w": width, "h": height}
            placed.append({"id": len(placed) + 1, **panel, "gridPos": where})
            left += width
        if left != COLUMNS:
            raise ValueError(f"a row is {left} wide, not {COLUMNS}")
        top += height
    return placed


_LEGEND: Mapping[str, Json] = {
    "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
    "tooltip": {"mode": "multi", "sort": "none"},
}


def _panel(
    kind: str,
    title: str,
    description: str,
    unit: str,
    queries: Sequence[Query],
    custom: Json = None,
    **options: Unpack[Options],
) -> Panel:
    """Return what all panels have; `custom` are the field options of this kind of panel alone."""
    fields: dict[str, Json] = {"unit": unit, "noValue": "无数据"}
    for key in ("decimals", "min", "max", "thresholds", "mappings"):
        if key in options:
            fields[key] = options[key]
    if custom is not None:
        fields["custom"] = custom
    panel: Panel = {
        "type": kind,
        "title": title,
        "description": description,
        "datasource": DATASOURCE,
        "fieldConfig": {"defaults": fields, "overrides": options.get("overrides", [])},
        "targets": [_target(place, query) for place, query in enumerate(queries)],
    }
    return panel | {"interval": options["interval"]} if "interval" in options else panel


def _target(place: int, query: Query) -> Json:
    return {
        "refId": chr(ord("A") + place),
        "datasource": DATASOURCE,
        "rawQuery": True,
        "query": query.text,
        "resultFormat": "table" if query.table else "time_series",
        "alias": query.alias,
    }
