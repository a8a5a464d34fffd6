"""Every dashboard as the JSON file that Grafana's provisioning reads; the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from dashboards.line_overview import line_overview

GENERATED = Path(__file__).parent / "generated"


def build() -> Mapping[str, str]:
    """Return the text of each file in `generated/`, by its name."""
    boards = {"line_overview.json": line_overview()}
    return {
        name: json.dumps(board, ensure_ascii=False, indent=2) + "\n" for name, board in sorted(boards.items())
    }


def write(folder: Path = GENERATED) -> None:
    """Write the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in build().items():
        (folder / name).write_text(text, encoding="utf-8")
