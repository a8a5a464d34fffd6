from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from simulators.faults.catalogue import KINDS, MOMENTS, RESTARTED
from simulators.faults.scenario import SCENARIOS
from simulators.faults.schema import NAME, schema, write
from simulators.faults.targets import park_targets

MODELS = {model["properties"]["kind"]["const"]: model for model in json.loads(schema())["$defs"].values()}


def refusals(value: object, rule: dict[str, Any]) -> list[str]:
    """Return which keywords of a schema refuse a value, of those that scalars have here."""
    if "anyOf" in rule:
        return min((refusals(value, branch) for branch in rule["anyOf"]), key=len)
    types = {"string": str, "integer": int, "number": int | float, "null": type(None)}
    return [
        keyword
        for keyword, refused in {
            "type": "type" in rule and not isinstance(value, types[rule["type"]]),
            "enum": "enum" in rule and value not in rule["enum"],
            "pattern": "pattern" in rule and not re.search(rule["pattern"], str(value)),
        }.items()
        if refused
    ]


def test_the_schema_in_the_repository_is_current(tmp_path: Path) -> None:
    """What editors read is what the kinds say; `python -m simulators.faults.schema` writes it."""
    write(tmp_path)
    assert (SCENARIOS / NAME).read_bytes() == (tmp_path / NAME).read_bytes()


def test_an_editor_knows_every_kind_and_every_key() -> None:
    """Each kind has its own keys, and no others."""
    assert set(MODELS) == set(KINDS)
    for kind, model in MODELS.items():
        keys = {field.name for field in fields(KINDS[kind])} - ({"end"} if kind in MOMENTS else set())
        assert set(model["properties"]) == keys
        assert model["additionalProperties"] is False
        assert {"kind", "target", "start"} <= set(model["required"])
        assert ("end" in model["required"]) == (kind in RESTARTED)


def test_an_editor_offers_the_targets_that_a_kind_can_hit() -> None:
    """A cable has no unit number, and a meter no subscriptions."""
    for kind, model in MODELS.items():
        takers = {name for name, kinds in park_targets().items() if kind in kinds}
        assert set(model["properties"]["target"]["enum"]) == takers != set()


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.yaml")), ids=lambda file: file.stem)
def test_an_editor_finds_nothing_wrong_with_the_scenarios_of_the_plant(file: Path) -> None:
    """Each names the schema, and keeps to it."""
    assert file.read_text(encoding="utf-8").startswith(f"# yaml-language-server: $schema={NAME}\n")
    for fault in YAML(typ="safe", pure=True).load(file)["faults"]:
        model = MODELS[fault["kind"]]
        wrong = {key: refusals(value, model["properties"][key]) for key, value in fault.items()}
        assert set().union(*wrong.values()) == set(), wrong
        assert set(model["required"]) <= set(fault)


def test_an_editor_marks_times_without_their_unit() -> None:
    """Times are text with a unit, and only a clock can go back."""
    latency, jump = MODELS["latency"]["properties"], MODELS["clock_jump"]["properties"]
    assert refusals("800ms", latency["longest"]) == refusals("5 min", latency["end"]) == []
    assert refusals(10, latency["start"]) != []
    assert refusals("-8h", latency["start"]) == ["pattern"]
    assert refusals("-8h", jump["by"]) == []
    assert latency["longest"]["default"] == "800ms"
