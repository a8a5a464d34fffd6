"""Short processes that do not do what they should."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from edge.errors import TransientError
from edge.reports.delivery.issue import Issue
from edge.reports.delivery.program import Program
from edge.reports.report import Kind, Span
from tests.fakes import FakeClock

ISSUE = Issue(1, "daily", Span(Kind.DAY, date(2026, 9, 15), date(2026, 9, 15)), 0)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ((sys.executable, "-c", "print('no JSON')"), "no report: b'no JSON"),
        ((sys.executable, "-c", "print('{}')"), "no report"),
        ((sys.executable, "-c", "raise SystemExit('chili-edge: the historian is away')"), "^the historian"),
        ((sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"), "ended with -9"),
        (("/nowhere/python",), "no process can be started"),
    ],
    ids=["says something else", "says too little", "fails", "killed", "not there"],
)
async def test_what_goes_wrong_has_to_wait(command: tuple[str, ...], why: str, tmp_path: Path) -> None:
    """Whatever it is: the host runs on, and tries again."""
    program = Program(command, tmp_path / "edge.yaml", tmp_path, FakeClock(0))

    with pytest.raises(TransientError, match=why):
        await program.make(ISSUE, None)
