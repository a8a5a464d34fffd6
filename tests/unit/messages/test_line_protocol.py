"""Line protocol: what is encoded is parsed back, and nothing but RejectedError comes of any other text."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import RejectedError
from edge.messages import line_protocol
from edge.messages.line_protocol import MAX_TIME, MIN_TIME
from edge.messages.schema import MEASUREMENTS, FieldType
from edge.model.point import FieldValue, Point

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\t\\"), min_size=1)
VALUES: dict[FieldType, st.SearchStrategy[FieldValue]] = {
    FieldType.INT: st.integers(-(2**63), 2**63 - 1),
    FieldType.FLOAT: st.floats(allow_nan=False, allow_infinity=False),
    FieldType.STRING: st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r")),
}


@st.composite
def points(draw: st.DrawFn) -> Point:
    """Any point that the schema knows."""
    measurement = MEASUREMENTS[draw(st.sampled_from(sorted(MEASUREMENTS)))]
    tags = draw(st.dictionaries(st.sampled_from(measurement.tags), TEXT))
    keys = draw(st.lists(st.sampled_from(sorted(measurement.fields)), min_size=1, unique=True))
    fields = {key: draw(VALUES[measurement.fields[key]]) for key in keys}
    return Point(measurement.name, tags, fields, draw(st.integers(MIN_TIME, MAX_TIME)))


@given(points())
def test_parse_undoes_encode(point: Point) -> None:
    """Every point of the schema survives its line."""
    assert line_protocol.parse(line_protocol.encode(point)) == point


@given(st.text() | st.from_regex(r"(count|tag|state),[a-z=\\, ]*( [a-z]+=[^ ]*)? -?[0-9]*", fullmatch=True))
@settings(max_examples=300)
def test_any_text_is_a_point_or_rejected(text: str) -> None:
    """Nothing that stands in a batch ends the worker."""
    try:
        point = line_protocol.parse(text)
    except RejectedError:
        return
    assert point.measurement in MEASUREMENTS


@given(st.binary())
def test_any_body_has_lines_or_is_rejected(body: bytes) -> None:
    """Bytes that are not UTF-8 are refused as a whole."""
    try:
        lines = list(line_protocol.lines(body))
    except RejectedError:
        return
    assert not any("\n" in line or line.startswith("#") or not line for line in lines)


@given(points(), st.text(min_size=1))
def test_a_line_is_one_line(point: Point, text: str) -> None:
    """No tag and no string, whatever it holds, breaks a line in two."""
    tag = next(iter(MEASUREMENTS[point.measurement].tags))
    line = line_protocol.encode(Point(point.measurement, {tag: text}, point.fields, point.time))

    assert "\n" not in line
    assert line_protocol.parse(line).time == point.time


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("count,site=s n=1i", "time stamp"),
        ("count,site=s n=1i ١٢", "time stamp"),
        ("strangers,site=s n=1i 1", "unknown measurement 'strangers'"),
        ("count,worker=w n=1i 1", "unknown tags worker"),
        ("count,site=s worker=1i 1", "unknown field 'worker'"),
        ("count,site=s n=1 1", "'n' is int, not 1"),
        ("count,site=s n=9223372036854775808i 1", "'n' is int"),
        ("count,site=s n=1i 9223372036854775807", "no time between"),
        ("tag,site=s v=1_0 1", "'v' is float"),
        ("tag,site=s v=1e999 1", "'v' is float"),
        ("tag,site=s v=NaN 1", "'v' is float"),
        ("tag,site=s s=text 1", "'s' is string"),
    ],
)
def test_says_what_is_wrong(line: str, reason: str) -> None:
    """The reason of a dead letter names the place."""
    with pytest.raises(RejectedError, match=reason):
        line_protocol.parse(line)


def test_booleans_are_floats() -> None:
    """A bit of a PLC becomes 0 or 1, and `v` stays a float for life."""
    assert [line_protocol.field_text(value) for value in (True, False, 3.0, 3)] == ["1.0", "0.0", "3.0", "3i"]
    assert math.isclose(float(line_protocol.field_text(0.1)), 0.1)


def test_an_unknown_field_is_a_mistake_of_ours() -> None:
    """Encoding does not invent fields."""
    with pytest.raises(KeyError, match="worker"):
        line_protocol.encode(Point("count", {}, {"worker": 1}, 0))
