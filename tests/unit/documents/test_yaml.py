from __future__ import annotations

from pathlib import Path

import pytest

from edge.documents.yaml import MAX_BYTES, Place, load, parse
from edge.errors import ConfigurationError, Fault

FILE = Path("a.yaml")


def faults_of(text: str) -> tuple[Fault, ...]:
    """Return what is wrong with a text, whether it can be read at all or not."""
    try:
        return parse(text, FILE).faults
    except ConfigurationError as error:
        return error.faults


def test_scalars_are_what_yaml_1_2_says() -> None:
    """Times, yes and leading zeros are not numbers and booleans in disguise."""
    text = "a: [22:00, yes, 010, 0x10, 1.5, true, ~, 2026-09-15, 1_000]"
    assert parse(text, FILE).data == {"a": ["22:00", "yes", 10, 16, 1.5, True, None, "2026-09-15", 1000]}


def test_every_key_and_value_has_its_place() -> None:
    """Places count from 1 and survive Chinese text before them."""
    document = parse("酸椒: {净重: 280}\nb:\n  - x\n  - y\n", FILE)
    assert document.keys["酸椒", "净重"] == Place(1, 6)
    assert document.values["酸椒", "净重"] == Place(1, 10)
    assert document.values["b", 1] == Place(4, 5)


def test_all_duplicate_keys_are_found_and_the_first_value_stays() -> None:
    """Two duplicates give two faults, where a parser would have taken the last value in silence."""
    document = parse("a: 1\nb: {c: 1, c: 2}\na: 2\n", FILE)
    assert [(fault.line, fault.column, fault.key) for fault in document.faults] == [
        (2, 11, "b.c"),
        (3, 1, "a"),
    ]
    assert document.data == {"a": 1, "b": {"c": 1}}


def test_a_billion_laughs_are_refused() -> None:
    """Aliases never multiply: each is a fault, and none is followed."""
    laughs = "a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
    assert len(parse(laughs, FILE).faults) == 4


@pytest.mark.parametrize("depth", [30, 5000])
def test_deep_nesting_is_refused(depth: int) -> None:
    """A file that is nested too deeply is a fault or an error, never a crash."""
    assert any("nested too deeply" in str(fault) for fault in faults_of("[" * depth + "]" * depth))


def test_a_file_that_is_not_utf_8_is_told_where(tmp_path: Path) -> None:
    """The first byte that is not UTF-8 has its line and column; GBK files of old editors are the usual case."""
    file = tmp_path / "gbk.yaml"
    file.write_bytes("a: 1\nb: 酸椒\n".encode("gbk"))
    with pytest.raises(ConfigurationError, match=r"gbk\.yaml:2:4: file: is not UTF-8 text"):
        load(file)


def test_a_byte_order_mark_is_not_content(tmp_path: Path) -> None:
    """Windows editors put one in front."""
    file = tmp_path / "bom.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert load(file).data == {"a": 1}


def test_files_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    """A missing file, a folder and an endless file are one line each."""
    with pytest.raises(ConfigurationError, match="No such file"):
        load(tmp_path / "missing.yaml")
    with pytest.raises(ConfigurationError, match="Is a directory"):
        load(tmp_path)
    endless = tmp_path / "endless.yaml"
    endless.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(ConfigurationError, match="longer than"):
        load(endless)


@pytest.mark.parametrize("text", ["a: \x01", "--- 1\n--- 2\n", "a: b: c", "{", "? [1]\n: 2\n"])
def test_what_is_not_yaml_is_told_with_a_place(text: str) -> None:
    """A syntax fault names file, line and column."""
    faults = faults_of(text)
    assert faults
    assert str(faults[0]).startswith("a.yaml:")


def test_a_key_that_breaks_the_line_or_the_terminal_is_shown_on_one_line() -> None:
    """Line ends and escape sequences in a key do not reach the screen."""
    (fault,) = parse('{"a\\n\\eb": 1, "a\\n\\eb": 2}', FILE).faults
    assert fault.key == "a ?b"
