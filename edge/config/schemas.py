"""JSON Schemas of edge.yaml and the maps, for editors: `python -m edge.config.schemas` writes them into `plc_maps/`."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from edge.config.grammar import EdgeFile
from edge.config.samples import maps_directory
from edge.plc_map.grammar import PlcMap

MODELS: dict[str, type[BaseModel]] = {"edge.schema.json": EdgeFile, "plc_map.schema.json": PlcMap}


def schema(model: type[BaseModel]) -> str:
    """Return a model's JSON Schema as text, the same at every call."""
    return json.dumps(model.model_json_schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write(directory: Path) -> None:
    """Write every schema into a folder."""
    for name, model in MODELS.items():
        (directory / name).write_text(schema(model), encoding="utf-8")


if __name__ == "__main__":
    write(maps_directory())
