"""InfluxDB line protocol, both ways: deterministic text out, strict points in.

Encoding is deterministic (tags in schema order, which is sorted; fields in schema order), so a replay is
byte-identical and every InfluxDB version treats it as the same point.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from edge.errors import RejectedError
from edge.messages.schema import MEASUREMENTS, FieldType, Measurement
from edge.model.point import FieldValue, Point

MIN_TIME = -(2**63) + 2
MAX_TIME = 2**63 - 2
"""The times, ns UTC, that InfluxDB can hold."""

_SERIES_KEPT = 2**14
"""Series whose text and meaning are remembered."""
_LEAST, _MOST = -(2**63), 2**63 - 1
_TAG_ESCAPES = str.maketrans(
    {"\\": "/", ",": r"\,", "=": r"\=", " ": r"\ ", "\n": r"\ ", "\r": r"\ ", "\t": r"\ "}
)
_STRING_ESCAPES = str.maketrans({'"': r"\"", "\\": r"\\", "\n": " ", "\r": " "})
# Possessive throughout: each character is looked at once, also in a line that is none.
_KEY = r"(?:[^,= \\]++|\\.)++"
_TEXT = r'"(?:[^"\\]++|\\.)*+"'
_FIELD = rf'{_KEY}=(?:{_TEXT}|[^, "]++)'
_LINE = re.compile(rf"((?:[^ \\]++|\\.)++) ({_FIELD}(?:,{_FIELD})*+) (-?\d{{1,19}})", re.ASCII)
_SERIES = re.compile(rf"(?P<measurement>(?:[^, \\]++|\\.)++)(?P<tags>(?:,{_KEY}={_KEY})*+)")
_TAG_PAIR = re.compile(rf"({_KEY})=({_KEY})")
_FIELD_PAIR = re.compile(rf'({_KEY})=({_TEXT}|[^, "]++)')
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
    return _prefix(measurement, tuple([tags.get(key, "") for key in MEASUREMENTS[measurement].tags]))


@lru_cache(_SERIES_KEPT)
def _prefix(measurement: str, values: tuple[str, ...]) -> str:
    pairs = zip(MEASUREMENTS[measurement].tags, values, strict=True)
    return ",".join([measurement, *(f"{key}={escape_tag(value)}" for key, value in pairs if value)])


def field_text(value: FieldValue) -> str:
    """Return a field value: integers with `i`, floats always as floats, booleans as the floats 0 and 1."""
    if isinstance(value, str):
        return f'"{value.translate(_STRING_ESCAPES)}"'
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, bool):
        return "1.0" if value else "0.0"
    return f"{value}i"


def encode(point: Point) -> str:
    """Return a point as one line without its line break, fields in schema order.

    Raises:
        KeyError: a measurement or field that the schema does not know: a mistake of ours.
    """
    known, given = MEASUREMENTS[point.measurement].fields, point.fields
    fields = [f"{key}={field_text(given[key])}" for key in known if key in given]
    if len(fields) != len(given):
        unknown = sorted(given.keys() - known.keys())
        raise KeyError(f"{point.measurement}: fields {unknown} are not in the schema")
    return f"{prefix(point.measurement, point.tags)} {','.join(fields)} {point.time}"


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
    series, pairs, stamp = match.groups()
    measurement, tags = _series(series)
    name = measurement.name
    fields = {}
    for escaped, text in _FIELD_PAIR.findall(pairs):
        key = _unescape(escaped)
        kind = measurement.fields.get(key)
        if kind is None:
            raise RejectedError(f"{name}: unknown field {key!r}")
        value = _READERS[kind](text)
        if value is None:
            raise RejectedError(f"{name}: field {key!r} is {kind}, not {text[:40]}")
        fields[key] = value
    time = int(stamp)
    if not MIN_TIME <= time <= MAX_TIME:
        raise RejectedError(f"{name}: {time} is no time between the years 1677 and 2262")
    return Point(name, tags, fields, time)


def check(line: str) -> Mapping[str, str]:
    """Return the tags of a line that `parse` takes; a good deal faster, for lines of series that were seen before.

    Raises:
        RejectedError: as `parse`.
    """
    series, _, rest = line.rpartition(" ")[0].rpartition(" ")
    fields = _FIELDS.get(series.partition(",")[0])
    if (
        fields is None
        or not fields.fullmatch(rest, 0)
        or not _STAMP.fullmatch(line, len(series) + len(rest) + 2)
    ):
        return parse(line).tags
    return _series(series)[1]


@lru_cache(_SERIES_KEPT)
def _series(text: str) -> tuple[Measurement, Mapping[str, str]]:
    """Return measurement and tags of the series part of a line; most lines are of a series that was seen before."""
    match = _SERIES.fullmatch(text)
    if match is None:
        raise RejectedError("not line protocol with a time stamp")
    name = _unescape(match["measurement"])
    measurement = MEASUREMENTS.get(name)
    if measurement is None:
        raise RejectedError(f"unknown measurement {name!r}")
    tags = {_unescape(key): _unescape(value) for key, value in _TAG_PAIR.findall(match["tags"])}
    unknown = tags.keys() - set(measurement.tags)
    if unknown:
        raise RejectedError(f"{name}: unknown tags {', '.join(sorted(unknown))}")
    return measurement, MappingProxyType(tags)


def _integer(text: str) -> int | None:
    if not _INTEGER.fullmatch(text):
        return None
    number = int(text[:-1])
    return number if _LEAST <= number <= _MOST else None


def _float(text: str) -> float | None:
    if not _FLOAT.fullmatch(text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def _string(text: str) -> str | None:
    return _unescape(text[1:-1]) if text.startswith('"') else None


def _unescape(text: str) -> str:
    return _UNESCAPE.sub(r"\1", text) if "\\" in text else text


_READERS: Mapping[FieldType, Callable[[str], FieldValue | None]] = {
    FieldType.INT: _integer,
    FieldType.FLOAT: _float,
    FieldType.STRING: _string,
}
"""What reads a field of each type; they return None for what is none."""

_PLAIN = {
    # Narrower than what is good, so that a match needs no second look; `parse` decides about the rest.
    FieldType.INT: r"-?\d{1,18}i",
    FieldType.FLOAT: r"-?\d+\.?\d*(?:[eE][-+]?\d{1,2})?",
    FieldType.STRING: r'"[^"\\\n]*+"',
}
_STAMP = re.compile(r"\d{1,18}|[1-8]\d{18}", re.ASCII)


def _fields_of(measurement: Measurement) -> re.Pattern[str]:
    one = "|".join(f"{name}={_PLAIN[kind]}" for name, kind in measurement.fields.items())
    return re.compile(rf"(?:{one})(?:,(?:{one}))*+", re.ASCII)


_FIELDS = {name: _fields_of(measurement) for name, measurement in MEASUREMENTS.items()}
