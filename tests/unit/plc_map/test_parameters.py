"""What becomes of `${…}` in a map."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.documents.yaml import parse
from edge.plc_map.parameters import Value, Values, declared, filled

FILE = Path("map.yaml")


def value_of(text: str, values: Values) -> object:
    """Return what a text of a map becomes."""
    document = filled(parse(f"parameters: {{first: 4, name: null}}\nkey: '{text}'\n", FILE), values)
    assert document.faults == ()
    return document.data["key"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no parameter", "no parameter"),
        ("$first {first}", "$first {first}"),
        ("${first}", 4),
        ("${ first + 2 * 10 }", 24),
        ("${(first + 2) * -10}", -60),
        ("${first / 8}", 0.5),
        ("${first / 2}", 2),
        ("D${first}", "D4"),
        ("T${first:02}.${first + 10:02}", "T04.14"),
        ("${name}", "轴"),
        ("${name}_${first}", "轴_4"),
    ],
)
def test_a_term_alone_is_a_value_and_within_a_text_it_is_written_out(text: str, value: Value) -> None:
    """Numbers stay numbers, so that a scale may be a parameter as well as a part of an address."""
    found = value_of(text, {"name": "轴"})
    assert found == value
    assert type(found) is type(value)


def test_what_a_device_gives_stands_before_what_the_map_has() -> None:
    """The map's own value is for devices that say nothing."""
    assert value_of("${first}", {"first": 7}) == 7


def test_the_places_of_the_map_are_kept() -> None:
    """A fault that is found later still says where it stands in the file."""
    document = filled(parse("parameters: {a: 1}\ntags:\n  x: {address: '${a}'}\n", FILE), {})
    assert document.data["tags"]["x"]["address"] == 1
    assert document.fault(("tags", "x", "address"), "").line == 3


def test_parameters_themselves_are_not_filled() -> None:
    """One is never made of another: their order would matter."""
    document = parse("parameters: {a: 1, b: '${a}'}\nkey: '${b}'\n", FILE)
    assert declared(document) == {"a": 1, "b": "${a}"}
    assert filled(document, {}).data["key"] == "${a}"


@given(st.text(max_size=30))
def test_any_term_is_worked_out_or_named_as_a_fault(term: str) -> None:
    """Nothing is ever run that is not a sum of numbers and parameters."""
    document = parse("parameters: {first: 4}\nkey: x\n", FILE)
    data = {**document.data, "key": f"${{{term}}}"}
    found = filled(type(document)(FILE, data, document.keys, document.values), {})
    assert isinstance(found.data["key"], int | float | str)
