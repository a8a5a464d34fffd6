"""The server of the fermentation hall: what it shows, and the faults that can hit it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from types import TracebackType
from typing import Self

from asyncua import ua
from asyncua.server.server import Server

from simulators.faults.kinds import (
    ClockJump,
    DeleteSubscriptions,
    ExpiredCertificate,
    Latency,
    LimitOperations,
    LimitSessions,
    NoAnswer,
    RestartRenumbered,
    Window,
)
from simulators.model.vessel import PIT_VALUES, TANK_VALUES, TankReading
from simulators.servers.opcua.address_space import NAMESPACE, DataBlock
from simulators.servers.opcua.core import Core, Limits
from simulators.servers.opcua.faults import HallFaults, HeldFault
from simulators.servers.opcua.program import HallProgram
from simulators.servers.opcua.security import APPLICATION_URI, Security, Users

_HOST = "127.0.0.1"
_STANDARD_NAMESPACES = ("http://opcfoundation.org/UA/", APPLICATION_URI, "http://opcfoundation.org/UA/DI/")
"""A real S7 has its own namespace fourth, so nobody may get away with a fixed index of 2."""
_OPEN = (ua.SecurityPolicyType.NoSecurity,)
_SECURED = (
    *_OPEN,
    ua.SecurityPolicyType.Basic256Sha256_Sign,
    ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
)
_LEAST_CHANGE = {"pH": 0.005, "temperature": 0.05, "level": 0.05, "salt": 0.02, "acid": 0.005}
"""What a probe's value has to move by to be written again: half of what a person would look at."""
_REFRESH_NS = 10_000_000_000
"""A value that stands still is written again after this time, as one that has been measured anew."""
_SECOND_NS = 1_000_000_000
_POSSIBLE = (
    "what does: delete_subscriptions, restart_renumbered, expired_certificate, limit_sessions, limit_operations, "
    "frozen_heartbeat, probe_stuck, probe_nan, clock_jump"
)


