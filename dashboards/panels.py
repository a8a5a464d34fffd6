"""Panels as Grafana's JSON model wants them: plain functions that return dictionaries. Core panel types only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypedDict, Unpack

from dashboards.queries import DATASOURCE, Asked, references
from dashboards.text import Caption, Json, Text
from dashboards.words.common import NO_DATA

Panel: TypeAlias = dict[str, Json]

COLUMNS = 24
"""Width of Grafana's grid."""
GREY = "#808080"
"""What is not known."""
VALUES = "/^(?!Time$).+/"
"""The fields that a panel of texts shows: every one but the time."""
NOTHING: Json = {
    "type": "special",
    "options": {"match": "null+nan", "result": {"text": NO_DATA, "color": GREY}},
}
"""A value that is not there is grey, and says so."""


class Options(TypedDict, total=False):
    """What any panel may have beside its queries.

    Attributes:
        interval: the shortest `$__interval`.
        recent: the time that is looked at in place of the dashboard's, so that nothing old is shown as now.
        overrides: field options of single series or columns.
        links: where a click on a value leads.
        decimals, min, max, thresholds, mappings: field options of all.
    """

    interval: str
    recent: str
    overrides: Sequence[Json]
    links: Sequence[Json]
    decimals: int
    min: float | None
    max: float | None
    thresholds: Json
    mappings: Sequence[Json]


def stat(
    caption: Caption,
    unit: str | Text,
    asked: Sequence[Asked],
    *,
    fields: str = "",
    background: bool = False,
    **options: Unpack[Options],
) -> Panel:
    """Return a big number or text of each series: the newest one.

    Args:
        caption: what it says.
        unit: of the number.
        asked: queries.
        fields: which fields are shown; the numbers when empty.
        background: the colour fills the panel, to be seen from afar.
        options: of any panel.
    """
    return _valued("stat", caption, unit, asked, **options) | {
        "options": {
            "reduceOptions": _newest(fields),
            "colorMode": "background" if background else "value",
            "graphMode": "none",
            "justifyMode": "center",
            "orientation": "auto",
            "textMode": "auto",
            "wideLayout": True,
        }
    }


def gauge(caption: Caption, unit: str | Text, asked: Sequence[Asked], **options: Unpack[Options]) -> Panel:
    """Return a gauge of the newest number."""
    return _valued("gauge", caption, unit, asked, **options) | {
        "options": {
            "reduceOptions": _newest(),
            "orientation": "auto",
            "showThresholdLabels": False,
            "showThresholdMarkers": True,
        }
    }


def bar_gauge(
    caption: Caption, unit: str | Text, asked: Sequence[Asked], **options: Unpack[Options]
) -> Panel:
    """Return a bar for the newest number of each series."""
    return _valued("bargauge", caption, unit, asked, **options) | {
        "options": {
            "reduceOptions": _newest(),
            "displayMode": "gradient",
            "orientation": "horizontal",
            "showUnfilled": True,
            "valueMode": "color",
        }
    }


def lines(
    caption: Caption,
    unit: str | Text,
    asked: Sequence[Asked],
    *,
    limits: bool = False,
    **options: Unpack[Options],
) -> Panel:
    """Return curves over time; where there is no value there is no line. With `limits` the thresholds are drawn."""
    custom: Mapping[str, Json] = {
        "drawStyle": "line",
        "lineWidth": 1,
        "fillOpacity": 5,
        "spanNulls": False,
        "showPoints": "auto",
        "thresholdsStyle": {"mode": "line" if limits else "off"},
    }
    return _panel("timeseries", caption, unit, asked, custom, **options) | {"options": _LEGEND}


def bars(caption: Caption, unit: str | Text, asked: Sequence[Asked], **options: Unpack[Options]) -> Panel:
    """Return stacked bars over time."""
    custom: Mapping[str, Json] = {
        "drawStyle": "bars",
        "fillOpacity": 80,
        "lineWidth": 0,
        "spanNulls": False,
        "stacking": {"mode": "normal", "group": "A"},
    }
    return _panel("timeseries", caption, unit, asked, custom, **options) | {"options": _LEGEND}


