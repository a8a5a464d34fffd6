"""A folder that is damaged, or that edge.yaml does not know, is one clear line; the days before the damage are stored."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.cli import main
from edge.outbox.sqlite import FILE, read_state
from tests.unit.history.folder import (
    SERIAL,
    read_gzip,
    write_configuration,
    write_gzip,
    write_readings,
)

MARCH, APRIL = "2026-03.csv.gz", "2026-04.csv.gz"


@pytest.fixture
def year(tmp_path: Path) -> Path:
    """Write a sound folder of readings, and the plant that it is for."""
    write_configuration(tmp_path / "plant")
    write_readings(tmp_path / "year")
    return tmp_path / "year"


def jars(year: Path) -> Path:
    """Return the jar line's second file."""
    return year / "devices" / "jar_line" / APRIL


def run(year: Path, *arguments: str) -> int:
    """Run the command."""
    config = year.parent / "plant" / "edge.yaml"
    return main(["history", "import", str(year), "-c", str(config), *arguments])


def cut_gzip(year: Path) -> None:
    """End a file early."""
    path = jars(year)
    path.write_bytes(path.read_bytes()[:-200])


def no_gzip(year: Path) -> None:
    """Write a file that is not compressed."""
    jars(year).write_text("time,good\n")


def cut_line(year: Path) -> None:
    """End a file early, before it was compressed."""
    path = jars(year)
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:-3]))


def edit(number: int, change: Callable[[str], str]) -> Callable[[Path], None]:
    """Return what changes a line, from 1, of the jar line's second file."""

    def damage(year: Path) -> None:
        lines = read_gzip(jars(year))
        lines[number - 1] = change(lines[number - 1])
        write_gzip(jars(year), lines)

    return damage


def no_utf8(year: Path) -> None:
    """Write a batch in another encoding."""
    path = jars(year)
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"B0401", b"\xff", 1)))


def no_record(year: Path) -> None:
    """Add a line that is no attendance record."""
    path = year / "terminals" / SERIAL / "2026-04.txt.gz"
    lines = read_gzip(path)
    write_gzip(path, [*lines, f"{lines[-1].split()[0]}\tnobody"])


def flipped(year: Path) -> None:
    """Turn one bit of the data over: what is unpacked may well look like readings."""
    path = jars(year)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def lost(year: Path) -> None:
    """Take a month away."""
    jars(year).unlink()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (cut_gzip, f"{APRIL}:"),
        (no_gzip, f"{APRIL}:1: the gzip data are damaged"),
        (flipped, "the gzip data are damaged or cut here"),
        (lost, "jar_line: there is no file of 2026-04"),
    ],
)
def test_a_file_that_is_damaged_or_missing_stops_the_import_before_the_first_day(
    year: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[Path], None], message: str
) -> None:
    """Wrong figures that look right are worse than none: nothing is written, not even the node's files."""
    damage(year)

    assert run(year) == 2
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 1
    assert message in captured.err
    assert read_state(year.parent / "plant" / "var" / FILE) == {}


