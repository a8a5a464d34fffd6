"""The generated files: current, in both languages, and the same for the same plant."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from dashboards.__main__ import main
from dashboards.boards.line_overview import PASTEURIZER_TAGS
from dashboards.build import GENERATED, build, write
from dashboards.fields import COLOURS
from dashboards.influxql import Source, tag_values
from dashboards.panels import place
from dashboards.words import common
from edge.config.commands import init
from edge.messages.schema import COUNT
from edge.model.packml import Category
from tests.unit.dashboards.boards import BOARDS, FILES, of

ROOT = GENERATED.parent.parent
PROVISIONING = ROOT / "dashboards" / "provisioning"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAMES = {
    "line-overview",
    "shift",
    "oee",
    "year",
    "attendance",
    "process",
    "edge-health",
    "fleet",
}


def test_the_generated_files_are_current(tmp_path: Path) -> None:
    """What is committed is what the code writes, file for file and byte for byte."""
    write(tmp_path)

    written, committed = (
        {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        for folder in (tmp_path, GENERATED)
    )
    assert written == committed


def test_the_same_plant_gives_the_same_bytes() -> None:
    """Nothing depends on when or where it is built."""
    assert build() == FILES


def test_every_dashboard_is_there_in_both_languages() -> None:
    """Eight of them, and the uids of the languages stand side by side."""
    assert {name.removesuffix(".json") for name in BOARDS} == {
        f"{language}/{name}" for language in ("zh", "en") for name in NAMES
    }
    for name in NAMES:
        assert BOARDS[f"zh/{name}.json"]["uid"] == f"chili-{name}"
        assert BOARDS[f"en/{name}.json"]["uid"] == f"chili-{name}-en"


def test_the_languages_differ_in_words_alone() -> None:
    """The same file but for texts, their links and the uids: structure, queries, places and thresholds are one."""
    for name in NAMES:
        zh, en = (BOARDS[f"{language}/{name}.json"] for language in ("zh", "en"))
        assert _shape(zh) == _shape(en), name


def _shape(value: Any, key: str = "") -> Any:
    """Return JSON with the texts that people read left out."""
    if isinstance(value, dict):
        return {name: _shape(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_shape(each, key) for each in value]
    is_query = key == "query" and str(value).startswith(("SELECT", "SHOW"))
    return value if is_query or not isinstance(value, str) else type(value).__name__


def test_chinese_is_chinese_and_english_has_none() -> None:
    """No word of one set has strayed into the other."""
    for board in of("zh"):
        assert all(CHINESE.search(panel["title"]) or panel["title"] == "pH" for panel in board["panels"])
    for board in of("en"):
        assert not CHINESE.search(json.dumps(board, ensure_ascii=False)), board["uid"]


def test_links_keep_variables_and_time() -> None:
    """From each dashboard to the seven others; only the year has a time of its own."""
    for name in NAMES:
        board = BOARDS[f"zh/{name}.json"]
        links = [link for link in board["links"] if link["icon"] == "dashboard"]
        assert len(links) == len(NAMES) - 1
        assert all(link["includeVars"] for link in links)
        for link in links:
            assert link["keepTime"] == ("year" not in (name, link["url"].removeprefix("/d/chili-")))


def test_a_row_that_does_not_fill_the_grid_ends_the_build() -> None:
    """A hole in the dashboard is a mistake."""
    with pytest.raises(ValueError, match="a row is 23 wide"):
        place([(5, [(23, {})])])


def test_a_name_that_the_schema_does_not_have_ends_the_build() -> None:
    """Fields and tags are looked up when the query is made."""
    with pytest.raises(KeyError, match="no field 'pieces'"):
        Source(COUNT).field("pieces")
    with pytest.raises(KeyError, match="no tag 'machine'"):
        Source(COUNT).equal(machine="x")
    with pytest.raises(KeyError, match="no tag 'n'"):
        tag_values(COUNT, "n")


def test_every_state_has_a_name_and_a_colour() -> None:
    """A time class that is new needs them here too."""
    assert COLOURS.keys() == common.CATEGORIES.keys() == set(Category)
    assert len(set(COLOURS.values())) == len(COLOURS)


def test_temperatures_are_tags_of_the_pasteurizer_and_of_no_other_map() -> None:
    """The pattern finds all zones and the core, and no other machine's temperatures."""
    found = {
        (file.stem, tag)
        for file in (ROOT / "plc_maps").glob("*.yaml")
        for tag in YAML(typ="safe").load(file)["tags"]
        if re.fullmatch(PASTEURIZER_TAGS, tag)
    }

    assert {machine for machine, _ in found} == {"pasteurizer"}
    assert len(found) == 6


def test_every_data_source_has_the_uid_of_the_alert_rules() -> None:
    """One file for each InfluxDB; whichever is mounted, rules and dashboards find it. Secrets are never in them."""
    files = sorted((PROVISIONING / "datasources").glob("*.yaml"))
    assert [file.name for file in files] == ["influxdb1.yaml", "influxdb2.yaml", "influxdb3.yaml"]
    for file in files:
        (source,) = YAML(typ="safe").load(file)["datasources"]
        assert (source["type"], source["uid"], source["access"]) == ("influxdb", "influx-edge", "proxy")
        assert source["jsonData"]["httpMode"] == "POST"
        assert "database" not in source
        assert all("$" in secret for secret in source["secureJsonData"].values())


def test_each_language_has_its_provider() -> None:
    """Both folders at once, read-only."""
    for language in ("zh", "en"):
        (provider,) = YAML(typ="safe").load(PROVISIONING / "dashboards" / f"chili.{language}.yaml")[
            "providers"
        ]
        assert provider["options"] == {"path": f"${{CHILI_DASHBOARDS}}/{language}"}
        assert provider["allowUiUpdates"] is False


def test_the_command_writes_for_a_plant_of_its_own(tmp_path: Path) -> None:
    """From the sample that `chili-edge init` writes: its two shifts, its fillers, and its times of day."""
    init(tmp_path / "plant")

    code = main(["-c", str(tmp_path / "plant" / "edge.yaml"), "-o", str(tmp_path / "out")])

    assert code == 0
    board = json.loads((tmp_path / "out" / "zh" / "shift.json").read_text(encoding="utf-8"))
    titles = [panel["title"] for panel in board["panels"]]
    assert "白班 08:00–17:30：产量" in titles
    assert "夜班 20:00–08:00：产量" in titles
    rules = (tmp_path / "out" / "alerting" / "rules.zh.yaml").read_text(encoding="utf-8")
    assert "(jar_line|pouch_line)" in rules


@pytest.mark.parametrize("words", [["-c", "missing.yaml", "-o", "out"], ["-o", "/dev/null/out"]])
def test_what_cannot_be_read_or_written_is_said_in_a_line(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, and exit code 2."""
    assert main(words) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_plant_of_its_own_needs_a_folder_of_its_own() -> None:
    """The committed set is never overwritten by another plant's."""
    with pytest.raises(SystemExit) as ended:
        main(["-c", "edge.yaml"])
    assert ended.value.code == 2
