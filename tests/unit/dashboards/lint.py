"""Rules that every dashboard keeps; each yields what is against it. Plain JSON in, as Grafana would load it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dashboards.panels import GREY
from edge.messages.schema import MEASUREMENTS
from tests.unit.dashboards.influxql_reader import NotPortableError, Select, innermost, read, unknown_names

VALUED = {"stat", "gauge", "bargauge", "table", "barchart"}
OVER_TIME = {"timeseries", "state-timeline"}
CORE = VALUED | OVER_TIME | {"text"}
"""What Grafana 10 to 13 have without a plug-in, and none of it is Angular's."""
NEWEST_SCHEMA = 39
BUILT_IN = {"timeFilter", "__interval", "__url_time_range", "__field", "__data", "__all"}
DATASOURCE = {"type": "influxdb", "uid": "${datasource}"}
EXPRESSIONS = {"type": "__expr__", "uid": "__expr__"}
SCHEMA = {name: {*each.tags, *each.fields} for name, each in MEASUREMENTS.items()}
Rule = Callable[[Any], Iterator[str]]
_VARIABLE = re.compile(r"\$\{?(\w+)")
_UID = re.compile(r"/d/([\w-]+)")


def panels(board: Any) -> list[Any]:
    """Return the panels that ask something."""
    return [panel for panel in board["panels"] if panel["type"] != "text"]


def queries(board: Any) -> Iterator[tuple[str, str]]:
    """Yield where each query stands, and its text."""
    for panel in panels(board):
        for target in panel["targets"]:
            if target["datasource"] != EXPRESSIONS:
                yield panel["title"], target["query"]
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["name"], variable["query"]


def frame(board: Any) -> Iterator[str]:
    """A file that Grafana may load: a fixed uid, no id of its own, a schema that the oldest one knows."""
    if not re.fullmatch(r"chili-[a-z-]{1,30}", board["uid"]):
        yield f"uid {board['uid']}"
    if board["id"] is not None:
        yield "an id of its own"
    if board["schemaVersion"] > NEWEST_SCHEMA:
        yield f"schemaVersion {board['schemaVersion']}"
    if "__inputs" in board or "${DS_" in json.dumps(board):
        yield "inputs work only where a person imports the file"


def ids(board: Any) -> Iterator[str]:
    """Ids and titles of panels are unique, and refIds within a panel."""
    for name in ("id", "title"):
        for value, times in Counter(panel[name] for panel in board["panels"]).items():
            if times > 1:
                yield f"{name} {value} stands {times} times"
    for panel in panels(board):
        refs = [target["refId"] for target in panel["targets"]]
        if len(set(refs)) < len(refs):
            yield f"{panel['title']}: refIds {refs}"


