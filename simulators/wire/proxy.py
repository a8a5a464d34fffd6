"""A TCP proxy on loopback that spoils the wire: transparent until a fault holds, and again when none does."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine, Iterable
from contextlib import AsyncExitStack
from functools import partial
from random import Random
from types import TracebackType
from typing import Self

from simulators.faults.kinds import ServiceRefuse, ServiceSlow, Window, WireCut, WireHalfOpen
from simulators.wire.connection import LOOPBACK, Connection
from simulators.wire.effects import AnswerFault, Conditions
from simulators.wire.framing import Framing

_BACKLOG = 128


class Proxy:
    """Stands before a server while it is entered. Implements faults.target.Target for the faults of the wire.

    What the server sends is cut into answers, and most faults act on whole answers. Two faults of services are the wire's
    work too: `service_refuse`, which is a cut, and `service_slow`, which acts both ways.

    Attributes:
        port: where clients come; 0 = any free one; the real one once entered.
    """

    def __init__(
        self, name: str, upstream_port: int, port: int = 0, seed: int = 1, *, framing: Framing = "chunk"
    ) -> None:
        """Make a proxy.

        Args:
            name: part of the seed of what is random.
            upstream_port: where the server listens, on loopback.
            port: as the attribute.
            seed: of faults that have none of their own.
            framing: how the server's answers are told apart.
        """
        self.port = port
        self._name = name
        self._upstream_port = upstream_port
        self._seed = seed
        self._framing: Framing = framing
        self._to_client = Conditions()
        self._to_server = Conditions()
        self._refusals: list[Window] = []
        self._silences: list[Window] = []
        self._mended = asyncio.Event()
        self._mended.set()
        self._connections: dict[Connection, asyncio.Task[None]] = {}
        self._stack = AsyncExitStack()
        self._tasks = asyncio.TaskGroup()
        self._listener: socket.socket | None = None

    async def __aenter__(self) -> Self:
        try:
            # It never listens: it keeps the port for us while the wire is cut, so that no other program gets it.
            reservation = self._stack.enter_context(_bound(self.port))
            self.port = reservation.getsockname()[1]
            await self._stack.enter_async_context(self._tasks)
            self._listen()
        except OSError as error:
            await self._stack.aclose()
            raise OSError(error.errno, f"{self._name}: port {self.port}: {error.strerror}") from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._refuse()
        await self._end_connections()
        await self._stack.aclose()

    async def begin(self, fault: Window) -> None:
        """Let a fault hold from now on.

        Raises:
            ValueError: it is none of the wire.
        """
        match fault:
            case WireCut() | ServiceRefuse():
                self.refuse_for(fault)
                await self._end_connections()
            case WireHalfOpen():
                self._silences.append(fault)
                self._mended.clear()
                await self._silence_connections()
            case _ if isinstance(fault, AnswerFault):
                seed = self._seed if fault.seed is None else fault.seed
                rng = Random(f"{seed}/{self._name}/{fault.kind}/{fault.start}")
                for direction in self._directions(fault):
                    direction.begin(fault, rng)
            case _:
                raise ValueError(f"{fault.target}: {fault.kind} does not happen on the wire")

    async def end(self, fault: Window) -> None:
        """Let it hold no longer; what it has delayed still comes late, and what it has silenced stays so."""
        if fault in self._refusals:
            self.admit_after(fault)
        elif fault in self._silences:
            self._silences.remove(fault)
            if not self._silences:
                self._mended.set()
        elif isinstance(fault, AnswerFault):
            for direction in self._directions(fault):
                direction.end(fault)

    def refuse_for(self, fault: Window) -> None:
        """Refuse new connections because of a fault; those that are there stay."""
        self._refusals.append(fault)
        self._refuse()

    def admit_after(self, fault: Window) -> None:
        """Take connections again, unless there is another fault because of which they are refused."""
        self._refusals.remove(fault)
        if not self._refusals:
            self._listen()

    def _directions(self, fault: AnswerFault) -> tuple[Conditions, ...]:
        return (self._to_client, self._to_server) if isinstance(fault, ServiceSlow) else (self._to_client,)

    def _listen(self) -> None:
        self._listener = _bound(self.port)
        self._listener.listen(_BACKLOG)
        asyncio.get_running_loop().add_reader(self._listener, self._accept, self._listener)

    def _refuse(self) -> None:
        """Close the listener, if it is open."""
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None

    def _accept(self, listener: socket.socket) -> None:
        try:
            client, _ = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            # It has gone again.
            return
        connection = Connection(client)
        if self._silences:
            self._start(connection, connection.lie_dead(self._mended))
        else:
            ways = (self._to_server, self._to_client)
            self._start(connection, connection.flow(self._upstream_port, *ways, self._framing))

    def _start(self, connection: Connection, work: Coroutine[None, None, None]) -> None:
        task = self._tasks.create_task(work, name=f"{self._name} connection")
        self._connections[connection] = task
        task.add_done_callback(partial(self._forget, connection))

    def _forget(self, connection: Connection, task: asyncio.Task[None]) -> None:
        """Close a connection that has ended by itself; who cancels it decides what becomes of it."""
        if not task.cancelled():
            del self._connections[connection]
            connection.close()

    async def _end_connections(self) -> None:
        await _cancel(self._connections.values())
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    async def _silence_connections(self) -> None:
        await _cancel(self._connections.values())
        for connection in self._connections:
            self._start(connection, connection.lie_dead(self._mended))


def _bound(port: int) -> socket.socket:
    """Return a socket with a port of loopback.

    Raises:
        OSError: somebody listens there.
    """
    bound = socket.socket()
    bound.setblocking(False)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((LOOPBACK, port))
    except OSError:
        bound.close()
        raise
    return bound


async def _cancel(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait until they are over."""
    cancelled = list(tasks)
    for task in cancelled:
        task.cancel()
    if cancelled:
        await asyncio.wait(cancelled)
