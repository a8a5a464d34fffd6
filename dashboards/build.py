"""Every file that Grafana reads, as text: dashboards in both languages and the alert rules; the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from dashboards import alerts
from dashboards.board import Board, dashboard
from dashboards.boards.attendance import attendance
from dashboards.boards.edge_health import edge_health
from dashboards.boards.fleet import fleet
from dashboards.boards.line_overview import line_overview
from dashboards.boards.oee import oee_and_losses
from dashboards.boards.process import process
from dashboards.boards.shift import shift
from dashboards.boards.year import year
from dashboards.plant import PLANT, View
from dashboards.text import Language, render

GENERATED = Path(__file__).parent / "generated"


def boards(view: View = PLANT) -> list[Board]:
    """Return every dashboard, in the order of the links between them."""
    made = (line_overview, shift, oee_and_losses, year, attendance, process, edge_health, fleet)
    return [board(view) for board in made]


def build(view: View = PLANT) -> Mapping[str, str]:
    """Return the text of each file in `generated/`, by its path there."""
    every = boards(view)
    files = {
        f"{language}/{board.name}.json": json.dumps(
            render(dashboard(board, every, view), language), ensure_ascii=False, indent=1
        )
        + "\n"
        for board in every
        for language in Language
    }
    files |= {f"alerting/rules.{language}.yaml": alerts.document(view, language) for language in Language}
    return dict(sorted(files.items()))


def write(folder: Path = GENERATED, view: View = PLANT) -> None:
    """Write the files."""
    for name, text in build(view).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