def grid(board: Any) -> Iterator[str]:
    """Each cell of the 24 columns belongs to one panel at most."""
    taken: dict[tuple[int, int], str] = {}
    for panel in board["panels"]:
        at = panel["gridPos"]
        if at["x"] < 0 or at["w"] < 1 or at["h"] < 1 or at["x"] + at["w"] > 24:
            yield f"{panel['title']} leaves the grid"
        for cell in (
            (x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
        ):
            if cell in taken:
                yield f"{panel['title']} lies on {taken[cell]}"
                break
            taken[cell] = panel["title"]


def units(board: Any) -> Iterator[str]:
    """Every panel says what its numbers are, in title, description and unit."""
    for panel in panels(board):
        if not panel["fieldConfig"]["defaults"].get("unit"):
            yield f"{panel['title']} has no unit"
        if not panel["description"]:
            yield f"{panel['title']} has no description"


def types(board: Any) -> Iterator[str]:
    """Only panels of Grafana itself."""
    for panel in board["panels"]:
        if panel["type"] not in CORE:
            yield f"{panel['title']} is a {panel['type']}"


def sources(board: Any) -> Iterator[str]:
    """Every query goes to the data source that is chosen, or to Grafana's own arithmetic."""
    asked = [(panel["title"], target) for panel in panels(board) for target in panel["targets"]]
    asked += [(each["name"], each) for each in board["templating"]["list"] if each["type"] == "query"]
    for name, each in [*asked, *((panel["title"], panel) for panel in panels(board))]:
        if each["datasource"] not in (DATASOURCE, EXPRESSIONS):
            yield f"{name} asks {each['datasource']}"


def portable(board: Any) -> Iterator[str]:
    """Every query is of the subset that InfluxDB 1.x, 2.x and 3 share."""
    for where, query in queries(board):
        try:
            read(query)
        except NotPortableError as error:
            yield f"{where}: {error}"


def times(board: Any) -> Iterator[str]:
    """Every SELECT from a measurement is bounded by the time shown, and windows that are filled as well."""
    for where, query in queries(board):
        found = _readable(query)
        if isinstance(found, Select) and not innermost(found).is_bounded:
            yield f"{where} looks at all of time"
        if isinstance(found, Select) and found.fill and not found.every:
            yield f"{where} fills what has no windows"


def names(board: Any) -> Iterator[str]:
    """Measurements, fields and tags are the schema's."""
    for where, query in queries(board):
        found = _readable(query)
        if found is not None:
            unknown = unknown_names(found, SCHEMA)
            if unknown:
                yield f"{where}: no {', '.join(sorted(unknown))}"


def variables(board: Any) -> Iterator[str]:
    """What is used is defined, and what is defined is used."""
    defined = [variable["name"] for variable in board["templating"]["list"]]
    text = json.dumps([board["panels"], board["templating"]])
    used = set(_VARIABLE.findall(text)) - BUILT_IN
    # $A is an expression's operand, $tag_… an alias'.
    used = {name for name in used if not re.fullmatch(r"[A-Z]|tag_\w+|\d+", name)}
    for name in sorted(used - set(defined)):
        yield f"${name} is not defined"
    for name in sorted(set(defined) - used):
        yield f"${name} is not used"


def operands(board: Any) -> Iterator[str]:
    """An expression names only what stands before it, and what only an expression wants is hidden."""
    for panel in panels(board):
        known: set[str] = set()
        for target in panel["targets"]:
            if target["datasource"] == EXPRESSIONS:
                needs = set(re.findall(r"\$?([A-Z])\b", target["expression"]))
                if not needs <= known:
                    yield f"{panel['title']} {target['refId']} needs {sorted(needs - known)}"
            known.add(target["refId"])


def nulls(board: Any) -> Iterator[str]:
    """What is not known is grey where there is one value, and a gap where there is a line."""
    for panel in panels(board):
        defaults = panel["fieldConfig"]["defaults"]
        if not defaults.get("noValue"):
            yield f"{panel['title']} is blank without data"
        if panel["type"] in VALUED and not any(
            mapping["type"] == "special" and mapping["options"]["result"]["color"] == GREY
            for mapping in defaults.get("mappings", [])
        ):
            yield f"{panel['title']}: nothing is not grey"
        if panel["type"] in OVER_TIME and defaults["custom"].get("spanNulls") is not False:
            yield f"{panel['title']} draws a line across a gap"


RULES: Sequence[Rule] = (
    frame,
    ids,
    grid,
    units,
    types,
    sources,
    portable,
    times,
    names,
    variables,
    operands,
    nulls,
)
"""Rules of one dashboard."""


def together(boards: Sequence[Any]) -> Iterator[str]:
    """Uids and titles are unique, since one that stands twice freezes Grafana's provider; links lead to one of them."""
    for name in ("uid", "title"):
        for value, number in Counter(board[name] for board in boards).items():
            if number > 1:
                yield f"{name} {value} stands {number} times"
    known = {board["uid"] for board in boards}
    for board in boards:
        for uid in sorted(set(_UID.findall(json.dumps(board))) - known):
            yield f"{board['uid']} links to {uid}, which is not there"


def _readable(query: str) -> Any:
    """Return what a query asks; None for one that another rule refuses."""
    try:
        return read(query)
    except NotPortableError:
        return None
