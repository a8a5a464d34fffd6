"""What faults make of what a PLC shows: counters that began again, probes that lie, a wrong clock, moved addresses. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from simulators.faults.kinds import (
    ClockJump,
    CounterReset,
    FrozenHeartbeat,
    ProbeNan,
    ProbeStuck,
    ProgramDownload,
)
from simulators.model.snapshot import PROCESS_VALUES, UINT32, Snapshot

ShownFault = FrozenHeartbeat | CounterReset | ProgramDownload | ProbeStuck | ProbeNan | ClockJump
"""Faults of what is shown; the answers go on, but for the pause of a download."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a PLC shows at one moment.

    Attributes:
        snapshots: of its machines.
        totals: its 32-bit totals.
        heartbeat: seconds that it has been on.
        clock: its wall clock.
    """

    snapshots: Mapping[str, Snapshot]
    totals: Mapping[str, int]
    heartbeat: int
    clock: datetime


class ShownFaults:
    """The faults that hold on what one PLC shows; of two on one probe the one that began last is seen."""

    def __init__(self, machines: Iterable[str]) -> None:
        self._probes = probe_names(tuple(machines))
        self._active: list[ShownFault] = []
        self._stuck: dict[ProbeStuck, float] = {}
        self._zero: Shown | None = None
        """Where the counters stood when they began again."""

    @property
    def frozen(self) -> bool:
        """Whether the program stands, so that nothing that is shown changes."""
        return any(isinstance(fault, FrozenHeartbeat) for fault in self._active)

    @property
    def shift(self) -> int:
        """Words by which every address has moved."""
        return sum(fault.shift for fault in self._active if isinstance(fault, ProgramDownload))

    def begin(self, fault: ShownFault, shown: Shown | None) -> None:
        """Let a fault hold from what is shown now.

        Raises:
            ValueError: there is no such probe.
        """
        if isinstance(fault, ProbeStuck | ProbeNan) and fault.probe not in self._probes:
            names = list(self._probes)
            raise ValueError(f"{fault.target}: no probe {fault.probe!r} (there are {names[0]} … {names[-1]})")
        if isinstance(fault, CounterReset | ProgramDownload):
            self.restart_counters(shown)
        if isinstance(fault, ProbeStuck) and shown is not None:
            machine, index = self._probes[fault.probe]
            self._stuck[fault] = shown.snapshots[machine].process_values[index]
        if not isinstance(fault, CounterReset):
            self._active.append(fault)

    def end(self, fault: ShownFault) -> None:
        """Let it hold no longer; counters that began again go on from where they are."""
        self._active = [active for active in self._active if active != fault]

    def restart_counters(self, shown: Shown | None) -> None:
        """Count from zero, beginning with what is shown now."""
        self._zero = shown

    def distort(self, shown: Shown) -> Shown:
        """Return what is shown in place of the truth."""
        if self._zero is not None:
            shown = _since(self._zero, shown)
        if not self._active:
            return shown
        snapshots = dict(shown.snapshots)
        for fault in self._active:
            if isinstance(fault, ProbeStuck | ProbeNan):
                machine, index = self._probes[fault.probe]
                measured = snapshots[machine].process_values[index]
                value = math.nan if isinstance(fault, ProbeNan) else self._stuck.setdefault(fault, measured)
                snapshots[machine] = _with_probe(snapshots[machine], index, value)
        error_s = sum(fault.by for fault in self._active if isinstance(fault, ClockJump))
        return replace(shown, snapshots=snapshots, clock=shown.clock + timedelta(seconds=error_s))


def probe_names(machines: tuple[str, ...]) -> dict[str, tuple[str, int]]:
    """Return machine and index of every probe by its name: `washing.pv3`, or `pv3` where there is but one machine."""
    return {
        f"pv{index + 1}" if len(machines) == 1 else f"{machine}.pv{index + 1}": (machine, index)
        for machine in machines
        for index in range(PROCESS_VALUES)
    }


def _with_probe(snapshot: Snapshot, index: int, value: float) -> Snapshot:
    values = snapshot.process_values
    return replace(snapshot, process_values=(*values[:index], value, *values[index + 1 :]))


def _since(zero: Shown, shown: Shown) -> Shown:
    """Return what is shown with the counters as they grew since they stood at `zero`."""
    return replace(
        shown,
        snapshots={name: _counted_since(zero.snapshots[name], now) for name, now in shown.snapshots.items()},
        totals={name: (now - zero.totals[name]) % UINT32 for name, now in shown.totals.items()},
    )


def _counted_since(zero: Snapshot, now: Snapshot) -> Snapshot:
    good, reject = (now.good - zero.good) % UINT32, (now.reject - zero.reject) % UINT32
    return replace(
        now,
        total=(good + reject) % UINT32,
        good=good,
        reject=reject,
        run_s=(now.run_s - zero.run_s) % UINT32,
        down_s=(now.down_s - zero.down_s) % UINT32,
    )
