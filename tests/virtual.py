"""Time that passes as soon as nothing is left to do, and a network within the process: hours of the field in seconds.

Code under test runs unchanged, in the real order of its tasks and timers; only the waiting is left out. What it says
over `create_connection` reaches servers of the same loop, in order, a moment later.
"""

from __future__ import annotations

import asyncio
import errno
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from edge.model.calendar import NS

_T = TypeVar("_T")
_BEGIN_NS = 1_790_000_000 * NS
LATENCY_S = 0.0002
Factory = Callable[[], asyncio.Protocol]


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer instead of waiting for it."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        self.listeners: dict[int, Factory] = {}
        self._last_port = 1024

    def time(self) -> float:
        """Return the time of the loop, s."""
        return self._jumping.time

    async def create_server(self, factory: Factory, _host: str, port: int = 0) -> VirtualServer:  # type: ignore[override]
        """Listen on a port of this loop's network."""
        self._last_port += 1
        port = port or self._last_port
        self.listeners[port] = factory
        return VirtualServer(self, port)

    async def create_connection(  # type: ignore[override]
        self, factory: Factory, _host: str, port: int, **_: object
    ) -> tuple[asyncio.Transport, asyncio.Protocol]:
        """Connect to a server of this loop."""
        await asyncio.sleep(LATENCY_S)
        listener = self.listeners.get(port)
        if listener is None:
            raise ConnectionRefusedError(errno.ECONNREFUSED, f"nobody listens on port {port}")
        client, server = factory(), listener()
        near, far = _Transport(self, client), _Transport(self, server)
        near.peer, far.peer = far, near
        server.connection_made(far)
        client.connection_made(near)
        return near, client


class VirtualServer:
    """A listening port; as much of `asyncio.Server` as tests use."""

    def __init__(self, loop: VirtualLoop, port: int) -> None:
        self._loop = loop
        self._port = port
        self.sockets = (self,)

    def getsockname(self) -> tuple[str, int]:
        """Return the address, as a socket does."""
        return "127.0.0.1", self._port

    def close(self) -> None:
        """Listen no longer; connections stay."""
        self._loop.listeners.pop(self._port, None)

    async def wait_closed(self) -> None:
        """Wait for nothing."""


class VirtualClock:
    """The loop's time, as the product asks for it."""

    def now(self) -> int:
        """Return nanoseconds since 1970-01-01 UTC."""
        return _BEGIN_NS + round(self.monotonic() * NS)

    def monotonic(self) -> float:
        """Return seconds since the loop began."""
        return asyncio.get_running_loop().time()


def run(main: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


class _JumpingSelector(selectors.DefaultSelector):
    """Looks for events once, and lets the time pass that it was told to wait."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("nothing will ever happen: the test waits for what nobody does")
        events: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        if not events:
            self.time += max(0.0, timeout)
        return events


class _Transport(asyncio.Transport):
    """One end of a connection: what it writes comes out at the other end, in order, a moment later."""

    def __init__(self, loop: VirtualLoop, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self.peer: _Transport
        self._loop = loop
        self._protocol = protocol
        self._is_open = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._is_open:
            self._loop.call_later(LATENCY_S, self.peer.take, bytes(data))

    def take(self, data: bytes) -> None:
        """Hand on what has come."""
        if self._is_open:
            self._protocol.data_received(data)

    def abort(self) -> None:
        if self._is_open:
            self._is_open = False
            self._loop.call_soon(self._protocol.connection_lost, None)
            self._loop.call_later(LATENCY_S, self.peer.hear_the_end)

    close = abort

    def hear_the_end(self) -> None:
        """Learn that the other end is gone."""
        if self._is_open:
            self._is_open = False
            self._protocol.connection_lost(None)

    def is_closing(self) -> bool:
        return not self._is_open
