"""Field options that several dashboards share: colours of states, overrides of columns, and links to details."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.panels import GREY
from dashboards.text import Json, Text
from dashboards.words import common
from edge.model.packml import Category

COLOURS: Mapping[Category, str] = {
    Category.RUNNING: "green",
    Category.WAITING: "yellow",
    Category.HELD: "orange",
    Category.SETUP: "blue",
    Category.IDLE: "super-light-blue",
    Category.DOWN: "red",
    Category.PLANNED: "light-purple",
    Category.ONLINE: "super-light-green",
    Category.OFFLINE: GREY,
}
"""Colour of each time class; what nobody knows is grey, as no data is."""
STATES: Json = {
    "type": "value",
    "options": {
        str(category): {"text": common.CATEGORIES[category], "color": colour, "index": index}
        for index, (category, colour) in enumerate(COLOURS.items())
    },
}
"""Names and colours of the states."""


def override(name: Text, **properties: Json) -> Json:
    """Return options of a series or column by the name that people see; `custom__x` is `custom.x`."""
    return {
        "matcher": {"id": "byName", "options": name},
        "properties": [{"id": key.replace("__", "."), "value": value} for key, value in properties.items()],
    }


def colour(name: Text, value: str) -> Json:
    """Return the colour of a series."""
    return override(name, color={"mode": "fixed", "fixedColor": value})


def filled_cells(name: Text, **properties: Json) -> Json:
    """Return a column whose cells are filled with the colour of their value."""
    return override(name, custom__cellOptions={"type": "color-background"}, **properties)


def dashed(name: Text, value: str) -> Json:
    """Return a curve that is no measurement: a plan, a limit."""
    dash: Json = {"fill": "dash", "dash": [8, 8]}
    return override(
        name, color={"mode": "fixed", "fixedColor": value}, custom__lineStyle=dash, custom__fillOpacity=0
    )


def uid(name: str) -> Text:
    """Return the fixed uid of a dashboard: the languages stand side by side in one Grafana."""
    return Text(f"chili-{name}", f"chili-{name}-en")


def detail(name: str, title: Text, **variables: str) -> Json:
    """Return a link from a value to another dashboard that keeps the time and the place.

    Args:
        name: of the dashboard.
        title: of the link.
        variables: what it shows there: a variable's name, and Grafana's expression for its value.
    """
    kept = ["${__url_time_range}", "${datasource:queryparam}", "${site:queryparam}", "${line:queryparam}"]
    query = "&".join([*kept, *(f"var-{key}={value}" for key, value in variables.items())])
    target = uid(name)
    url = Text(f"/d/{target.zh}?{query}", f"/d/{target.en}?{query}")
    return {"title": title, "url": url, "targetBlank": False}
