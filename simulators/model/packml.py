"""PackML states by PackTags v3 numbers, as the simulated PLCs show them."""

from __future__ import annotations

from enum import IntEnum


class State(IntEnum):
    """The states that a machine of the park goes through."""

    CLEARING = 1
    STOPPED = 2
    STARTING = 3
    IDLE = 4
    SUSPENDED = 5
    EXECUTE = 6
    ABORTED = 9
    HELD = 11
    UNHOLDING = 12
    UNSUSPENDING = 14
    RESETTING = 15


class UnitMode(IntEnum):
    """PackML unit modes."""

    PRODUCTION = 1
    MANUAL = 2
    MAINTENANCE = 3


START_UP: tuple[tuple[State, float], ...] = ((State.RESETTING, 0.5), (State.STARTING, 1.5))
"""The way from Idle or Stopped to Execute: states and their seconds."""

WAY_BACK: dict[State, tuple[tuple[State, float], ...]] = {
    State.HELD: ((State.UNHOLDING, 1.0),),
    State.SUSPENDED: ((State.UNSUSPENDING, 1.0),),
    State.ABORTED: ((State.CLEARING, 3.0), *START_UP),
}
"""The way from a stop back to Execute: states and their seconds."""
