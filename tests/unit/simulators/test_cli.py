"""The simulators' command line: people and bad arguments."""

from __future__ import annotations

import csv
import io
import json
import socket
from pathlib import Path

import pytest

from simulators.cli import main
from simulators.faults.scenario import SCENARIOS


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
        (
            ["--scenario", str(SCENARIOS / "terminal_offline.yaml")],
            "simulators plant: --scenario: no_answer on gate can't happen, the terminals push to nobody",
        ),
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


def test_days_in_the_wrong_order_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is made."""
    out = tmp_path / "year"
    assert main(["year", "--from", "2026-02-01", "--to", "2026-01-01", "--out", str(out)]) == 2
    assert capsys.readouterr().err == "simulators year: --from 2026-02-01 is after --to 2026-01-01\n"
    assert not out.exists()


@pytest.mark.parametrize("year", [2003, 2027])
def test_a_year_without_published_holidays_is_said_in_one_line(
    year: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is simulated all the same."""
    words = ["--from", f"{year}-03-03", "--to", f"{year}-03-03", "--out", str(tmp_path / "year")]
    assert main(["year", *words]) == 0
    assert capsys.readouterr().err == (
        f"the holidays of {year} are not published here: "
        "Monday to Saturday, without 1 January, 1 and 2 May and 1 to 3 October\n"
    )


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ("--truth", "argument --truth: '{folder}' is a folder; name a file"),
        ("--tables", "argument --tables: '{file}' is no folder"),
        ("--resume", "argument --resume: there is no file '{gone}'"),
    ],
)
def test_a_place_that_can_t_be_used_is_told_at_the_start(
    option: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder for a file, a file for a folder, a file that isn't there: one line, exit code 2, and nothing is left behind."""
    folder, file, gone = tmp_path / "folder", tmp_path / "file", tmp_path / "gone"
    folder.mkdir()
    file.touch()
    value = {"--truth": folder, "--tables": file / "inside", "--resume": gone}[option]
    with pytest.raises(SystemExit) as ended:
        main(["plant", "--truth", str(tmp_path / "t.json"), option, str(value), "--for", "1s"])
    assert ended.value.code == 2
    told = complaint.format(folder=folder, file=file, gone=gone)
    assert capsys.readouterr().err == f"simulators plant: {told}\n"
    assert sorted(tmp_path.iterdir()) == [file, folder]


@pytest.mark.parametrize("count", [-1, 2**32])
def test_a_summary_with_a_counter_that_can_t_be_is_refused(
    count: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A PLC's counter has 32 bits and no sign."""
    summary = tmp_path / "summary.json"
    summary.write_text(json.dumps({"machines": {"jar_line": {"raw": [0, count, 0]}}}))
    assert main(["plant", "--truth", str(tmp_path / "t.json"), "--resume", str(summary)]) == 2
    assert capsys.readouterr().err == (
        f"simulators plant: {summary}: jar_line's good is {count}; a counter is from 0 to 4294967295\n"
    )


def test_ctrl_c_ends_a_year_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever doesn't want to wait for a season is told nothing that they don't know."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("simulators.year.screen.simulate", interrupted)
    assert main(["year", "--from", "2026-01-01", "--to", "2026-01-02", "--out", str(tmp_path / "y")]) == 1
    assert capsys.readouterr().err == ""
