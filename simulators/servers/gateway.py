"""A transparent serial server: RTU frames over TCP, any number of slaves on one line, one question at a time."""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from simulators.faults.kinds import FrozenHeartbeat, IdleReset, RefuseClients, Window
from simulators.servers.idle import IdleWatch, shortest
from simulators.servers.instrument import ILLEGAL_FUNCTION, ImageFault, Instrument, ModbusException, Unit
from simulators.servers.rtu import Request, RequestReader, frame
from simulators.servers.slave_faults import AnswerFault, Read, SlaveFaults

_READ = struct.Struct(">BHH")
_READ_FUNCTIONS = range(1, 5)
_BITS_PER_BYTE = 11
_TURNAROUND_S = 0.020
_PATIENCE_S = 0.100
"""How long the line stays with a slave that says nothing."""
_BACKLOG = 32
"""Questions that the serial server keeps; more are lost."""
_POSSIBLE = (
    "what does: latency, no_answer, exception, busy, illegal_hole, frozen_heartbeat, probe_stuck, probe_nan, "
    "and to a whole line refuse_clients and idle_reset"
)


class _Client(asyncio.Protocol):
    """One TCP connection: finds the requests in what it sends."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._reader = RequestReader()
        self._transport: asyncio.Transport | None = None
        self._idle: IdleWatch | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what a stream server hands out
        self._transport = transport
        if self._gateway.admit(self):
            self._idle = IdleWatch(transport, self._gateway.idle_s)
        else:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._transport = None
        if self._idle is not None:
            self._idle.stop()
        self._gateway.dismiss(self)

    def data_received(self, data: bytes) -> None:
        if self._idle is not None:
            self._idle.heard()
        for request in self._reader.feed(data):
            self._gateway.ask(self, request)

    def pause_writing(self) -> None:
        """Stop reading from a client that doesn't take its answers."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Read again."""
        if self._transport is not None:
            self._transport.resume_reading()

    def send(self, data: bytes) -> None:
        """Send an answer, unless the client has gone."""
        if self._transport is not None:
            self._transport.write(data)

    def limit_idleness(self, seconds: float | None) -> None:
        """Reset the connection when nothing comes for so long; None = never."""
        if self._idle is not None:
            self._idle.limit(seconds)

    def abort(self) -> None:
        """Cut the connection."""
        if self._transport is not None:
            self._transport.abort()