def misnamed(year: Path) -> None:
    """Exchange the names of two months."""
    march, april = jars(year).with_name(MARCH), jars(year)
    content = march.read_bytes()
    march.write_bytes(april.read_bytes())
    april.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (misnamed, "a time that is not in the month that the file is named after"),
        (cut_line, "ends in the middle of this line: it is cut"),
        (edit(9, lambda line: line.rpartition(",")[0]), f"{APRIL}:9: 6 fields instead of 7"),
        (edit(9, lambda line: line.replace(",2,", ",two,", 1)), f"{APRIL}:9: packml_state: no uint16"),
        (edit(9, lambda line: "1774972800" + line[10:]), f"{APRIL}:9: time runs backwards here, by"),
        (edit(9, lambda line: "1" + line), f"{APRIL}:9: a time that is not between from and to"),
        (edit(9, lambda line: "x" + line), f"{APRIL}:9: a time is in whole seconds"),
        (no_utf8, "not UTF-8 text"),
        (no_record, "2026-04.txt.gz:5: no attendance record: not tab separated"),
    ],
)
def test_damage_is_one_line_and_what_came_before_is_kept(
    year: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[Path], None], message: str
) -> None:
    """File and line stand in it; once the file is mended the import goes on."""
    sound = {path: path.read_bytes() for path in year.rglob("*.gz")}
    damage(year)

    assert run(year) == 2
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 1
    assert message in captured.err
    for path, content in sound.items():
        path.write_bytes(content)
    assert run(year) == 0
    assert "up to 2026-04-01" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("format", 2, "readings.json:1:12: format: should be 1"),
        ("from", "yesterday", "from:"),
        ("to", "2026-03-01", "to: lies before from"),
        ("to", "9999-12-31", "to: should be less than or equal to 2199-12-31"),
        ("from", "0001-01-01", "from: should be greater than or equal to 1970-01-02"),
        (
            "devices",
            ["jar_line", "oven"],
            "edge.yaml has no oven in devices: add it, or import with --skip-unknown",
        ),
        ("devices", ["jar_line", "../tanks"], "devices"),
        ("devices", ["jar_line", "tanks", "jar_line"], "jar_line stands here twice"),
        ("terminals", ["T1"], "edge.yaml has no T1 in people.terminals.serials"),
    ],
)
def test_a_manifest_that_does_not_fit_is_one_line(
    year: Path, capsys: pytest.CaptureFixture[str], key: str, value: object, message: str
) -> None:
    """Nothing is written, not even the node's files."""
    manifest = json.loads((year / "readings.json").read_text())
    (year / "readings.json").write_text(json.dumps({**manifest, key: value}))

    assert run(year) == 2
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 1
    assert message in captured.err
    assert read_state(year.parent / "plant" / "var" / FILE) == {}


def test_a_column_of_the_last_month_stops_the_import_before_the_first(
    year: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All headers are read before anything is imported."""
    edit(1, lambda line: line.replace("batch", "lot"))(year)

    assert run(year) == 2
    assert f"{APRIL}:1: the map of jar_line has no tag lot" in capsys.readouterr().err
    assert read_state(year.parent / "plant" / "var" / FILE) == {}


@pytest.mark.parametrize("name", ["2026-13.csv.gz", "2026-03.csv", "notes.txt"])
def test_a_file_that_is_no_month_is_said(year: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """A file that is passed over in silence might have been a month."""
    (year / "devices" / "tanks" / name).write_text("")

    assert run(year) == 2
    assert f"{name}: a file of readings is named YYYY-MM.csv.gz" in capsys.readouterr().err


def test_a_folder_that_the_manifest_names_is_there(year: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A device without a folder is a folder that was lost."""
    (year / "devices" / "tanks").rename(year / "devices" / "barrels")

    assert run(year) == 2
    assert "tanks: there is no such folder" in capsys.readouterr().err


def test_what_is_unknown_can_be_left_out(year: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The rest is imported, and what was not is named; so are tickets, which nothing processes yet."""
    manifest = json.loads((year / "readings.json").read_text())
    for kind, name in (("devices", "oven"), ("terminals", "T1")):
        manifest[kind] = [*manifest[kind], name]
    (year / "readings.json").write_text(json.dumps(manifest))
    edit(1, lambda line: line.replace("batch", "lot"))(year)
    (year / "weighbridge").mkdir()
    write_gzip(year / "weighbridge" / MARCH, ["time,tonnes"])

    assert run(year, "--skip-unknown") == 0
    out = capsys.readouterr().out
    assert "devices left out, since edge.yaml does not have them: oven" in out
    assert "terminals left out, since edge.yaml does not have them: T1" in out
    assert "weighbridge tickets left out: nothing processes them yet" in out
    assert "4 days up to 2026-04-01" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["history"], "ACTION"),
        (["history", "export"], "export"),
        (["history", "import", "/nowhere", "-c", "edge.yaml", "--trend-days", "-1"], "--trend-days"),
        (
            ["history", "import", "/nowhere", "-c", "edge.yaml", "--trend-days", "some"],
            "not a number of days, nor all",
        ),
        (["history", "import", "-c", "edge.yaml"], "DIR"),
    ],
)
def test_a_wrong_argument_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    """As with every command."""
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert len(captured.err.splitlines()) == 1


def test_a_folder_without_a_manifest_is_none(year: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder beside it, say."""
    assert run(year.parent / "plant") == 2
    assert "no folder of readings: there is no readings.json in it" in capsys.readouterr().err
