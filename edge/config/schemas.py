"""JSON Schemas of edge.yaml and the maps, for editors: `python -m edge.config.schemas` writes them into `plc_maps/`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from edge.config.grammar import EdgeFile
from edge.config.samples import maps_directory
from edge.plc_map.grammar import PlcMap

_LITERAL = ("integer", "number", "boolean")
MODELS: dict[str, type[BaseModel]] = {"edge.schema.json": EdgeFile, "plc_map.schema.json": PlcMap}


def schema(model: type[BaseModel]) -> str:
    """Return a model's JSON Schema as text, the same at every call."""
    content = model.model_json_schema()
    if model is PlcMap:
        content = _with_parameters(content)
    return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _with_parameters(node: Any) -> Any:
    """Return a schema in which `${…}` may stand wherever a number, a flag or one of some words does."""
    if isinstance(node, list):
        return [_with_parameters(part) for part in node]
    if not isinstance(node, dict):
        return node
    if "const" not in node and (node.get("type") in _LITERAL or isinstance(node.get("enum"), list)):
        outer = {key: value for key, value in node.items() if key in ("default", "title")}
        return {**outer, "anyOf": [node, {"pattern": r"^\$\{[^{}]+\}$", "type": "string"}]}
    return {key: _with_parameters(value) for key, value in node.items()}


def write(directory: Path) -> None:
    """Write every schema into a folder."""
    for name, model in MODELS.items():
        (directory / name).write_text(schema(model), encoding="utf-8")


if __name__ == "__main__":
    write(maps_directory())
