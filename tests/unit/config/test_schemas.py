from __future__ import annotations

from edge.config.samples import maps_directory
from edge.config.schemas import MODELS, schema


def test_the_schemas_in_the_repository_are_current() -> None:
    """What editors read is what the models say; `python -m edge.config.schemas` writes it."""
    for name, model in MODELS.items():
        assert (maps_directory() / name).read_text(encoding="utf-8") == schema(model), name
