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
    RUN_TIME = "run_time"
    """Not pieces but the PLC's own clock of the time in which the machine produced (APT)."""
    DOWN_TIME = "down_time"
    """And of the time in which it should have but did not (PBT - APT)."""
    ENERGY = "energy"
    """What a meter has measured, Wh."""
    STEAM = "steam"
    """Steam, g."""
    WATER = "water"
    """Water, cm3."""

    @property
    def is_pieces(self) -> bool:
        """Whether it counts what is made, and neither time nor what is used for it."""
        return not self.is_utility and self not in (CounterRole.RUN_TIME, CounterRole.DOWN_TIME)

    @property
    def is_utility(self) -> bool:
        """Whether it is a meter of what is used."""
        return self in (CounterRole.ENERGY, CounterRole.STEAM, CounterRole.WATER)


class Reset(StrEnum):
    """When a counter begins again from zero."""

    NEVER = "never"
    """It is retentive: one that fell was overwritten, and stands elsewhere."""
    POWER = "power"
    """It may be lost with the power: a fall is believed when the next reading confirms it."""
    ROUTINE = "routine"
    """Each shift or batch: a fall to a small number is believed at once."""


class Role(StrEnum):
    """What a tag that is not a counter tells a KPI."""

    PACKML_STATE = "packml_state"
    STATUS_WORD = "status_word"
    STOP_REASON = "stop_reason"
    SKU = "sku"
    SPEED = "speed"
    RUNNING = "running"
    UNIT_MODE = "unit_mode"
    HEARTBEAT = "heartbeat"
    BATCH = "batch"
    NET_WEIGHT = "net_weight"
    """Weight of the last pack, or the mean of the last ones, g."""
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
        reset: when it begins again from zero.
        size: of a count that is no piece: s of a clock; Wh, g or cm3 of a meter.
    """

    role: CounterRole
    modulus: int
    max_per_s: float
    reset: Reset = Reset.POWER
    size: int = 1


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
