"""The PLCs of the park as Modbus TCP servers: which make runs which machines, and what goes wrong with it."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import Self

from simulators.faults.kinds import IdleReset, ProgramDownload, RefuseClients, Window
from simulators.model.snapshot import Snapshot
from simulators.servers.device_faults import Shown, ShownFault, ShownFaults
from simulators.servers.idle import shortest
from simulators.servers.makes import (
    DELTA_AS,
    DELTA_DVP,
    INOVANCE_EASY,
    INOVANCE_H5U,
    MITSUBISHI_FX5U,
    SIEMENS_S7_1200,
    XINJE_XD,
)
from simulators.servers.memory import ControllerSpec, Memory
from simulators.servers.modbus import ModbusServer, answer, refusal
from simulators.servers.slave_faults import AnswerFault, Read, SlaveFaults

_READ = struct.Struct(">BHH")
_ANY_UNIT = 0
"""A PLC does not look at the unit id."""

PARK: Mapping[str, ControllerSpec] = {
    "intake": ControllerSpec(
        XINJE_XD, {"sorting": 0, "destemming": 100, "washing": 200}, retentive={"washing": 0}
    ),
    "prep": ControllerSpec(
        INOVANCE_H5U,
        {"desalting": 0, "pressing": 100, "chopping": 200, "mixing": 300},
        totals={"steam_kg": 400, "water_dm3": 402},
    ),
    "pouch_a": ControllerSpec(DELTA_DVP, {"pouch_a": 0}, retentive={"pouch_a": 0}),
    "pouch_line": ControllerSpec(INOVANCE_EASY, {"pouch_line": 0}),
    "bulk_line": ControllerSpec(XINJE_XD, {"bulk_line": 0}),
    "jar_line": ControllerSpec(SIEMENS_S7_1200, {"jar_line": 0}, ports=3),
    "pasteurizer": ControllerSpec(MITSUBISHI_FX5U, {"pasteurizer": 0}),
    "bath": ControllerSpec(MITSUBISHI_FX5U, {"bath": 0}),
    "inspection": ControllerSpec(
        DELTA_AS,
        {"inspection_jar": 0, "inspection_pouch": 100, "palletising": 200},
        totals={"cases": 300, "pallets": 302},
    ),
}
"""Every PLC that speaks Modbus TCP, by its name."""


class Controller:
    """One PLC, served on loopback ports while it is entered. Implements faults.target.Target and modbus.Device."""

    def __init__(self, name: str, spec: ControllerSpec, ports: Sequence[int] = (), seed: int = 1) -> None:
        """Make a controller; a port that isn't given is any free one.

        Raises:
            ValueError: it has no use for so many ports.
        """
        if len(ports) > spec.ports:
            raise ValueError(f"{name}: listens on {spec.ports} port(s), not on {len(ports)}")
        numbers = (*ports, *[0] * (spec.ports - len(ports)))
        self.name = name
        self._spec = spec
        self._servers = [ModbusServer(self, port, spec.make.max_clients) for port in numbers]
        self._open = AsyncExitStack()
        self._memory = Memory(spec)
        self._shown: Shown | None = None
        self._shown_faults = ShownFaults(spec.blocks)
        self._answer_faults = SlaveFaults(seed)
        self._refusals: list[RefuseClients] = []
        self._idle_resets: list[IdleReset] = []
        self._down_until: dict[ProgramDownload, float] = {}

    @property
    def ports(self) -> tuple[int, ...]:
        """Where it listens: the real ports once entered."""
        return tuple(server.port for server in self._servers)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as servers:
            for server in self._servers:
                await servers.enter_async_context(server)
            self._open = servers.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    def show(
        self, snapshots: Mapping[str, Snapshot], totals: Mapping[str, int], heartbeat: int, clock: datetime
    ) -> None:
        """Show what its machines and totals are at this moment; more than its own may be given.

        Args:
            snapshots: by machine.
            totals: by name, 0 to 2^32-1.
            heartbeat: seconds that it has been on.
            clock: its wall clock.
        """
        own = {machine: snapshots[machine] for machine in self._spec.blocks}
        self._shown = Shown(own, {name: totals[name] for name in self._spec.totals}, heartbeat, clock)
        if self._is_down():
            self._shown_faults.restart_counters(self._shown)
        self._write()

    async def begin(self, fault: Window) -> None:
        """Let a fault hold from now on.

        Raises:
            ValueError: it names another target, a probe that isn't there, or a kind that no PLC has.
        """
        if fault.target != self.name:
            raise ValueError(f"{fault.target}: this is {self.name}")
        if isinstance(fault, AnswerFault):
            self._answer_faults.begin(fault, frozenset({_ANY_UNIT}))
        elif isinstance(fault, RefuseClients):
            self._refusals.append(fault)
        elif isinstance(fault, IdleReset):
            self._idle_resets.append(fault)
            self._limit_idleness()
        elif isinstance(fault, ShownFault):
            self._shown_faults.begin(fault, self._shown)
            if isinstance(fault, ProgramDownload):
                self._down_until[fault] = asyncio.get_running_loop().time() + fault.pause
            self._write()
        else:
            message = f"{fault.target}: {type(fault).__name__} does not happen to a PLC on Modbus TCP"
            raise ValueError(message)  # noqa: TRY004 - what Target promises

    async def end(self, fault: Window) -> None:
        """Let it hold no longer."""
        if isinstance(fault, AnswerFault):
            self._answer_faults.end(fault)
        elif isinstance(fault, ShownFault):
            self._shown_faults.end(fault)
            self._down_until = {down: s for down, s in self._down_until.items() if down != fault}
            self._write()
        elif fault in self._refusals:
            self._refusals.remove(fault)
        elif fault in self._idle_resets:
            self._idle_resets.remove(fault)
            self._limit_idleness()

    def admits(self) -> bool:
        """Return whether one client more may come in, on whatever port."""
        clients = sum(server.clients for server in self._servers)
        return all(clients < fault.keep for fault in self._refusals)

    def reply(self, request: bytes) -> tuple[bytes, float]:
        """Return the response PDU, nothing for silence, and the seconds until it is sent."""
        make, function = self._spec.make, request[0]
        _, start, count = _READ.unpack(request) if len(request) == _READ.size else (0, 0, 0)
        verdict = self._answer_faults.judge(Read(_ANY_UNIT, function, start, count))
        if verdict.silent or self._is_down():
            return b"", 0.0
        delay_s = make.answer_s + verdict.delay_s
        if verdict.code and function in make.functions:
            return refusal(function, verdict.code), delay_s
        return answer(self._memory.tables, request), delay_s

    def _limit_idleness(self) -> None:
        for server in self._servers:
            server.limit_idleness(shortest(self._idle_resets))

    def _is_down(self) -> bool:
        """Return whether a program is being downloaded, so that nothing is answered or counted."""
        if not self._down_until:
            return False
        now = asyncio.get_running_loop().time()
        return any(now < until for until in self._down_until.values())

    def _write(self) -> None:
        if self._shown is None or self._shown_faults.frozen:
            return
        shown = self._shown_faults.distort(self._shown)
        self._memory.write(shown, self._shown.snapshots, self._shown_faults.shift)
