"""Which faults begin and end as a run goes on, and the telling of it to what they hit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from simulators.faults.kinds import Fault
from simulators.faults.target import Target


@dataclass(frozen=True, slots=True)
class Begin:
    """A fault holds from now on, or happens now; `at` in s since the run began."""

    fault: Fault
    at: float


@dataclass(frozen=True, slots=True)
class End:
    """A fault holds no longer; `at` in s since the run began."""

    fault: Fault
    at: float


Event = Begin | End


class Schedule:
    """The events of some faults, each handed out once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        begins = [Begin(fault, fault.start) for fault in faults]
        ends = [End(fault, fault.end) for fault in faults if fault.end is not None]
        # Sorting is stable: at one time, what ends makes room for what begins.
        self._coming: list[Event] = sorted([*ends, *begins], key=lambda event: event.at)

    def due(self, elapsed_s: float) -> tuple[Event, ...]:
        """Return what has become due since the last call, in order of time, however long ago that was."""
        count = sum(event.at <= elapsed_s for event in self._coming)
        events, self._coming = tuple(self._coming[:count]), self._coming[count:]
        return events


async def apply(events: Iterable[Event], targets: Mapping[str, Target]) -> None:
    """Tell each event to its target, in order; a unit's (`meters/11`) goes to its line unless it is a target itself.

    Raises:
        KeyError: a fault's target isn't there.
        ValueError: a target does not know the fault.
    """
    for event in events:
        name = event.fault.target
        target = targets[name if name in targets else name.partition("/")[0]]
        match event:
            case Begin(fault=fault):
                await target.begin(fault)
            case End(fault=fault):
                await target.end(fault)
