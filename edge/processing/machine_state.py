"""What a machine is doing: PackML state, time category, stop reason, speed and product, from the tags with roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edge.model.calendar import NS
from edge.model.frame import Frame, Quality, Value
from edge.model.packml import Category, State, category
from edge.model.tag import Role

HEARTBEAT = 10 * NS
"""A state that does not change is said again after this time."""
SPEED_INTERVAL = 2 * NS
"""A speed that changes is said no more often than this."""
STALE_AFTER_S = 10.0
"""A driver says within this time, beyond three scans, that it has lost its device; one that does not is stuck."""


@dataclass(frozen=True, slots=True)
class MachineState:
    """A machine as last seen.

    Attributes:
        packml, category: what it does, and what the time counts as.
        reason: the PLC's stop reason, 0 for none.
        speed: pieces per minute; None when it is not known.
        sku: key of the product, `""` when it is not known.
        seen: when its last frame was acquired, ns UTC.
        said: when the last `state` point was made, ns UTC; 0 for never.
    """

    packml: State = State.UNDEFINED
    category: Category = Category.OFFLINE
    reason: int = 0
    speed: float | None = None
    sku: str = ""
    seen: int = 0
    said: int = 0

    def is_due(self, before: MachineState, now: int) -> bool:
        """Return whether a point is to be made, given the state when the last one was."""
        if (self.packml, self.category, self.reason, self.sku) != (
            before.packml,
            before.category,
            before.reason,
            before.sku,
        ):
            return True
        wait = SPEED_INTERVAL if self.speed != before.speed else HEARTBEAT
        return now - self.said >= wait

    def said_at(self, now: int) -> MachineState:
        """Return the same state, said at an instant."""
        return MachineState(self.packml, self.category, self.reason, self.speed, self.sku, self.seen, now)

    def is_stale(self, now: int, scan: float) -> bool:
        """Return whether its driver has been silent for too long: nobody knows what the machine does."""
        return now - self.seen > (3 * scan + STALE_AFTER_S) * NS


def observe(state: MachineState, frame: Frame, roles: Mapping[Role, str], sku: str) -> MachineState:
    """Return the state of a machine after a frame.

    Args:
        state: before it.
        frame: any of the machine's frames; what it does not carry stays as it was.
        roles: tag names by role.
        sku: key of the product, as the ledger books it.
    """
    known = roles_in(frame, roles)
    packml, kind = state.packml, state.category
    if Role.PACKML_STATE in known:
        packml = _state(known[Role.PACKML_STATE])
        kind = category(packml)
    elif not any(frame.qualities):
        packml, kind = State.UNDEFINED, Category.OFFLINE
    elif Role.PACKML_STATE not in roles:
        kind = Category.ONLINE
    reason, speed = known.get(Role.STOP_REASON, state.reason), known.get(Role.SPEED, state.speed)
    online = kind is not Category.OFFLINE
    return MachineState(
        packml,
        kind,
        reason if online and isinstance(reason, int) else 0,
        float(speed) if online and isinstance(speed, int | float) else None,
        sku,
        frame.time,
        state.said,
    )


def roles_in(frame: Frame, roles: Mapping[Role, str]) -> dict[Role, Value]:
    """Return the values of a frame's tags that have a role; None for one that could not be read."""
    places, values, qualities = frame.places, frame.values, frame.qualities
    return {
        role: values[places[tag]] if qualities[places[tag]] == Quality.GOOD else None
        for role, tag in roles.items()
        if tag in places
    }


def _state(value: Value) -> State:
    try:
        return State(int(value)) if value is not None else State.UNDEFINED
    except ValueError:
        return State.UNDEFINED