def bar_chart(
    caption: Caption,
    unit: str | Text,
    asked: Sequence[Asked],
    headings: Mapping[str, Text | None],
    x: Text,
    **options: Unpack[Options],
) -> Panel:
    """Return a bar for each row of a table, under its text in the column `x`."""
    return _valued("barchart", caption, unit, asked, **options) | {
        "transformations": [_organize(headings)],
        "options": {
            **_LEGEND,
            "xField": x,
            "orientation": "horizontal",
            "showValue": "auto",
            "stacking": "none",
            "barWidth": 0.8,
            "groupWidth": 0.7,
            "xTickLabelRotation": 0,
            "xTickLabelSpacing": 0,
        },
    }


def state_timeline(caption: Caption, asked: Sequence[Asked], **options: Unpack[Options]) -> Panel:
    """Return a band for each series that has the colour of its state; unknown time stays empty."""
    custom: Mapping[str, Json] = {"fillOpacity": 85, "lineWidth": 0, "spanNulls": False}
    return _panel("state-timeline", caption, "string", asked, custom, **options) | {
        "options": {**_LEGEND, "mergeValues": True, "showValue": "auto", "rowHeight": 0.85}
    }


def table(
    caption: Caption,
    unit: str | Text,
    asked: Sequence[Asked],
    headings: Mapping[str, Text | None],
    **options: Unpack[Options],
) -> Panel:
    """Return a table with headings for the columns, in their order; those without one are hidden."""
    return _valued("table", caption, unit, asked, **options) | {
        "transformations": [_organize(headings)],
        "options": {"showHeader": True, "cellHeight": "sm"},
    }


def text(caption: Caption) -> Panel:
    """Return a panel that only says something: its caption."""
    return {
        "type": "text",
        "title": caption.title,
        "description": "",
        "options": {"mode": "markdown", "content": caption.about},
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
    "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
    "tooltip": {"mode": "multi", "sort": "none"},
}


def _newest(fields: str = "") -> Json:
    return {"calcs": ["lastNotNull"], "fields": fields, "values": False}


def _organize(headings: Mapping[str, Text | None]) -> Json:
    arrangement: Mapping[str, Json] = {
        "excludeByName": {name: True for name, heading in headings.items() if heading is None},
        "indexByName": {name: place for place, name in enumerate(headings)},
        "renameByName": {name: heading for name, heading in headings.items() if heading is not None},
    }
    return {"id": "organize", "options": arrangement}


def _valued(
    kind: str, caption: Caption, unit: str | Text, asked: Sequence[Asked], **options: Unpack[Options]
) -> Panel:
    """Return a panel of single values: one that is not there is grey."""
    options["mappings"] = [*options.get("mappings", []), NOTHING]
    return _panel(kind, caption, unit, asked, None, **options)


def _panel(
    kind: str,
    caption: Caption,
    unit: str | Text,
    asked: Sequence[Asked],
    custom: Json,
    **options: Unpack[Options],
) -> Panel:
    """Return what all panels have; `custom` are the field options of this kind of panel alone."""
    fields: dict[str, Json] = {"unit": unit, "noValue": NO_DATA}
    for key in ("decimals", "min", "max", "thresholds", "mappings", "links"):
        if options.get(key) is not None:
            fields[key] = options[key]
    if custom is not None:
        fields["custom"] = custom
    panel: Panel = {
        "type": kind,
        "title": caption.title,
        "description": caption.about,
        "datasource": DATASOURCE,
        "fieldConfig": {"defaults": fields, "overrides": options.get("overrides", [])},
        "targets": references(list(asked)),
    }
    if "interval" in options:
        panel["interval"] = options["interval"]
    if "recent" in options:
        panel |= {"timeFrom": options["recent"], "hideTimeOverride": True}
    return panel
