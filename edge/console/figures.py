"""What the page shows, before it has a form: integers of grams and pieces, times in ns UTC. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from edge.model.packml import Category, State


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine as the historian last heard of it.

    Attributes:
        key, name: in `devices:`, and as people call it.
        time: of the newest state; None when the historian has none: category and state are unknowns then.
        category, state: what it does; `reason` is the PLC's stop reason, 0 for none.
        reason_name: what the PLC's map calls the reason; empty when it does not say.
        cause: name of the machine that a starved or blocked one waits for; empty when none is known.
        since: when the stop began that is on; None when none is.
        speed, rated: pieces per minute, and those that it is built for; None when not known.
        good, grams: good product of the day; None for a machine that does not count any.
    """

    key: str
    name: str
    time: int | None = None
    category: Category = Category.OFFLINE
    state: State = State.UNDEFINED
    reason: int = 0
    reason_name: str = ""
    cause: str = ""
    since: int | None = None
    speed: float | None = None
    rated: float | None = None
    good: int | None = None
    grams: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the plan asks for, g: of the production day and of the year, whole and up to now."""

    day: int
    day_so_far: int
    year: int
    year_so_far: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """How the year will end, as of the start of the production day: g that it will not exceed with 10, 50, 90 %.

    Attributes:
        probability: of reaching the target.
        provisional: the calendar of the year is not published yet.
    """

    p10: int
    p50: int
    p90: int
    probability: float
    provisional: bool


@dataclass(frozen=True, slots=True)
class ShiftOutput:
    """Good product of the shift that is on, g.

    Attributes:
        name: of the shift.
        start, stop: its span, ns UTC.
        grams: packed since it began.
        plan, plan_so_far: the day's plan by the shift's part of the day's planned time; None without one.
        projected: what it will have packed at its end if it goes on like this; None while it is too young to tell.
    """

    name: str
    start: int
    stop: int
    grams: int
    plan: int | None = None
    plan_so_far: int | None = None
    projected: int | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """Good product of the line.

    Attributes:
        day: the production day that is on.
        day_grams: packed in it.
        year_grams: packed in its year; None when the historian does not say.
        year_time: of the node's newest word on it; None when there is none.
        plan: None when there is no target for this year.
        unweighed: good pieces of the day without grams, since their product is not known.
        shift: None between two shifts.
    """

    day: date
    day_grams: int
    year_grams: int | None
    year_time: int | None
    plan: Plan | None
    unweighed: int = 0
    forecast: Forecast | None = None
    shift: ShiftOutput | None = None


class Phase(StrEnum):
    """How a shift of the production day stands."""

    AHEAD = "ahead"
    ON = "on"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Attendance:
    """A shift's heads by its latest count, at `time`; None when nobody counted. The span is in ns UTC."""

    name: str
    start: int
    stop: int
    phase: Phase
    planned: int | None = None
    present: int | None = None
    time: int | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that pages are told by themselves, as the historian knew it at `time`, ns UTC.

    Attributes:
        routes: keys of machines in the order of the flow, one for each way through the line.
    """

    time: int
    site: str
    line: str
    zone: ZoneInfo
    output: Output
    machines: tuple[Machine, ...]
    shifts: tuple[Attendance, ...]
    routes: tuple[tuple[str, ...], ...] = ()
