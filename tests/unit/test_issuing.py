"""What was issued as a page lists it: each issue with where it went, and when the next is due."""

from __future__ import annotations

import json
from pathlib import Path

from edge.issuing import ARCHIVE_FILE, told
from tests.unit.console.floor import floor_settings
from tests.unit.console.sample import NOW


def test_issues_schedule_and_destinations_are_told(tmp_path: Path) -> None:
    """The newest is first; times are local; no address and no token of a destination is in it."""
    found = told(floor_settings(tmp_path), 10, NOW)

    assert [one["last"] for one in found["issues"]] == ["2026-09-14", "2026-09-13"]
    waiting, given_up = (one["deliveries"][0] for one in found["issues"])
    assert (waiting["to"], waiting["progress"], waiting["next"]) == ("boss", "waiting", "2026-09-15 16:10")
    assert (given_up["progress"], given_up["next"]) == ("failed", None)
    assert [(one["job"], one["next"]) for one in found["schedule"]] == [
        ("daily", "2026-09-16 07:30"),
        ("monthly", "2026-10-01 07:30"),
    ]
    assert [one["way"] for one in found["destinations"]] == ["folder", "url"]
    assert "token" not in json.dumps(found)


def test_a_box_without_reports_makes_no_file_of_them(tmp_path: Path) -> None:
    """To look is not to begin."""
    settings = floor_settings(tmp_path, reports=False)

    assert told(settings, 10, NOW) == {"issues": [], "schedule": [], "destinations": []}
    assert not (settings.data_dir / ARCHIVE_FILE).exists()
