"""The generated dashboards: current, complete, and only of what Grafana 10.4 and the portable InfluxQL know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from dashboards.build import GENERATED, build, write
from dashboards.influxql import Source, tag_values
from dashboards.line_overview import PASTEURIZER_TAGS, STATES
from dashboards.panels import place
from edge.messages.schema import COUNT, MEASUREMENTS
from edge.model.packml import Category

ROOT = GENERATED.parent.parent
PANEL_TYPES = {"stat", "gauge", "timeseries", "state-timeline", "table"}
FUNCTIONS = {"last", "sum", "mean", "time", "fill"}
WORD = re.compile(r"[a-z_]+(?=\()")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
BOARDS = {name: json.loads(text) for name, text in build().items()}


def panels() -> Iterator[Any]:
    """Yield the panels of every dashboard."""
    for board in BOARDS.values():
        yield from board["panels"]


def queries() -> Iterator[str]:
    """Yield the query of every target."""
    for panel in panels():
        yield from (target["query"] for target in panel["targets"])


def test_the_generated_files_are_current(tmp_path: Path) -> None:
    """What is committed is what the code writes, file for file and byte for byte."""
    write(tmp_path)

    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {
        file.name: file.read_bytes() for file in GENERATED.iterdir()
    }


def test_every_panel_says_what_it_shows() -> None:
    """Title, description and unit, the first two in Chinese; a type that needs no plug-in."""
    for panel in panels():
        assert CHINESE.search(panel["title"]), panel["title"]
        assert CHINESE.search(panel["description"]), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["type"] in PANEL_TYPES


def test_ids_and_titles_are_unique() -> None:
    """One that is there twice would stop Grafana's whole provider."""
    for board in BOARDS.values():
        ids = [panel["id"] for panel in board["panels"]]
        assert ids == list(range(1, len(ids) + 1))
        assert len({panel["title"] for panel in board["panels"]}) == len(ids)
        assert board["id"] is None
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,40}", board["uid"])
    assert len({board["uid"] for board in BOARDS.values()}) == len(BOARDS)
    assert len({board["title"] for board in BOARDS.values()}) == len(BOARDS)


def test_panels_do_not_overlap() -> None:
    """Each cell of the grid belongs to one panel at most."""
    for board in BOARDS.values():
        cells = [
            (x, y)
            for grid in (panel["gridPos"] for panel in board["panels"])
            for x in range(grid["x"], grid["x"] + grid["w"])
            for y in range(grid["y"], grid["y"] + grid["h"])
        ]
        assert len(set(cells)) == len(cells)
        assert max(x for x, _ in cells) < 24


def test_every_query_keeps_to_the_time_and_the_subset() -> None:
    """The dashboard's time limits each innermost query, and only functions that every InfluxDB has are called."""
    for query in queries():
        assert query.count("$timeFilter") == 1, query
        assert set(WORD.findall(query)) <= FUNCTIONS, query
        measurements = set(re.findall(r'FROM "(\w+)"', query))
        assert measurements
        assert measurements <= MEASUREMENTS.keys()


def test_every_panel_uses_the_data_source_variable() -> None:
    """A dashboard serves any data source."""
    for panel in panels():
        sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
        assert all(source == {"type": "influxdb", "uid": "${datasource}"} for source in sources)


def test_every_variable_that_a_query_names_is_there() -> None:
    """A misspelt variable would be an empty panel."""
    builtin = {"timeFilter", "__interval"}
    for board in BOARDS.values():
        names = {variable["name"] for variable in board["templating"]["list"]}
        used = set(re.findall(r"\$\{?(\w+)", " ".join(queries())))
        assert used - builtin <= names


def test_every_state_has_a_name_and_a_colour() -> None:
    """A time class that is new needs them here too."""
    assert STATES.keys() == set(Category)
    assert len({colour for _, colour in STATES.values()}) == len(STATES)


def test_temperatures_are_tags_of_the_pasteurizer_and_of_no_other_map() -> None:
    """The pattern finds all zones and the core, and no other machine's temperatures."""
    found = {
        (file.stem, tag)
        for file in (ROOT / "plc_maps").glob("*.yaml")
        for tag in YAML(typ="safe").load(file)["tags"]
        if re.fullmatch(PASTEURIZER_TAGS, tag)
    }

    assert {machine for machine, _ in found} == {"pasteurizer"}
    assert len(found) == 6


def test_provisioning_names_the_files_that_are_there() -> None:
    """The YAML is readable, and the data source's uid is a fixed one."""
    folder = ROOT / "dashboards" / "provisioning"
    (source,) = YAML(typ="safe").load(folder / "datasources" / "influxdb.yaml")["datasources"]
    (provider,) = YAML(typ="safe").load(folder / "dashboards" / "chili.yaml")["providers"]

    assert (source["type"], source["uid"], source["jsonData"]["httpMode"]) == (
        "influxdb",
        "influx-edge",
        "POST",
    )
    assert provider["options"] == {"path": "${CHILI_DASHBOARDS}"}
    assert provider["allowUiUpdates"] is False


def test_a_name_that_the_schema_does_not_have_ends_the_build() -> None:
    """Fields and tags are looked up when the query is made."""
    with pytest.raises(KeyError, match="no field 'pieces'"):
        Source(COUNT).field("pieces")
    with pytest.raises(KeyError, match="no tag 'machine'"):
        Source(COUNT).equal(machine="x")
    with pytest.raises(KeyError, match="no tag 'n'"):
        tag_values(COUNT, "n")


def test_a_row_that_does_not_fill_the_grid_ends_the_build() -> None:
    """A hole in the dashboard is a mistake."""
    with pytest.raises(ValueError, match="a row is 23 wide"):
        place([(5, [(23, {})])])
