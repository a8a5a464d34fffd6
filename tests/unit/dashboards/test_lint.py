"""Every dashboard keeps the rules, and each rule finds what is against it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.dashboards.boards import BOARDS
from tests.unit.dashboards.influxql_reader import NotPortableError, Select, innermost, read, unknown_names
from tests.unit.dashboards.lint import RULES, SCHEMA, Rule, together

Damage = Callable[[Any], None]


@pytest.mark.parametrize("name", BOARDS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_dashboard_keeps_every_rule(rule: Rule, name: str) -> None:
    """Of the panels, variables and queries as they are committed."""
    assert list(rule(BOARDS[name])) == []


def test_no_two_dashboards_are_in_each_others_way() -> None:
    """In both languages together: they may be loaded side by side."""
    assert list(together(list(BOARDS.values()))) == []


def _panel(board: Any, kind: str) -> Any:
    return next(panel for panel in board["panels"] if panel["type"] == kind)


def _ask(query: str) -> Damage:
    def damage(board: Any) -> None:
        _panel(board, "timeseries")["targets"][0]["query"] = query

    return damage


def _set(kind: str, **values: Any) -> Damage:
    def damage(board: Any) -> None:
        _panel(board, kind).update(values)

    return damage


def _unset_unit(board: Any) -> None:
    del _panel(board, "gauge")["fieldConfig"]["defaults"]["unit"]


def _one_id_twice(board: Any) -> None:
    board["panels"][1]["id"] = board["panels"][0]["id"]


def _one_ref_twice(board: Any) -> None:
    targets = _panel(board, "timeseries")["targets"]
    targets.append(targets[0])


def _on_top_of_another(board: Any) -> None:
    board["panels"][1]["gridPos"] = dict(board["panels"][0]["gridPos"])


def _a_data_source_of_its_own(board: Any) -> None:
    _panel(board, "stat")["targets"][0]["datasource"] = {"type": "influxdb", "uid": "mine"}


def _a_variable_that_nobody_uses(board: Any) -> None:
    board["templating"]["list"].append({"name": "colour", "type": "custom", "query": "red"})


def _span(board: Any) -> None:
    _panel(board, "timeseries")["fieldConfig"]["defaults"]["custom"]["spanNulls"] = True


def _blank(board: Any) -> None:
    _panel(board, "stat")["fieldConfig"]["defaults"]["mappings"] = []


def _operand(board: Any) -> None:
    panel = _panel(board, "bargauge")
    panel["targets"][-1]["expression"] = "$A / $Z"


BROKEN: list[tuple[str, Damage, str]] = [
    ("frame", lambda board: board.update(uid="Chili Line!"), "uid Chili Line!"),
    ("frame", lambda board: board.update(id=7), "an id of its own"),
    ("frame", lambda board: board.update(schemaVersion=40), "schemaVersion 40"),
    ("frame", lambda board: board.update(__inputs=[]), "inputs work only"),
    ("ids", _one_id_twice, "id 1 stands 2 times"),
    ("ids", lambda board: board["panels"][1].update(title=board["panels"][0]["title"]), "stands 2 times"),
    ("ids", _one_ref_twice, "refIds"),
    ("grid", _on_top_of_another, "lies on"),
    ("grid", lambda board: board["panels"][0]["gridPos"].update(x=20), "leaves the grid"),
    ("units", _unset_unit, "has no unit"),
    ("units", lambda board: board["panels"][0].update(description=""), "has no description"),
    ("types", _set("stat", type="singlestat"), "is a singlestat"),
    ("sources", _a_data_source_of_its_own, "asks {'type': 'influxdb', 'uid': 'mine'}"),
    ("portable", _ask('SELECT holt_winters(mean("v"), 2, 3) FROM "tag" WHERE $timeFilter'), "forbidden word"),
    ("portable", _ask('SELECT ceil("v") FROM "tag" WHERE $timeFilter'), "function ceil"),
    ("portable", _ask('SELECT mean("v") INTO "x" FROM "tag" WHERE $timeFilter'), "forbidden word INTO"),
    (
        "portable",
        _ask('SELECT mean("v") FROM "tag" WHERE $timeFilter GROUP BY time(1m) fill(previous)'),
        "fill",
    ),
    ("portable", _ask("DROP MEASUREMENT tag"), "forbidden word DROP"),
    (
        "portable",
        _ask('SELECT mean("v") FROM "tag" WHERE $timeFilter LIMIT 5 SLIMIT 2'),
        "forbidden word SLIMIT",
    ),
    ("times", _ask('SELECT mean("v") FROM "tag"'), "looks at all of time"),
    ("times", _ask('SELECT sum("v") FROM (SELECT "v" FROM "tag") WHERE $timeFilter'), "looks at all of time"),
    ("times", _ask('SELECT sum("v") FROM "tag" WHERE $timeFilter GROUP BY "device" fill(0)'), "no windows"),
    ("names", _ask('SELECT mean("v") FROM "tags" WHERE $timeFilter'), "no tags"),
    ("names", _ask('SELECT mean("value") FROM "tag" WHERE $timeFilter'), "no value"),
    ("names", _ask('SELECT mean("v") FROM "tag" WHERE $timeFilter GROUP BY "machine"'), "no machine"),
    ("names", _ask('SELECT sum("w") FROM (SELECT "v" AS "x" FROM "tag" WHERE $timeFilter)'), "no w"),
    (
        "variables",
        _ask('SELECT mean("v") FROM "tag" WHERE $timeFilter AND "tag" = \'$colour\''),
        "$colour is not defined",
    ),
    ("variables", _a_variable_that_nobody_uses, "$colour is not used"),
    ("operands", _operand, "needs ['Z']"),
    ("nulls", _blank, "nothing is not grey"),
    ("nulls", _span, "draws a line across a gap"),
    ("nulls", lambda board: board["panels"][0]["fieldConfig"]["defaults"].update(noValue=""), "is blank"),
]


@pytest.mark.parametrize(("rule", "damage", "found"), BROKEN)
def test_each_rule_finds_what_is_against_it(rule: str, damage: Damage, found: str) -> None:
    """In a dashboard that kept every rule before."""
    board = copy.deepcopy(BOARDS["zh/line-overview.json"])
    damage(board)

    (check,) = [each for each in RULES if each.__name__ == rule]
    faults = list(check(board))

    assert any(found in fault for fault in faults), faults


def test_every_rule_has_an_example() -> None:
    """A rule that is new needs one too."""
    assert {rule for rule, _, _ in BROKEN} == {rule.__name__ for rule in RULES}


def test_a_link_must_lead_somewhere_and_a_uid_stand_once() -> None:
    """One that stands twice stops Grafana's whole provider."""
    board, other = (copy.deepcopy(BOARDS[f"zh/{name}.json"]) for name in ("year", "fleet"))
    other["uid"] = board["uid"]

    faults = list(together([board, other]))

    assert "uid chili-year stands 2 times" in faults
    assert any("links to chili-shift" in fault for fault in faults)


def test_the_reader_sees_through_a_select_from_a_select() -> None:
    """Names of the outer one are columns of the inner one; time is the innermost's."""
    found = read(
        'SELECT max("pbt") AS "most" FROM (SELECT sum("pbt") AS "pbt" FROM "oee" WHERE $timeFilter GROUP BY "device")'
    )

    assert isinstance(found, Select)
    assert (found.measurement, found.names, found.columns) == (None, {"pbt"}, {"most"})
    assert innermost(found).is_bounded
    assert unknown_names(found, SCHEMA) == set()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "SELECT",
        'SELECT mean("v" FROM "tag"',
        'SELECT "v" FROM tag',
        'SELECT "v"::string FROM "tag"',
        "SHOW MEASUREMENTS",
        'SELECT "v" FROM "tag" WHERE $__interval',
        'SELECT "v" FROM "tag" WHERE "v" <> 3',
        'SELECT "v" FROM "tag"; SELECT "v" FROM "tag"',
        'SELECT "v" FROM "tag" ORDER BY time ASC',
    ],
)
def test_the_reader_refuses_what_it_does_not_know(query: str) -> None:
    """Rather than to pass it."""
    with pytest.raises(NotPortableError):
        read(query)
