"""InfluxDB line protocol, both ways: deterministic text out, strict points in.

Encoding is deterministic (tags in schema order, which is sorted; fields in schema order), so a replay is
byte-identical and every InfluxDB version treats it as the same point.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from edge.errors import RejectedError
from edge.messages.schema import MEASUREMENTS, FieldType
from edge.model.point import FieldValue, Point

MIN_TIME = -(2**63) + 2
MAX_TIME = 2**63 - 2
"""The times, ns UTC, that InfluxDB can hold."""

_INT64 = range(-(2**63), 2**63)
_TAG_ESCAPES = str.maketrans(
    {"\\": "/", ",": r"\,", "=": r"\=", " ": r"\ ", "\n": r"\ ", "\r": r"\ ", "\t": r"\ "}
)
_STRING_ESCAPES = str.maketrans({'"': r"\"", "\\": r"\\", "\n": " ", "\r": " "})
_KEY = r"(?:\\.|[^,= \\])+"
_LINE = re.compile(
    rf"(?P<measurement>(?:\\.|[^, \\])+)(?P<tags>(?:,{_KEY}={_KEY})*) "
    rf'(?P<fields>{_KEY}=(?:"(?:\\.|[^"\\])*"|[^, "]+)(?:,{_KEY}=(?:"(?:\\.|[^"\\])*"|[^, "]+))*)'
    r" (?P<time>-?\d{1,19})",
    re.ASCII,
)
_TAG_PAIR = re.compile(rf"(?P<key>{_KEY})=(?P<value>{_KEY})")
_FIELD_PAIR = re.compile(rf'(?P<key>{_KEY})=(?P<value>"(?:\\.|[^"\\])*"|[^, "]+)')
_UNESCAPE = re.compile(r"\\(.)")
_INTEGER = re.compile(r"-?\d{1,19}i", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)


def escape_tag(text: str) -> str:
    """Return a tag value as line protocol writes it.

    Line breaks become spaces and backslashes slashes: before a comma no reader could tell them from an escape.
    """
    return text.translate(_TAG_ESCAPES) or "-"


def prefix(measurement: str, tags: Mapping[str, str]) -> str:
    """Return the series part of a line, tags in schema order; a tag that is empty or missing is left out."""
    parts = [measurement]
    parts += [f"{key}={escape_tag(tags[key])}" for key in MEASUREMENTS[measurement].tags if tags.get(key)]
    return ",".join(parts)


def field_text(value: FieldValue) -> str:
    """Return a field value: integers with `i`, floats always as floats, booleans as the floats 0 and 1."""
    if isinstance(value, bool):
        return "1.0" if value else "0.0"
    if isinstance(value, int):
        return f"{value}i"
    if isinstance(value, float):
        return repr(value)
    return f'"{value.translate(_STRING_ESCAPES)}"'


def encode(point: Point) -> str:
    """Return a point as one line without its line break, fields in schema order.

    Raises:
        KeyError: a measurement or field that the schema does not know: a mistake of ours.
    """
    measurement = MEASUREMENTS[point.measurement]
    unknown = point.fields.keys() - measurement.fields.keys()
    if unknown:
        raise KeyError(f"{point.measurement}: fields {sorted(unknown)} are not in the schema")
    fields = ",".join(
        f"{key}={field_text(point.fields[key])}" for key in measurement.fields if key in point.fields
    )
    return f"{prefix(point.measurement, point.tags)} {fields} {point.time}"


def lines(body: bytes) -> Iterator[str]:
    """Yield the lines of a body that are neither empty nor comments.

    Raises:
        RejectedError: the body is not UTF-8.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise RejectedError(f"not UTF-8: {error}") from error
    return (line for line in text.split("\n") if line and not line.startswith("#"))


def parse(line: str) -> Point:
    """Return the point of one line, of a measurement, with tags, fields and field types that the schema knows.

    Raises:
        RejectedError: it is not line protocol with an explicit time, or not of the schema; says why.
    """
    match = _LINE.fullmatch(line)
    if match is None:
        raise RejectedError("not line protocol with a time stamp")
    name = _unescape(match["measurement"])
    measurement = MEASUREMENTS.get(name)
    if measurement is None:
        raise RejectedError(f"unknown measurement {name!r}")
    tags = {_unescape(m["key"]): _unescape(m["value"]) for m in _TAG_PAIR.finditer(match["tags"])}
    unknown = tags.keys() - set(measurement.tags)
    if unknown:
        raise RejectedError(f"{name}: unknown tags {', '.join(sorted(unknown))}")
    fields = {}
    for pair in _FIELD_PAIR.finditer(match["fields"]):
        key = _unescape(pair["key"])
        kind = measurement.fields.get(key)
        if kind is None:
            raise RejectedError(f"{name}: unknown field {key!r}")
        fields[key] = _field_value(name, key, kind, pair["value"])
    time = int(match["time"])
    if not MIN_TIME <= time <= MAX_TIME:
        raise RejectedError(f"{name}: {time} is no time between the years 1677 and 2262")
    return Point(name, tags, fields, time)


def _field_value(measurement: str, key: str, kind: FieldType, text: str) -> FieldValue:
    if kind is FieldType.STRING and text.startswith('"'):
        return _unescape(text[1:-1])
    if kind is FieldType.INT and _INTEGER.fullmatch(text) and int(text[:-1]) in _INT64:
        return int(text[:-1])
    if kind is FieldType.FLOAT and _FLOAT.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    raise RejectedError(f"{measurement}: field {key!r} is {kind}, not {text[:40]}")


def _unescape(text: str) -> str:
    return _UNESCAPE.sub(r"\1", text) if "\\" in text else text
