"""What a machine's PLC shows at one moment: the standard machine block, before any encoding."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from functools import cache

from simulators.model.packml import State, UnitMode
from simulators.model.stops import ALARMS, StopReason

UINT32 = 2**32
PROCESS_VALUES = 8


class Status(IntFlag):
    """Bits of the status word."""

    AUTO = 1 << 0
    RUNNING = 1 << 1
    FAULT = 1 << 2
    EMERGENCY_STOP = 1 << 3
    STARVED = 1 << 4
    BLOCKED = 1 << 5
    CLEANING = 1 << 6
    CHANGEOVER = 1 << 7
    MAINTENANCE = 1 << 8
    DOOR_OPEN = 1 << 9
    LOW_MATERIAL = 1 << 10
    REMOTE_OK = 1 << 11


_BITS = {
    StopReason.STARVED: Status.STARVED,
    StopReason.BLOCKED: Status.BLOCKED,
    StopReason.LOW_MATERIAL: Status.LOW_MATERIAL,
    StopReason.FAULT: Status.FAULT,
    StopReason.BREAKDOWN: Status.FAULT | Status.MAINTENANCE,
    StopReason.CLEANING: Status.CLEANING,
    StopReason.CHANGEOVER: Status.CHANGEOVER,
}


@cache
def status_of(state: State, reason: StopReason) -> Status:
    """Return the status word of a machine in a state."""
    status = Status.AUTO | Status.REMOTE_OK | _BITS.get(reason, Status(0))
    return status | Status.RUNNING if state is State.EXECUTE else status


@cache
def alarms_of(reason: StopReason) -> int:
    """Return the 64 alarm bits of a machine that stands for a reason."""
    alarm = ALARMS.get(reason)
    return 0 if alarm is None else 1 << alarm


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The machine block but for heartbeat and clock, which are the controller's.

    Attributes:
        status: status word.
        packml_state: PackTags number.
        unit_mode: PackML unit mode.
        total: free-running raw counter, 0 to 2^32-1, as are `good` and `reject`.
        speed_act: packs per minute.
        speed_set: packs per minute.
        alarms: 64 alarm bits.
        stop_reason: why it stands.
        recipe: recipe number.
        sku: product code.
        batch_id: at most 16 ASCII characters.
        process_values: pv1 … pv8.
        run_s: seconds in Execute.
        down_s: seconds out of Execute while it should produce.
    """

    status: Status
    packml_state: State
    unit_mode: UnitMode
    total: int
    good: int
    reject: int
    speed_act: float
    speed_set: float
    alarms: int
    stop_reason: StopReason
    recipe: int
    sku: int
    batch_id: str
    process_values: tuple[float, ...]
    run_s: int
    down_s: int
