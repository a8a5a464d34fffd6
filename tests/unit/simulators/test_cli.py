"""The simulators' command line: people and bad arguments."""

from __future__ import annotations

import csv
import io
import socket
from pathlib import Path

import pytest

from simulators.cli import main


def test_roster_prints_csv(capsys: pytest.CaptureFixture[str]) -> None:
    """A header and a line per worker, numbers with their leading zeros."""
    assert main(["roster", "--seed", "1"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(rows[0]) == ["pin", "name", "kind", "team", "shift"]
    assert len(rows) >= 70
    assert rows[0]["pin"] == "0001"
    assert {row["kind"] for row in rows} == {"permanent", "seasonal"}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("", "simulators: the following arguments are required: command"),
        ("dance", "simulators: argument command: invalid choice: 'dance'"),
        ("plant", "simulators plant: the following arguments are required: --truth"),
        (
            "plant --truth t.json --speed 0",
            "argument --speed: a speed is a number above 0 and up to 1000, not '0'",
        ),
        ("plant --truth t.json --speed nan", "argument --speed: a speed is a number above 0 and up to 1000"),
        ("plant --truth t.json --seed -1", "argument --seed"),
        ("plant --truth t.json --port jar_line=65536", "a port is a number from 0 to 65535, not '65536'"),
        ("plant --truth t.json --port 15020", "as in jar_line=15020, not '15020'"),
        ("plant --truth t.json --for soon", "a time is a number above 0 of s or min, as in 30s, not 'soon'"),
        (
            "year --from 2026-13-01 --to 2026-12-31 --out x",
            "a day is written as 2026-01-31, not '2026-13-01'",
        ),
        ("year --from 2026-01-01 --to 2026-12-31", "the following arguments are required: --out"),
        ("service kettle --port 1 -- x", "argument name: invalid choice: 'kettle'"),
        ("plant --truth nowhere/t.json", "there is no folder 'nowhere' to write 't.json' to"),
        ("plant --truth t.json --terminal-url ftp://x", "not of the form http://host:port: 'ftp://x'"),
        ("plant --truth t.json --terminal-url http://x:y", "argument --terminal-url: "),
        ("broker --port x", "a port is a number from 0 to 65535, not 'x'"),
        ("roster --seed x", "a seed is a whole number from 0 on, not 'x'"),
    ],
)
def test_a_bad_argument_is_one_line_and_exit_code_2(
    arguments: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong and where, without a traceback or a page of usage."""
    with pytest.raises(SystemExit) as left:
        main(arguments.split())
    assert left.value.code == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert error.count("\n") == 1


def test_a_port_that_is_taken_is_one_line_and_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The plant names the address that it can't have."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["plant", "--truth", str(tmp_path / "t.json"), "--port", f"jar_line={port}"]) == 1
    error = capsys.readouterr().err
    assert f"('127.0.0.1', {port})" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--port", "kettle=1"], "simulators plant: --port: there is no 'kettle'; there are intake, prep, "),
        (["--scenario", "nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_a_wrong_name_or_file_is_one_line_and_exit_code_2(
    words: list[str], complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names that only the park knows, and files, are told as clearly as words."""
    assert main(["plant", "--truth", str(tmp_path / "t.json"), *words]) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("first", "last", "complaint"),
    [
        ("2026-02-01", "2026-01-01", "simulators year: --from 2026-02-01 is after --to 2026-01-01"),
        ("2040-01-01", "2040-01-02", "2040"),
    ],
)
def test_a_year_that_can_t_be_is_one_line(
    first: str, last: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Days in the wrong order, or without a calendar, make nothing."""
    out = tmp_path / "year"
    assert main(["year", "--from", first, "--to", last, "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert error.count("\n") == 1
    assert not out.exists()


def test_a_file_that_can_t_be_had_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder in place of the truth file, and a summary that isn't there."""
    gone = tmp_path / "summary.json"
    assert main(["plant", "--truth", str(tmp_path), "--for", "1s"]) == 1
    assert main(["plant", "--truth", str(tmp_path / "t.json"), "--resume", str(gone)]) == 1
    folder, file = capsys.readouterr().err.splitlines()
    assert folder.startswith(f"simulators plant: {tmp_path}")
    assert folder.endswith(": Is a directory")
    assert file == f"simulators plant: {gone}: No such file or directory"


def test_ctrl_c_ends_a_year_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever doesn't want to wait for a season is told nothing that they don't know."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("simulators.year.screen.simulate", interrupted)
    assert main(["year", "--from", "2026-01-01", "--to", "2026-01-02", "--out", str(tmp_path / "y")]) == 1
    assert capsys.readouterr().err == ""
