"""The faults that hold in the fermentation hall's server, and what they make of values, clock and limits. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from simulators.faults.kinds import (
    ClockJump,
    ExpiredCertificate,
    FrozenHeartbeat,
    LimitOperations,
    LimitSessions,
    ProbeNan,
    ProbeStuck,
)

HeldFault = (
    FrozenHeartbeat | ProbeStuck | ProbeNan | ClockJump | ExpiredCertificate | LimitSessions | LimitOperations
)
"""Faults that hold for a time; the others of an OPC UA server happen once."""


class HallFaults:
    """The faults that hold; of two on one probe the one that began last is seen."""

    def __init__(self, probes: Collection[str]) -> None:
        """Make none, for a hall with these probes: `T01.pH`."""
        self._probes = probes
        self._active: list[HeldFault] = []
        self._stuck: dict[ProbeStuck, float] = {}

    @property
    def frozen(self) -> bool:
        """Whether the program stands, so that nothing is written."""
        return any(isinstance(fault, FrozenHeartbeat) for fault in self._active)

    @property
    def certificate_expired(self) -> bool:
        """Whether the certificate has run out."""
        return any(isinstance(fault, ExpiredCertificate) for fault in self._active)

    @property
    def clock_error_s(self) -> float:
        """By how much the clock is wrong."""
        return sum(fault.by for fault in self._active if isinstance(fault, ClockJump))

    def sessions(self, most: int) -> int:
        """Return how many sessions are taken, of `most` that usually are."""
        return min([most, *(fault.sessions for fault in self._active if isinstance(fault, LimitSessions))])

    def nodes(self, most: int) -> int:
        """Return how many nodes are taken in one call, of `most` that usually are."""
        return min([most, *(fault.nodes for fault in self._active if isinstance(fault, LimitOperations))])

    def begin(self, fault: HeldFault, shown: Mapping[str, float]) -> None:
        """Let a fault hold from what the probes show now.

        Raises:
            ValueError: there is no such probe.
        """
        if isinstance(fault, ProbeStuck | ProbeNan) and fault.probe not in self._probes:
            names = list(self._probes)
            raise ValueError(f"{fault.target}: no probe {fault.probe!r} (there are {names[0]} … {names[-1]})")
        if isinstance(fault, ProbeStuck) and fault.probe in shown:
            self._stuck[fault] = shown[fault.probe]
        self._active.append(fault)

    def end(self, fault: HeldFault) -> None:
        """Let it hold no longer."""
        self._active = [active for active in self._active if active != fault]

    def distort(self, measured: Mapping[str, float]) -> Mapping[str, float]:
        """Return what the probes show in place of what is measured."""
        lies = {
            fault.probe: self._lie(fault, measured)
            for fault in self._active
            if isinstance(fault, ProbeStuck | ProbeNan) and fault.probe in measured
        }
        return {**measured, **lies}

    def _lie(self, fault: ProbeStuck | ProbeNan, measured: Mapping[str, float]) -> float:
        if isinstance(fault, ProbeNan):
            return math.nan
        return self._stuck.setdefault(fault, measured[fault.probe])