class TankServer:
    """Serves tanks and pits on a loopback port while it is entered. Implements faults.target.Target.

    Time comes in with `show` alone, so that a server that is down comes back with the first values after its pause.

    Attributes:
        port: 0 = any free one; the real one once entered.
    """

    def __init__(
        self,
        tanks: Sequence[str],
        pits: Sequence[str] = (),
        port: int = 0,
        *,
        security: Security | None = None,
        seed: int = 1,
    ) -> None:
        """Make a server; without `security` it has neither certificates nor users."""
        self.port = port
        self._tanks = tuple(tanks)
        self._pits = tuple(pits)
        self._security = security
        self._core = Core(Users(security.users if security else {}))
        self._server: Server | None = None
        self._block: DataBlock | None = None
        self._place: socket.socket | None = None
        """Keeps the port while the server is down."""
        probes = [*_probes(self._tanks, TANK_VALUES), *_probes(self._pits, PIT_VALUES)]
        self._faults = HallFaults(dict.fromkeys(probes))
        self._written: dict[str, tuple[float, int]] = {}
        self._restarts = 0
        self._now = 0
        self._back_at = 0
        self._program = HallProgram(seed)

    async def __aenter__(self) -> Self:
        # The library warns about security that is left out on purpose, and calls every refusal an error.
        logging.getLogger("asyncua").setLevel(logging.CRITICAL)
        if self._security is not None:
            await asyncio.to_thread(self._security.prepare)
        await Server(self._core).init()
        await self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            await self._core.stop_serving(self._server)
        if self._place is not None:
            self._place.close()

    async def show(
        self, heartbeat: int, readings: Sequence[TankReading], at: int, pits: Sequence[TankReading] = ()
    ) -> None:
        """Publish what there is at a time (ns UTC), which becomes the source timestamp.

        Args:
            heartbeat: seconds that the PLC has been on.
            readings: of the tanks, in their order.
            at: the time.
            pits: readings of the pits, in their order; none leaves what they show.
        """
        self._now = at
        self._program.watch(readings)
        if self._server is None:
            if at < self._back_at:
                return
            await self._open()
        clock = _time(at + round(self._faults.clock_error_s * _SECOND_NS))
        await self._core.set_clock(clock)
        if not self._faults.frozen:
            await self._write("clock", clock, clock)
            for name, value in self._program.values(heartbeat, at).items():
                await self._write(name, value, clock)
            measured = dict(_values(self._tanks, TANK_VALUES, readings))
            if pits:
                measured |= _values(self._pits, PIT_VALUES, pits)
            await self._write_probes(self._faults.distort(measured), clock)

    async def begin(self, fault: Window) -> None:
        """Let a fault hold from now on.

        Raises:
            ValueError: it is of a kind that does not happen here, names no probe of the hall, or needs a certificate.
        """
        if isinstance(fault, ExpiredCertificate) and self._security is None:
            raise ValueError(
                f"{fault.target}: without a certificate none can run out; give the server one (--secure DIR)"
            )
        match fault:
            case DeleteSubscriptions():
                await self._core.forget_subscriptions()
            case RestartRenumbered(down=down):
                self._restarts += 1
                self._back_at = self._now + round(down * _SECOND_NS)
                await self._close()
            case _ if isinstance(fault, HeldFault):
                self._faults.begin(fault, {name: value for name, (value, _) in self._written.items()})
                await self._obey(fault)
            case Latency() | NoAnswer():
                raise ValueError(
                    f"{fault.target}: {fault.kind} does not happen in this server; put a proxy in front of it "
                    "(wire_delay, wire_half_open)"
                )
            case _:
                raise ValueError(f"{fault.target}: {fault.kind} does not happen here; {_POSSIBLE}")

    async def end(self, fault: Window) -> None:
        """Let it hold no longer; namespaces that have moved stay where they are."""
        if isinstance(fault, HeldFault):
            self._faults.end(fault)
            await self._obey(fault)

    async def _obey(self, fault: HeldFault) -> None:
        """Do what the beginning or the end of a fault changes at once."""
        match fault:
            case ClockJump():
                self._written.clear()
            case ExpiredCertificate() if self._server is not None:
                await self._close()
                await self._open()
            case LimitSessions() | LimitOperations():
                await self._core.set_limits(self._limits)

    @property
    def _limits(self) -> Limits:
        usual = Limits()
        return Limits(self._faults.sessions(usual.sessions), self._faults.nodes(usual.nodes))

    async def _open(self) -> None:
        """Listen, with the nodes, the certificate and the limits that there are now."""
        namespaces = [*_STANDARD_NAMESPACES, *(f"urn:aikou:library:{n}" for n in range(self._restarts))]
        self._core.endpoints.clear()
        server = Server(self._core)
        server.set_server_name("S7-1215C fermentation hall (simulated)")
        server.set_endpoint(f"opc.tcp://{_HOST}:{self.port}/")
        await server.set_application_uri(APPLICATION_URI)
        await server.nodes.namespace_array.write_value([*namespaces, NAMESPACE])
        await self._secure(server)
        self._block = DataBlock(server, len(namespaces))
        await self._block.build(self._tanks, self._pits)
        await self._core.set_limits(self._limits)
        await server.start()
        if self._place is not None:
            self._place.close()
            self._place = None
        if server.bserver is not None:
            self.port = server.bserver.port
        self._server = server

    async def _secure(self, server: Server) -> None:
        """Give a server its endpoints."""
        security = self._security
        if security is None:
            server.set_security_policy([*_OPEN])
            server.set_identity_tokens([ua.AnonymousIdentityToken])
            return
        expired = self._faults.certificate_expired
        server.set_security_policy([*_SECURED])
        server.set_identity_tokens([ua.AnonymousIdentityToken, ua.UserNameIdentityToken])
        await server.load_certificate(security.expired_certificate if expired else security.certificate)
        await server.load_private_key(security.key)

    async def _close(self) -> None:
        """Stop listening, forget all sessions and nodes, and let nobody else have the port."""
        if self._server is None or self._block is None:
            return
        await self._core.stop_serving(self._server)
        self._place = _hold(self.port)
        await self._block.remove()
        self._written.clear()
        self._server = self._block = None

    async def _write_probes(self, shown: Mapping[str, float], clock: ua.DateTime) -> None:
        """Write the values that have moved enough to matter, or are old."""
        for name, value in shown.items():
            before, at = self._written.get(name, (value, 0))
            still = abs(value - before) < _LEAST_CHANGE[name.partition(".")[2]]
            if not still or self._now - at >= _REFRESH_NS:
                self._written[name] = value, self._now
                await self._write(name, value, clock)

    async def _write(self, name: str, value: object, clock: ua.DateTime) -> None:
        if self._block is not None:
            await self._block.write(name, value, clock)


def _probes(vessels: Sequence[str], values: Sequence[str]) -> Iterator[str]:
    return (f"{vessel}.{value}" for vessel in vessels for value in values)


def _values(
    vessels: Sequence[str], names: Sequence[str], readings: Sequence[TankReading]
) -> Iterator[tuple[str, float]]:
    """Return what is measured by the probes' names."""
    for vessel, reading in zip(vessels, readings, strict=True):
        measured = (reading.ph, reading.temperature, reading.level, reading.salt, reading.acid)
        yield from ((f"{vessel}.{name}", value) for name, value in zip(names, measured, strict=False))


def _time(at: int) -> ua.DateTime:
    """Return a time (ns UTC) as the library has it."""
    return ua.DateTime.fromtimestamp(at / _SECOND_NS, UTC)


def _hold(port: int) -> socket.socket:
    """Return a socket that has a port and does not listen, so that clients are refused and nobody else gets it."""
    place = socket.socket()
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    place.bind((_HOST, port))
    return place
