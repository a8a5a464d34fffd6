"""Files are whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.reports.delivery.files import put


def test_a_file_is_replaced_at_one_blow(tmp_path: Path) -> None:
    """And its folder made; nothing else is left there."""
    put(tmp_path / "a" / "report.pdf", b"first")
    put(tmp_path / "a" / "report.pdf", b"second")

    (only,) = (tmp_path / "a").iterdir()
    assert only.read_bytes() == b"second"


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """A full disk would have its rests for ever."""
    (tmp_path / "report.pdf" / "in the way").mkdir(parents=True)

    with pytest.raises(OSError, match="report"):
        put(tmp_path / "report.pdf", b"content")

    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]
