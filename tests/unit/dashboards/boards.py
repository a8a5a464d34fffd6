"""The generated dashboards as JSON, built once for all tests."""

from __future__ import annotations

import json
from typing import Any

from dashboards.build import build

FILES = build()
BOARDS: dict[str, Any] = {name: json.loads(text) for name, text in FILES.items() if name.endswith(".json")}


def of(language: str) -> list[Any]:
    """Return the dashboards of a language."""
    return [board for name, board in BOARDS.items() if name.startswith(f"{language}/")]
