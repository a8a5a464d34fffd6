"""What a machine is doing: PackML state, time category, stop reason, speed and product, from the tags with roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from edge.model.calendar import NS
from edge.model.frame import Frame, Quality, Value
from edge.model.packml import Category, State, category, numbered
from edge.model.plant import Device
from edge.model.states import Element, StopKind, classify
from edge.model.tag import Role
from edge.processing.derivation import Signs, derive, look

HEARTBEAT = 10 * NS
"""A state that does not change is said again after this time."""
SPEED_INTERVAL = 2 * NS
"""A speed that changes is said no more often than this."""
STALE_AFTER_S = 10.0
"""A driver says within this time, beyond three scans, that it has lost its device; one that does not is stuck."""
PRODUCTION_MODE = 1
"""PackML's unit mode; time in any other is not planned for production."""


@dataclass(frozen=True, slots=True)
class MachineState:
    """A machine as last seen.

    Attributes:
        packml, category: what it does, and what the time counts as for people.
        element: what it counts as in ISO 22400-2.
        reason: the stop reason, 0 for none, and `kind` what that is.
        speed: pieces per minute; None when it is not known.
        sku: key of the product, `""` when it is not known.
        batch: the PLC's batch, `""` when it is not known.
        cause: device that a machine which is starved or blocked waits for, `""` when none is known.
        seen: when its last frame was acquired, ns UTC.
        said: when the last `state` point was made, ns UTC; 0 for never.
        mode: unit mode, where there is one.
        signs: what the map's rules look at.
    """

    packml: State = State.UNDEFINED
    category: Category = Category.OFFLINE
    element: Element = Element.UNKNOWN
    reason: int = 0
    kind: StopKind | None = None
    speed: float | None = None
    sku: str = ""
    batch: str = ""
    cause: str = ""
    seen: int = 0
    said: int = 0
    mode: int = PRODUCTION_MODE
    signs: Signs = field(default_factory=dict)

    def is_due(self, before: MachineState, now: int) -> bool:
        """Return whether a point is to be made, given the state when the last one was."""
        if (self.packml, self.category, self.reason, self.sku, self.cause) != (
            before.packml,
            before.category,
            before.reason,
            before.sku,
            before.cause,
        ):
            return True
        wait = SPEED_INTERVAL if self.speed != before.speed else HEARTBEAT
        return now - self.said >= wait

    def said_at(self, now: int) -> MachineState:
        """Return the same state, said at an instant."""
        return replace(self, said=now)

    def is_stale(self, now: int, scan: float) -> bool:
        """Return whether its driver has been silent for too long: nobody knows what the machine does."""
        return now - self.seen > patience(scan)

    def lost(self) -> MachineState:
        """Return the state of a machine of which nobody knows what it does."""
        return MachineState(sku=self.sku, batch=self.batch, seen=self.seen, said=self.said)


def patience(scan: float) -> int:
    """Return for how long a machine is taken to do what it was last seen doing, ns."""
    return round((3 * scan + STALE_AFTER_S) * NS)


def observe(
    state: MachineState, frame: Frame, device: Device, sku: str, *, stuck: bool = False
) -> MachineState:
    """Return the state of a machine after a frame.

    Args:
        state: before it.
        frame: any of the machine's frames; what it does not carry stays as it was.
        device: its roles, and how its states are told.
        sku: key of the product, as the ledger books it.
        stuck: its heartbeat stands still: its values are old.
    """
    if stuck or not any(frame.qualities):
        return replace(state.lost(), sku=sku, seen=frame.time)
    known = roles_in(frame, device.roles)
    signs = look(state.signs, frame, device.states.rules)
    packml, told = state.packml, None
    if Role.PACKML_STATE in known:
        packml = _state(known[Role.PACKML_STATE], device)
    elif device.states.rules:
        packml, told = derive(device.states, signs, frame.time)
    tells = Role.PACKML_STATE in device.roles or device.states.rules
    kind = category(packml) if tells else Category.ONLINE
    reason = known.get(Role.STOP_REASON, state.reason) if told is None else told
    online = kind is not Category.OFFLINE
    reason = reason if online and isinstance(reason, int) else 0
    speed, batch = known.get(Role.SPEED, state.speed), known.get(Role.BATCH, state.batch)
    mode = known.get(Role.UNIT_MODE, state.mode)
    # A reason that is still shown while the machine runs again means nothing.
    stop = None if kind is Category.RUNNING else device.states.kind(reason)
    shown, element = classify(kind, stop)
    if mode != PRODUCTION_MODE and isinstance(mode, int):
        element = Element.PLANNED
    return MachineState(
        packml,
        shown,
        element,
        reason,
        stop,
        float(speed) if online and isinstance(speed, int | float) else None,
        sku,
        state.batch if batch is None else str(batch).strip(),
        "",
        frame.time,
        state.said,
        mode if isinstance(mode, int) else state.mode,
        signs,
    )


def roles_in(frame: Frame, roles: Mapping[Role, str]) -> dict[Role, Value]:
    """Return the values of a frame's tags that have a role; None for one that could not be read."""
    places, values, qualities = frame.places, frame.values, frame.qualities
    return {
        role: values[places[tag]] if qualities[places[tag]] == Quality.GOOD else None
        for role, tag in roles.items()
        if tag in places
    }


def _state(value: Value, device: Device) -> State:
    if value is None or isinstance(value, str):
        return State.UNDEFINED
    return numbered(int(value), device.states.numbers)
