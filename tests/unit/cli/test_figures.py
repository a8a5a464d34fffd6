"""`report` as people type it: dates of every length, forms by the file's name, and a terminal that shows no PDF."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from edge.cli import figures, main
from edge.cli.screen import Screen
from edge.errors import ConfigurationError
from edge.reports.report import Kind


@pytest.mark.parametrize(
    ("kind", "text", "day"),
    [
        ("day", "2026-09-15", "2026-09-15"),
        ("week", "2026-W38", "2026-09-14"),
        ("week", "2026-09-15", "2026-09-15"),
        ("month", "2026-09", "2026-09-01"),
        ("month", "2026-09-15", "2026-09-15"),
        ("season", "2026-Q3", "2026-07-01"),
        ("season", "2026-q3", "2026-07-01"),
        ("season", "2026-09", "2026-09-01"),
        ("year", "2026", "2026-01-01"),
        ("year", "2026-Q3", "2026-07-01"),
        ("year", "2026-09-15", "2026-09-15"),
    ],
)
def test_a_span_is_named_by_itself_or_by_a_part_of_it(kind: str, text: str, day: str) -> None:
    """Whatever lies within it."""
    assert f"{figures._day(Kind(kind), text)}" == day


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("day", "2026"), ("day", "2026-09"), ("day", "2026-02-30"), ("day", "20260915"), ("day", ""),
        ("week", "2026-W54"), ("week", "2026-09"), ("month", "2026"), ("month", "2026-W38"), ("month", "2026-00"),
        ("season", "2026-Q5"), ("season", "2026"), ("year", "26"), ("year", "9999"), ("year", "0000"), ("day", "２０２６-09-15"),
    ],
)  # fmt: skip
def test_what_is_no_such_span_is_refused_with_an_example(kind: str, text: str) -> None:
    """A day of a year that is not there, and a year where a day is wanted."""
    with pytest.raises(ConfigurationError, match=f"is not a {kind} like 2026"):
        figures._day(Kind(kind), text)


def test_a_terminal_shows_no_pdf(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is read, with what to do instead."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    for form in ("pdf", "xlsx"):
        assert main(["report", "day", "-c", "/nowhere/edge.yaml", "--format", form]) == 2
        assert f"a terminal shows no {form}; write it to a file: -o report.{form}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "form"),
    [
        (["-o", "a/September.PDF"], "pdf"),
        (["-o", "a.xlsx"], "xlsx"),
        (["-o", "a.txt"], "text"),
        (["-o", "a.pdf", "--format", "csv"], "csv"),
        ([], "text"),
        (["--format", "pdf"], "pdf"),
    ],
)
def test_the_form_is_what_was_said_or_what_the_file_is_called(words: list[str], form: str) -> None:
    """Text where nobody says."""
    from edge.cli import _parser

    arguments = _parser().parse_args(["report", "day", "-c", "x", *words])
    assert arguments.output is None or isinstance(arguments.output, Path)
    assert figures._form(arguments) == form


def test_a_bar_is_shown_in_a_terminal_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """Here nobody looks."""
    with Screen("report year", 2) as screen:
        screen.step()
        screen.step()
    assert capsys.readouterr() == ("", "")
