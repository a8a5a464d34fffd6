"""PackML: the 17 states of ISA-TR88.00.02 by PackTags numbers, other numberings of them, and the category of each."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class State(IntEnum):
    """PackTags v3 numbering; OPC 30060 numbers the same states otherwise."""

    UNDEFINED = 0
    CLEARING = 1
    STOPPED = 2
    STARTING = 3
    IDLE = 4
    SUSPENDED = 5
    EXECUTE = 6
    STOPPING = 7
    ABORTING = 8
    ABORTED = 9
    HOLDING = 10
    HELD = 11
    UNHOLDING = 12
    SUSPENDING = 13
    UNSUSPENDING = 14
    RESETTING = 15
    COMPLETING = 16
    COMPLETE = 17


class Numbers(StrEnum):
    """How a PLC numbers its states: the same number means another state in each."""

    PACKTAGS = "packtags"
    OPC30060 = "opc30060"


class Category(StrEnum):
    """What the time in a state counts as (ISO 22400-2 time elements, in a supervisor's words)."""

    RUNNING = "running"
    WAITING = "waiting"
    """Starved or blocked: the cause is up- or downstream (PackML Suspended)."""
    HELD = "held"
    """Waits for the operator or for itself (PackML Held)."""
    SETUP = "setup"
    IDLE = "idle"
    DOWN = "down"
    PLANNED = "planned"
    """Stands because it is meant to: a break, cleaning, no order."""
    ONLINE = "online"
    """Answers, but its map names no tag that tells its state."""
    OFFLINE = "offline"
    """The PLC does not answer, so the state is not known."""


_CATEGORIES = {
    State.UNDEFINED: Category.OFFLINE,
    State.EXECUTE: Category.RUNNING,
    State.SUSPENDED: Category.WAITING,
    State.SUSPENDING: Category.WAITING,
    State.UNSUSPENDING: Category.WAITING,
    State.HOLDING: Category.HELD,
    State.HELD: Category.HELD,
    State.UNHOLDING: Category.HELD,
    State.STARTING: Category.SETUP,
    State.RESETTING: Category.SETUP,
    State.COMPLETING: Category.SETUP,
    State.IDLE: Category.IDLE,
    State.COMPLETE: Category.IDLE,
}

_OPC30060 = (
    State.STOPPED,
    State.RESETTING,
    State.IDLE,
    State.STARTING,
    State.EXECUTE,
    State.COMPLETING,
    State.COMPLETE,
    State.ABORTING,
    State.ABORTED,
    State.STOPPING,
    State.CLEARING,
    State.SUSPENDING,
    State.SUSPENDED,
    State.UNSUSPENDING,
    State.HOLDING,
    State.HELD,
    State.UNHOLDING,
)
_BY_NUMBER = {
    Numbers.PACKTAGS: {int(state): state for state in State},
    Numbers.OPC30060: dict(enumerate(_OPC30060)),
}


def numbered(number: int, numbers: Numbers) -> State:
    """Return the state that a PLC means by a number; UNDEFINED when it is none of its."""
    return _BY_NUMBER[numbers].get(number, State.UNDEFINED)


def category(state: State) -> Category:
    """Return the time class of a state; whatever is not listed (Stopped, Aborted, Clearing …) is down time."""
    return _CATEGORIES.get(state, Category.DOWN)
