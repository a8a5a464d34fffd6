"""The one list of measurements, tags and fields. Node, historian, dashboards, reports and tests read it.

A field keeps its type for life (InfluxDB refuses the batch otherwise); worker, lot and person ids are never tags.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class FieldType(StrEnum):
    """The line-protocol types in use."""

    INT = "int"
    FLOAT = "float"
    STRING = "string"


class Stream(StrEnum):
    """The two outbox streams: what may never be dropped, and what goes first when the disk is full."""

    LEDGER = "ledger"
    TREND = "trend"


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measurement: its tags in their sorted order, its fields with their types, and the stream that carries it."""

    name: str
    tags: tuple[str, ...]
    fields: Mapping[str, FieldType]
    stream: Stream = Stream.LEDGER

    def __post_init__(self) -> None:
        if tuple(sorted(self.tags)) != self.tags:
            raise ValueError(f"tags of {self.name} are not sorted: a replay must be byte-identical")


_INT, _FLOAT, _STRING = FieldType.INT, FieldType.FLOAT, FieldType.STRING

TAG = Measurement(
    "tag",
    ("device", "line", "site", "tag"),
    {"v": _FLOAT, "s": _STRING, "q": _INT},
    Stream.TREND,
)
"""A raw value: `v` number (booleans 0/1) or `s` string, `q` 192/64/0; a bad one has `q` alone."""

COUNT = Measurement(
    "count",
    ("counter", "device", "line", "site", "sku"),
    {"n": _INT, "g": _INT, "total": _INT, "gap": _INT, "mark": _STRING},
)
"""An increment: `n` pieces, `g` grams (absent when the product is not known), `total` pieces since the ledger began,
`gap` seconds when booked across a gap, `mark` the reason why it is doubtful, when it is."""

STATE = Measurement(
    "state",
    ("device", "line", "site"),
    {"packml": _INT, "category": _STRING, "reason": _INT, "speed": _FLOAT, "sku": _STRING},
)
"""A machine's state on each change and at least every 10 s; `speed` in pieces per minute."""

OEE = Measurement(
    "oee",
    ("device", "line", "shift", "site"),
    {
        "pbt_s": _FLOAT,
        "apt_s": _FLOAT,
        "ideal_s": _FLOAT,
        "pq": _INT,
        "gq": _INT,
        "availability": _FLOAT,
        "effectiveness": _FLOAT,
        "quality": _FLOAT,
        "oee": _FLOAT,
    },
)
"""ISO 22400-2 sums that can be added up again, and the ratios they give."""

TARGET = Measurement(
    "target",
    ("site",),
    {
        "actual": _INT,
        "plan": _INT,
        "day_actual": _INT,
        "day_plan": _INT,
        "year": _INT,
        "p10": _INT,
        "p50": _INT,
        "p90": _INT,
        "probability": _FLOAT,
        "before": _INT,
        "required": _INT,
        "value": _INT,
        "value_p10": _INT,
        "value_p50": _INT,
        "value_p90": _INT,
        "value_probability": _FLOAT,
        "provisional": _INT,
    },
)
"""Good product against the year's plan, g: since the year began, and of the production day, as the node knows them.

From `p10` on it is the host's, one point for each production day at its start, said anew when a day before it is corrected:
how the year will end, `before` of it made by then, `required` of each day to come, the same in yuan, and whether the
calendar of the year is provisional (1)."""

ATTENDANCE = Measurement(
    "attendance",
    ("kind", "shift", "site", "team"),
    {
        "planned": _INT,
        "present": _INT,
        "late": _INT,
        "absent": _INT,
        "leave": _INT,
        "hours": _FLOAT,
        "cost": _FLOAT,
    },
)
"""Heads of a group of three and more on a shift, `hours` that they worked and yuan that they `cost`; never a person. A shift's
newest point within its span is its result."""

ALARM = Measurement(
    "alarm",
    ("alarm", "device", "line", "site"),
    {"event": _STRING, "state": _INT, "priority": _INT, "value": _FLOAT},
)
"""ISA-18.2 alarm events."""

NODE = Measurement(
    "node",
    ("node", "site"),
    {
        "frames": _INT,
        "bad_values": _INT,
        "pending": _INT,
        "pending_bytes": _INT,
        "dropped": _INT,
        "punches": _INT,
        "unknown_punches": _INT,
    },
    Stream.TREND,
)
"""The node's own health, each 10 s."""

MEASUREMENTS: Mapping[str, Measurement] = {
    measurement.name: measurement for measurement in (TAG, COUNT, STATE, OEE, TARGET, ATTENDANCE, ALARM, NODE)
}