class Gateway:
    """Serves a line of slaves on a loopback port while it is entered. Implements faults.target.Target.

    An answer goes to the client that asked, however late, and the next question waits until then: a client that has given
    up and asked something else gets the old answer first, and RTU has no number by which it could tell.

    Attributes:
        name: target of faults for the whole line; `name/unit` is one slave.
        port: 0 = any free one; the real one once entered.
    """

    def __init__(
        self,
        name: str,
        units: Mapping[int, Unit],
        port: int = 0,
        baud: int = 9600,
        seed: int = 1,
        *,
        line_speed: float = 1.0,
        max_clients: int = 2,
    ) -> None:
        """Make a gateway that goes `line_speed` times as fast as its baud rate."""
        self.name = name
        self.port = port
        self._units = units
        self._byte_s = _BITS_PER_BYTE / baud / line_speed
        self._turnaround_s = _TURNAROUND_S / line_speed
        self._patience_s = _PATIENCE_S / line_speed
        self._max_clients = max_clients
        self._faults = SlaveFaults(seed)
        self._refusals: list[RefuseClients] = []
        self._idle_resets: list[IdleReset] = []
        self._clients: set[_Client] = set()
        self._questions: deque[tuple[_Client, Request]] = deque()
        self._busy: asyncio.TimerHandle | None = None
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Client(self), "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is None:
            return
        self._server.close()
        if self._busy is not None:
            self._busy.cancel()
        for client in tuple(self._clients):
            client.abort()
        await self._server.wait_closed()

    async def begin(self, fault: Window) -> None:
        """Let a fault hold from now on.

        Raises:
            ValueError: it names another target, a unit or probe that isn't there, or a kind that no serial line has.
        """
        units = self._aimed_at(fault.target)
        if isinstance(fault, AnswerFault):
            self._faults.begin(fault, units)
        elif isinstance(fault, ImageFault):
            for instrument in self._instruments(fault, units):
                instrument.hold(fault)
        elif isinstance(fault, RefuseClients) and fault.target == self.name:
            self._refusals.append(fault)
        elif isinstance(fault, IdleReset) and fault.target == self.name:
            self._idle_resets.append(fault)
            self._limit_idleness()
        else:
            raise ValueError(f"{fault.target}: {fault.kind} does not happen here; {_POSSIBLE}")

    async def end(self, fault: Window) -> None:
        """Let it hold no longer."""
        if isinstance(fault, AnswerFault):
            self._faults.end(fault)
        elif isinstance(fault, ImageFault):
            for unit in self._units.values():
                if isinstance(unit, Instrument):
                    unit.release(fault)
        elif fault in self._refusals:
            self._refusals.remove(fault)
        elif fault in self._idle_resets:
            self._idle_resets.remove(fault)
            self._limit_idleness()

    @property
    def idle_s(self) -> float | None:
        """For how long a client may be silent; None = for ever."""
        return shortest(self._idle_resets)

    def _limit_idleness(self) -> None:
        for client in self._clients:
            client.limit_idleness(self.idle_s)

    def _aimed_at(self, target: str) -> frozenset[int]:
        """Return the unit ids that a fault's target means: all, or one."""
        name, slash, unit = target.partition("/")
        if name != self.name:
            raise ValueError(f"{target}: this is {self.name}")
        if not slash:
            return frozenset(self._units)
        if not unit.isdecimal() or int(unit) not in self._units:
            known = ", ".join(str(known) for known in sorted(self._units))
            raise ValueError(f"{target}: {name} has no unit {unit!r} (it has {known})")
        return frozenset((int(unit),))

    def _instruments(self, fault: ImageFault, units: frozenset[int]) -> list[Instrument[Any]]:
        """Return the instruments that have what a fault holds."""
        instruments = [
            unit for id_, unit in self._units.items() if id_ in units and isinstance(unit, Instrument)
        ]
        if isinstance(fault, FrozenHeartbeat):
            return instruments
        having = [instrument for instrument in instruments if fault.probe in instrument.probes]
        if not having:
            known = sorted({probe for instrument in instruments for probe in instrument.probes})
            raise ValueError(f"{fault.target}: no probe {fault.probe!r} (there are {', '.join(known)})")
        return having

    def admit(self, client: _Client) -> bool:
        """Take a client in, unless there are enough."""
        if len(self._clients) >= min([self._max_clients, *(fault.keep for fault in self._refusals)]):
            return False
        self._clients.add(client)
        return True

    def dismiss(self, client: _Client) -> None:
        """Forget a client that has gone, and what it still wanted to ask."""
        self._clients.discard(client)
        self._questions = deque(question for question in self._questions if question[0] is not client)

    def ask(self, client: _Client, request: Request) -> None:
        """Put a request at the end of the queue for the line."""
        if len(self._questions) < _BACKLOG:
            self._questions.append((client, request))
            if self._busy is None:
                self._next()

    def _next(self) -> None:
        """Put the oldest question on the line, which is busy with it until its answer is over."""
        self._busy = None
        if not self._questions:
            return
        client, request = self._questions.popleft()
        seconds = request.wire_bytes * self._byte_s
        answer, delay_s = self._answer(request)
        if answer:
            seconds += self._turnaround_s + delay_s + len(answer) * self._byte_s
        else:
            seconds += self._patience_s
        self._busy = asyncio.get_running_loop().call_later(seconds, self._finish, client, answer)

    def _finish(self, client: _Client, answer: bytes) -> None:
        client.send(answer)
        self._next()

    def _answer(self, request: Request) -> tuple[bytes, float]:
        """Return the frame that comes back, nothing for silence, and by how much a fault makes it late."""
        unit = self._units.get(request.unit)
        if unit is None:
            return b"", 0.0
        if request.function not in _READ_FUNCTIONS:
            return frame(request.unit, _refusal(request, ILLEGAL_FUNCTION)), 0.0
        _, start, count = _READ.unpack(request.pdu)
        verdict = self._faults.judge(Read(request.unit, request.function, start, count))
        if verdict.silent:
            return b"", 0.0
        if verdict.code:
            return frame(request.unit, _refusal(request, verdict.code)), verdict.delay_s
        try:
            data = unit.read(request.function, start, count)
        except ModbusException as refused:
            return frame(request.unit, _refusal(request, refused.code)), verdict.delay_s
        return frame(request.unit, bytes((request.function, len(data))) + data), verdict.delay_s


def _refusal(request: Request, code: int) -> bytes:
    return bytes((request.function | 0x80, code))
