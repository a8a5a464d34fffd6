"""The JSON Schema of scenario files, for editors: `python -m simulators.faults.schema` writes it beside the scenarios."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from simulators.faults.catalogue import MOMENTS, RESTARTED, time_text
from simulators.faults.scenario import SCENARIOS, Scenario
from simulators.faults.targets import park_targets

NAME = "scenario.schema.json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TIME = {"type": "string", "description": "a number with its unit: 800ms, 10s, 5min, 8h"}
_PATTERN = r"\d+(\.\d+)?\s*(ms|s|min|h)$"


class _Schema(GenerateJsonSchema):
    """Shows times as the texts that they are in a file, where pydantic sees the numbers that become of them."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        if schema["schema"]["type"] == "float":
            return {**_TIME, "pattern": f"^[+-]?{_PATTERN}"}
        return super().function_before_schema(schema)


def schema() -> str:
    """Return the schema as text, the same at every call; targets are those of the park."""
    whole = TypeAdapter(Scenario).json_schema(schema_generator=_Schema)
    for mapping in _mappings(whole):
        if mapping.pop("ge", None) == 0:
            mapping["pattern"] = f"^{_PATTERN}"
    for model in whole["$defs"].values():
        _narrow(model, str(model["properties"]["kind"]["const"]))
    return json.dumps({"$schema": _DIALECT, **whole}, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write(directory: Path) -> None:
    """Write the schema into a folder."""
    (directory / NAME).write_text(schema(), encoding="utf-8")


def _narrow(model: dict[str, Any], kind: str) -> None:
    """Let the schema of a kind say what no type says: where it can happen, and whether it has an end."""
    properties = model["properties"]
    takers = [name for name, kinds in park_targets().items() if kind in kinds]
    properties["target"] = {"enum": takers, "title": "Target"}
    model["required"] = ["kind", *model["required"]]
    if kind in MOMENTS:
        del properties["end"]
    if kind in RESTARTED:
        model["required"].append("end")
    for value in properties.values():
        if "pattern" in value and "default" in value:
            value["default"] = time_text(value["default"])


def _mappings(value: object) -> Iterator[dict[str, Any]]:
    """Yield every mapping in a schema, at any depth."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _mappings(part)


if __name__ == "__main__":
    write(SCENARIOS)
