from __future__ import annotations

from pathlib import Path

import pytest

from tests.system.programs import chili_edge


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    """Return the edge.yaml of a folder that `init` wrote."""
    folder = tmp_path / "plant"
    outcome = chili_edge("init", folder)
    assert outcome.code == 0, outcome.err
    return folder / "edge.yaml"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "COMMAND"),
        (["dance"], "dance"),
        (["demo", "--for", "soon"], "soon is not a time"),
        (["demo", "--for", "-5s"], "--for"),
        (["demo", "--speed", "0"], "0 is not a factor"),
        (["demo", "--port", "70000"], "70000 is not a port"),
        (["demo", "--dir", "/proc/nowhere"], "--dir"),
        (["check"], "-c"),
        (["check", "-c", "/nowhere/edge.yaml"], "/nowhere/edge.yaml:1:1: file: cannot be read"),
        (["check", "-c", "/"], "cannot be read"),
        (["run", "-c", "/nowhere/edge.yaml"], "cannot be read"),
        (["run", "-c", "/nowhere/edge.yaml", "--only", "node"], "cannot be read"),
        (["run", "-c", "edge.yaml", "--only", "nothing"], "nothing"),
        (["report", "decade", "-c", "edge.yaml"], "decade"),
        (["report", "month", "-c", "x", "--date", "2026-13"], "2026-13 is not a month like 2026-09"),
        (["report", "day", "-c", "x", "--date", "2026-09"], "2026-09 is not a day like 2026-09-15"),
        (["report", "week", "-c", "x", "--date", "2026-W60"], "2026-W60 is not a week like 2026-W38"),
        (["report", "year", "-c", "x", "--date", "1900"], "1900-01-01 is not between 1970 and 2199"),
        (["report", "day", "-c", "x", "--from", "2026-09-01"], "are of a range"),
        (["report", "range", "-c", "x"], "a range has a first day"),
        (
            ["report", "range", "-c", "x", "--from", "2026-09-02", "--to", "2026-09-01"],
            "is before 2026-09-02",
        ),
        (["report", "range", "-c", "x", "--from", "2000-01-01", "--to", "2026-09-01"], "more than 3660 days"),
        (["report", "day", "-c", "x", "--machine", "a", "--shift", "b"], "about one of --machine, --shift"),
        (["report", "day", "-c", "edge.yaml", "--date", "yesterday"], "yesterday is not a day"),
        (["report", "day", "-c", "/nowhere/edge.yaml"], "cannot be read"),
        (["outbox", "status", "-c", "/nowhere/edge.yaml"], "cannot be read"),
        (["init", "/proc/nowhere"], "cannot write"),
        (
            ["probe", "modbus-tcp://127.0.0.1", "holding:0", "--count", "0"],
            "0 is not a number from 1 to 2000",
        ),
        (["probe", "modbus-tcp://127.0.0.1", "register 0"], "an address is TABLE:NUMBER"),
        (["probe", "modbus-tcp://127.0.0.1", "D0", "--brand", "lego"], "there is no lego"),
        (["probe", "modbus-tls://127.0.0.1", "holding:0"], "--ca FILE"),
        (["map"], "ACTION"),
        (["map", "import", "/nowhere/table.xlsx"], "cannot be read"),
        (["map", "import", "/proc/version"], "no heading found"),
        (["pki", "trust"], "pki trust needs a THUMBPRINT"),
        (["pki", "list", "-c", "/nowhere/edge.yaml"], "cannot be read"),
        (["map", "browse", "modbus-tcp://plc"], "an OPC UA server is opc.tcp://HOST:4840"),
        (["map", "browse", "opc.tcp://plc:4840", "--policy", "Basic128"], "--policy"),
        (["map", "browse", "opc.tcp://plc:4840", "--most", "0"], "a number from 1 to"),
        (["map", "browse", "opc.tcp://plc:4840", "-c", "/nowhere/edge.yaml"], "cannot be read"),
        (["production", "output", "-c", "x", "--days", "99999999"], "a number of days from 1 to 3660"),
        (["production", "output", "-c", "x", "--date", "0001-01-01"], "is not a day like 2026-09-15"),
        (["ledger", "show", "-c", "x", "--date", "9999-12-31"], "is not a day like 2026-09-15"),
        (
            [
                "ledger",
                "correct",
                "d",
                "good",
                "5",
                "-c",
                "x",
                "--at",
                "0001-01-01T00:00",
                "--who",
                "a",
                "--why",
                "b",
            ],
            "is not a time like 2026-08-03 07:55",
        ),
        (["report", "day", "-c", "x", "--date", "9999-12-31"], "is not a day like 2026-09-15"),
    ],
)
def test_a_wrong_argument_is_one_line_and_exit_code_2(arguments: list[str], message: str) -> None:
    """What is wrong stands in one line on stderr, and nothing on stdout."""
    outcome = chili_edge(*arguments)
    assert outcome.code == 2, outcome.err
    assert message in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert outcome.out == ""


