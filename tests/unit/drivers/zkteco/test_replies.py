"""What a terminal is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge.drivers.zkteco import replies


def test_a_terminal_without_a_stamp_sends_all() -> None:
    """After a start of the node the stamp is None, and the zone is that of the site, in hours."""
    lines = replies.options("SN1", None, timedelta(hours=8)).splitlines()
    assert lines[0] == "GET OPTION FROM: SN1"
    assert "ATTLOGStamp=None" in lines
    assert "TimeZone=8" in lines


def test_a_zone_of_half_hours_is_not_said() -> None:
    """A zone that firmwares would read in different ways is left to the terminal's own settings."""
    assert "TimeZone" not in replies.options("SN1", "77", timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"table": "OPERLOG"}, "OK"),
        ({"table": "tabledata", "tablename": "user", "count": "3"}, "user=3"),
        ({"table": "tabledata", "tablename": "user", "count": "x"}, "OK"),
        ({"table": "tabledata", "tablename": "a\nb", "count": "3"}, "OK"),
        ({}, "OK"),
    ],
)
def test_confirmations(query: dict[str, str], expected: str) -> None:
    """Each table that nobody wants is confirmed in its own way, and nothing hostile is echoed."""
    assert replies.confirmation(query) == expected
