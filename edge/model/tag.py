"""A tag: a named point of a machine, and the meaning that a PLC map gives it. Addresses belong to the drivers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CounterRole(StrEnum):
    """What a PLC totalizer counts (ISO 22400-2: PQ, GQ, SQ; infeed feeds the line balance)."""

    TOTAL = "total"
    GOOD = "good"
    REJECT = "reject"
    INFEED = "infeed"


class Role(StrEnum):
    """What a tag that is not a counter tells a KPI."""

    PACKML_STATE = "packml_state"
    STATUS_WORD = "status_word"
    STOP_REASON = "stop_reason"
    SKU = "sku"
    SPEED = "speed"
    BADGE = "badge"
    """A slot of a badge reader's ring; several tags may have this role."""
    BADGE_COUNT = "badge_count"
    """How many badges the reader has seen."""


@dataclass(frozen=True, slots=True)
class Counter:
    """How a PLC totalizer counts.

    Attributes:
        role: what it counts.
        modulus: the value at which it starts again from zero (65536, 4294967296, or a BCD counter's 10000).
        max_per_s: the most pieces that the machine can make in a second.
    """

    role: CounterRole
    modulus: int
    max_per_s: float


@dataclass(frozen=True, slots=True)
class Tag:
    """A point of a machine as processing sees it.

    Attributes:
        name: unique within its device.
        unit: engineering unit as written in the map, `""` for none.
        deadband: a trend value is sent again only when it moved by more than this (absolute, in `unit`).
        low, high: values outside are of bad quality; None for no bound.
        role: the KPI that the tag feeds.
        counter: how it counts, for totalizers.
    """

    name: str
    unit: str = ""
    deadband: float = 0.0
    low: float | None = None
    high: float | None = None
    role: Role | None = None
    counter: Counter | None = None