def test_check_names_every_fault_and_run_refuses_to_start(plant: Path) -> None:
    """Two faults are two lines, from check as from run, and nothing starts."""
    text = plant.read_text(encoding="utf-8")
    plant.write_text(
        text.replace("Asia/Shanghai", "Mars/Base").replace("kind: embedded", "kind: oracle", 1),
        encoding="utf-8",
    )
    for command in (["check"], ["run"], ["run", "--only", "host"]):
        outcome = chili_edge(*command, "-c", plant)
        assert outcome.code == 2, outcome.err
        lines = outcome.err.splitlines()
        assert (
            sum("site.timezone" in line for line in lines)
            == sum("historian.kind" in line for line in lines)
            > 0
        )
        assert "Traceback" not in outcome.err


@pytest.mark.parametrize(("figure", "by"), [("oee", "minute"), ("losses", "shift"), ("balance", "sku")])
def test_a_figure_that_cannot_be_cut_so_is_refused(plant: Path, figure: str, by: str) -> None:
    """Rather than shown as if nothing had been asked."""
    outcome = chili_edge("production", figure, "--by", by, "-c", plant)

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"--by: {figure} goes by ")


def test_check_shows_what_will_be_read(plant: Path) -> None:
    """A right file gives the read plan on stdout and exit code 0."""
    outcome = chili_edge("check", "-c", plant)
    assert outcome.code == 0, outcome.err
    assert "no faults, 4 devices" in outcome.out


def test_a_server_that_cannot_be_browsed_is_one_line_and_exit_code_1(plant: Path) -> None:
    """Nobody is there."""
    outcome = chili_edge("map", "browse", "opc.tcp://127.0.0.1:1", "--policy", "None", "-c", plant)
    assert outcome.code == 1
    assert outcome.err.startswith("chili-edge: cannot connect: ")
    assert outcome.err.count("\n") == 1


def test_certificates_before_the_first_run_says_so(plant: Path) -> None:
    """There are none yet, and that is no fault."""
    outcome = chili_edge("pki", "list", "-c", plant)
    assert outcome.code == 0
    assert f"no certificates in {plant.parent}/var/pki" in outcome.out
    assert "has not spoken to a secured server yet" in outcome.out


def test_outbox_status_before_the_first_run_says_so(plant: Path) -> None:
    """Nothing has run yet, which is no failure."""
    outcome = chili_edge("outbox", "status", "-c", plant)
    assert outcome.code == 0, outcome.err
    assert "no outbox yet" in outcome.out


@pytest.mark.parametrize("form", ["text", "csv", "html"])
def test_a_report_before_the_first_run_says_that_there_is_nothing(plant: Path, form: str) -> None:
    """A plant without data has a report that says so, not a traceback and not a row of zeros."""
    outcome = chili_edge(
        "report", "day", "-c", plant, "--format", form, "--lang", "en", "--date", "2026-09-15"
    )
    assert outcome.code == 0, outcome.err
    assert "no data" in outcome.out.lower()


def test_a_report_that_cannot_be_written_is_one_line(plant: Path) -> None:
    """The folder of --output is missing."""
    outcome = chili_edge("report", "day", "-c", plant, "-o", "/nowhere/report.html", "--format", "html")
    assert outcome.code == 2
    assert "--output: cannot write /nowhere/report.html" in outcome.err


def test_a_register_table_becomes_a_map_that_check_takes(plant: Path, tmp_path: Path) -> None:
    """From the electrician's spreadsheet to a device whose requests are planned, without an editor on the map."""
    table = tmp_path / "filler.csv"
    table.write_text(
        "名称,地址,数据类型,倍率,单位\n总产量,D100,无符号双字,1,瓶\n灌装温度,D110,浮点,,℃\n", encoding="gbk"
    )
    made = chili_edge(
        *("map", "import", table, "--brand", "inovance_h5u", "-o", plant.parent / "plc_maps" / "filler.yaml")
    )
    assert made.code == 0, made.err
    assert made.out.splitlines()[-1].endswith("filler.yaml: 2 tags")
    device = "  filler: {map: plc_maps/filler.yaml, endpoint: 'modbus-tcp://127.0.0.1:5020'}\n"
    text = plant.read_text(encoding="utf-8").replace("devices:\n", f"devices:\n{device}")
    plant.write_text(text, encoding="utf-8")
    checked = chili_edge("check", "-c", plant)
    assert checked.code == 0, checked.err
    assert "filler, unit 1: 2 tags in 1 requests" in checked.out


def test_a_device_that_is_not_there_is_said_by_probe_with_exit_code_1() -> None:
    """The reason, and what to look at."""
    outcome = chili_edge("probe", "modbus-tcp://127.0.0.1:1", "holding:0")
    assert outcome.code == 1
    assert "cannot connect" in outcome.err
    assert "look at: host, port" in outcome.err
    assert "Traceback" not in outcome.err
