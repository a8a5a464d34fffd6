from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulators.faults.catalogue import KINDS
from simulators.faults.document import MAX_BYTES
from simulators.faults.scenario import SCENARIOS, ScenarioError, load
from simulators.faults.targets import park_targets

FILES = sorted(SCENARIOS.glob("*.yaml"))
SOUND = (SCENARIOS / "flaky_gateway.yaml").read_bytes()
PLACED = re.compile(r".+\.yaml:[1-9]\d*:[1-9]\d*: [^;]+(; .+)?")


def written(folder: Path, content: bytes | str) -> Path:
    """Return a scenario file with some content."""
    file = folder / "a.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def complaint(file: Path) -> str:
    """Return what is wrong with a file."""
    with pytest.raises(ScenarioError) as raised:
        load(file, park_targets())
    return str(raised.value)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_scenarios_of_the_plant_load(file: Path) -> None:
    """Each fits the park, is over within a minute, and says what the product must do."""
    scenario = load(file, park_targets())
    assert all(fault.start < 60 and (fault.end or 0) <= 60 for fault in scenario.faults)
    assert "The product must" in scenario.description


def test_every_kind_of_fault_occurs_in_a_scenario() -> None:
    """What the simulators can do to the product is done to it somewhere."""
    assert {fault.kind for file in FILES for fault in load(file).faults} == set(KINDS)


def test_no_two_scenarios_share_a_seed() -> None:
    """Chance plays differently in each story."""
    assert len({load(file).seed for file in FILES}) == len(FILES)


def test_faults_come_by_their_start_and_with_a_seed(tmp_path: Path) -> None:
    """The order in the file does not matter; a seed of its own goes before the scenario's."""
    file = written(
        tmp_path,
        "description: d\nseed: 7\nfaults:\n"
        "- {kind: wire_cut, target: bath, start: 2min}\n"
        "- {kind: busy, target: bath, start: 800ms, seed: 3}\n",
    )
    busy, cut = load(file, park_targets()).faults
    assert (busy.kind, busy.start, busy.seed) == ("busy", 0.8, 3)
    assert (cut.kind, cut.start, cut.end, cut.seed) == ("wire_cut", 120.0, None, 7)


def test_windows_of_one_kind_may_touch_each_other(tmp_path: Path) -> None:
    """A fault may begin at the moment when the one before is over."""
    file = written(
        tmp_path,
        "description: d\nfaults:\n"
        "- {kind: wire_cut, target: bath, start: 1s, end: 2s}\n"
        "- {kind: wire_cut, target: bath, start: 2s, end: 3s}\n",
    )
    assert len(load(file).faults) == 2


def test_a_long_fault_is_not_forgotten_over_a_short_one(tmp_path: Path) -> None:
    """What begins after a short one within a long one still collides with the long one."""
    cut = "- {{kind: wire_cut, target: bath, start: {}s, end: {}s}}\n"
    text = "description: d\nfaults:\n" + cut.format(1, 50) + cut.format(2, 3) + cut.format(10, 20)
    assert complaint(written(tmp_path, text)).count("already holds on bath from 1s to 50s") == 2


def test_targets_are_not_checked_without_a_list(tmp_path: Path) -> None:
    """Somebody else's park has other names."""
    file = written(
        tmp_path,
        "description: d\nfaults:\n- {kind: wire_cut, target: distillery, start: 1s}\n",
    )
    assert load(file).faults[0].target == "distillery"
    assert "unknown target distillery" in complaint(file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"a\.yaml:1:1: the file is empty; .+"),
        (b"#" * (MAX_BYTES + 1), r"a\.yaml: is longer than 1 MB; .+"),
        ("a: 1\nb: 酸椒\n".encode("gbk"), r"a\.yaml:2:4: is not UTF-8 text; save it as UTF-8"),
        (b"[" * 5000, r"a\.yaml:1:1: is not YAML; .+"),
        (b"description: 0x" + b"F" * 9999, r"a\.yaml:1:1: faults is missing; .+"),
    ],
    ids=["empty", "huge", "gbk", "deep", "number"],
)
def test_what_is_no_scenario_is_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    """Files that were never meant are refused in a line that says what to do."""
    assert re.fullmatch(".+/" + message, complaint(written(tmp_path, content)))


def test_a_file_that_is_not_there_and_a_folder_are_one_line(tmp_path: Path) -> None:
    """There is no place in a file that can't be had."""
    assert complaint(tmp_path / "a.yaml") == f"{tmp_path}/a.yaml: there is no such file; check the path"
    assert complaint(tmp_path) == f"{tmp_path}: is a folder; name a file in it"


def test_a_byte_order_mark_is_not_content(tmp_path: Path) -> None:
    """Windows editors put one in front."""
    assert load(written(tmp_path, b"\xef\xbb\xbf" + SOUND)) == load(SCENARIOS / "flaky_gateway.yaml")


def test_a_key_cannot_command_the_terminal(tmp_path: Path) -> None:
    """Line ends and escape sequences of a file do not reach the screen."""
    said = complaint(written(tmp_path, 'description: d\nfaults: []\n"a\\e[2J\\nb": 1\n'))
    assert "\x1b" not in said
    assert said.count("\n") == 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(length=st.integers(min_value=0, max_value=len(SOUND)))
def test_a_file_cut_anywhere_loads_or_says_where(tmp_path: Path, length: int) -> None:
    """A file that was not copied to its end never gives a traceback."""
    assert_loads_or_says_where(written(tmp_path, SOUND[:length]))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.integers(min_value=0, max_value=len(SOUND)),
    removed=st.integers(min_value=0, max_value=5),
    added=st.text(alphabet="{}[]:,-#&*!|>'\"%@` \n\t\x00ab1s.酸", max_size=4),
)
def test_a_file_damaged_anywhere_loads_or_says_where(
    tmp_path: Path, place: int, removed: int, added: str
) -> None:
    """Nor does one in which somebody's keyboard has been."""
    content = SOUND[:place] + added.encode() + SOUND[place + removed :]
    assert_loads_or_says_where(written(tmp_path, content))


def assert_loads_or_says_where(file: Path) -> None:
    """Fail when a file gives anything but a scenario or lines with a place."""
    try:
        load(file, park_targets())
    except ScenarioError as error:
        for line in str(error).split("\n"):
            assert PLACED.fullmatch(line), line
