"""The one list of measurements, tags and fields. Node, historian, dashboards, reports and tests read it.

A field keeps its type for life (InfluxDB refuses the batch otherwise); worker, lot and person ids are never tags.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from edge.model import oee


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
    """A measurement: its tags in their sorted order, its fields with their types, and the stream that carries it.

    Few points have any of the `sparse` fields: a store may keep a list of those.
    """

    name: str
    tags: tuple[str, ...]
    fields: Mapping[str, FieldType]
    stream: Stream = Stream.LEDGER
    sparse: tuple[str, ...] = ()

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
    {
        "n": _INT,
        "g": _INT,
        "total": _INT,
        "gap": _INT,
        "mark": _STRING,
        "who": _STRING,
        "why": _STRING,
        "entered": _INT,
    },
    sparse=("gap", "mark", "who", "why", "entered"),
)
"""An increment: `n` pieces, `g` grams (absent when the product is not known), `total` pieces since the ledger began,
`gap` seconds when booked across a gap, `mark` the reason why it is doubtful, when it is. A correction has the mark
`correction`, at the time that it is of: `n` may be negative, `who` entered it, when (`entered`, ns UTC) and `why`."""

STATE = Measurement(
    "state",
    ("device", "line", "site"),
    {"packml": _INT, "category": _STRING, "reason": _INT, "speed": _FLOAT, "sku": _STRING, "cause": _STRING},
)
"""A machine's state on each change and at least every 10 s; `speed` in pieces per minute, `cause` the device that a starved
or blocked one waits for."""

STOP = Measurement(
    "stop",
    ("device", "line", "site"),
    {"packml": _INT, "category": _STRING, "reason": _INT, "cause": _STRING, "ms": _INT},
)
"""A stop, at the time that it began; it takes another one's place when what it waits for is known better, and when it is over:
`ms` is how long it took, absent while it is on. `category` `offline` is time in which nobody heard of the machine."""

LINE = Measurement(
    "line",
    ("line", "route", "site"),
    {"packml": _INT, "category": _STRING, "reason": _INT, "cause": _STRING},
)
"""A route's state by its bottleneck, on each change and at least every 10 s; `cause` the device that keeps it from running."""

OEE = Measurement(
    "oee",
    ("device", "line", "shift", "site", "sku"),
    {**dict.fromkeys(oee.FIELDS, _INT), "batch": _STRING, "fault": _STRING},
)
"""ISO 22400-2 sums of a few minutes, up to their time: ms and quantities that are added up, and no ratios, which are not. A
field that is absent is 0; `batch` is the PLC's, `fault` says that a clock
was reset (`clock`), or that the shift that ends here cannot be true (`effectiveness`)."""

LOSS = Measurement(
    "loss",
    ("category", "cause", "device", "line", "reason", "shift", "site"),
    {"ms": _INT, "stops": _INT, "micro": _INT, "who": _STRING, "why": _STRING, "entered": _INT},
)
"""Planned busy time that was lost, by what it was lost to; the stops that ended, and how many of them were short. A person who
knows better moves time from one reason to another by two points, one of them negative: `who`, `why`, `entered` (ns UTC)."""

SOURCE = Measurement("source", ("device", "line", "site"), {"ms": _INT})
"""For how long a device was heard of, up to its time: about every quarter of an hour, and at the end of each production day. The
sum over a span by what has passed of it is how complete the span is."""

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
        "questions": _INT,
        "hours": _FLOAT,
        "cost": _FLOAT,
    },
)
"""Heads of a group of three and more on a shift, how many of its punches are missing and not settled (`questions`), `hours` that
they worked and yuan that they `cost`; never a person. A shift's
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
        "missed": _INT,
        "timeouts": _INT,
        "strays": _INT,
        "lag_ms": _INT,
        "acquired": _INT,
        "acknowledged": _INT,
        "pending": _INT,
        "pending_bytes": _INT,
        "pending_s": _INT,
        "dropped": _INT,
        "unaccounted": _INT,
        "outbox_percent": _FLOAT,
        "hours_left": _FLOAT,
        "punches": _INT,
        "unknown_punches": _INT,
    },
    Stream.TREND,
)
"""The node's own health, each 10 s. Of all drivers: readings skipped, questions without an answer, answers that were none, and
the longest that a reading began late. Points of both streams: `acquired` = `acknowledged` + `dropped` + `pending`, always, and
`unaccounted` says so; `pending_s` is the age of the oldest, `hours_left` how long an outage the outbox has room for."""

MEASUREMENTS: Mapping[str, Measurement] = {
    measurement.name: measurement
    for measurement in (TAG, COUNT, STATE, STOP, LINE, OEE, LOSS, SOURCE, TARGET, ATTENDANCE, ALARM, NODE)
}
