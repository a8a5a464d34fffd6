"""One connection through the proxy: a lane each way, and what becomes of it when the wire breaks or goes dead."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from simulators.servers.idle import reset_on_close
from simulators.wire.effects import Conditions, Parcel
from simulators.wire.framing import Framer, Framing
from simulators.wire.outgoing import Outgoing

LOOPBACK = "127.0.0.1"
_CHUNK = 65_536
_UNDER_WAY = 1 << 20
"""Bytes in one lane beyond which nothing more is read, so that whoever sends feels it."""


class _Lane:
    """One direction: what it reads on one side it writes on the other, when and as the faults will have it."""

    def __init__(
        self, source: socket.socket, sink: socket.socket, conditions: Conditions, framing: Framing
    ) -> None:
        self._source = source
        self._sink = sink
        self._conditions = conditions
        self._framer = Framer(framing)
        self._outgoing = Outgoing()
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._over = False
        self._broken = False

    async def read(self) -> None:
        """Take in what comes until its end, or until it breaks off."""
        loop = asyncio.get_running_loop()
        try:
            while data := await loop.sock_recv(self._source, _CHUNK):
                self._take_in(self._framer.feed(data))
                if self._conditions.calm:
                    self._take_in(self._framer.flush())
                if self._outgoing.size >= _UNDER_WAY:
                    self._room.clear()
                    await self._room.wait()
        except OSError:
            self._broken = True
        self._take_in(self._framer.flush())
        self._over = True
        self._changed.set()

    async def write(self) -> None:
        """Send what is due; the end, or the break, goes behind all that came before it.

        Raises:
            OSError: the connection has broken off.
        """
        while (parcel := await self._next()) is not None:
            await self._send(parcel.data)
            if parcel.breaks:
                raise ConnectionResetError
        if self._broken:
            raise ConnectionResetError
        self._sink.shutdown(socket.SHUT_WR)

    def _take_in(self, answers: list[bytes]) -> None:
        now = asyncio.get_running_loop().time()
        for answer in answers:
            self._outgoing.put(self._conditions.dispatch(answer, now))
        self._changed.set()

    async def _next(self) -> Parcel | None:
        """Wait for the next parcel; None = that was the last."""
        loop = asyncio.get_running_loop()
        while (parcel := self._outgoing.take(loop.time())) is None:
            due = self._outgoing.next_due
            if due is None and self._over:
                return None
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._changed.wait()
        if self._outgoing.size < _UNDER_WAY:
            self._room.set()
        return parcel

    async def _send(self, data: bytes) -> None:
        loop = asyncio.get_running_loop()
        rest = memoryview(data)
        while rest:
            now = loop.time()
            count, when = self._conditions.pace(len(rest), now)
            await asyncio.sleep(when - now)
            await loop.sock_sendall(self._sink, rest[:count])
            rest = rest[count:]


class Connection:
    """A client that was let in, and its connection to the server behind the proxy.

    Whoever has it closes it: what ends it does not.
    """

    def __init__(self, client: socket.socket) -> None:
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client = client
        self._upstream: socket.socket | None = None
        self._broken = False

    async def flow(
        self, upstream_port: int, to_server: Conditions, to_client: Conditions, framing: Framing
    ) -> None:
        """Pass on both ways until both sides have said their last, or one breaks off: then the other hears of it."""
        self._upstream = upstream = socket.socket()
        upstream.setblocking(False)
        upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            await asyncio.get_running_loop().sock_connect(upstream, (LOOPBACK, upstream_port))
            async with asyncio.TaskGroup() as tasks:
                for lane in (
                    _Lane(self._client, upstream, to_server, "chunk"),
                    _Lane(upstream, self._client, to_client, framing),
                ):
                    tasks.create_task(lane.read(), name="wire read")
                    tasks.create_task(lane.write(), name="wire write")
        except* OSError:
            self._broken = True

    async def lie_dead(self, mended: asyncio.Event) -> None:
        """Lose what the client sends until it goes; the server hears of that when the wire is whole again."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            while await loop.sock_recv(self._client, _CHUNK):
                await asyncio.sleep(0)
        await mended.wait()

    def close(self) -> None:
        """Free both sides: each hears the end, or the reset if it has broken off."""
        for side in (self._client, self._upstream):
            if side is None:
                continue
            if self._broken:
                reset_on_close(side)
            else:
                # Closing alone would be a reset, were there bytes that nobody has read.
                with contextlib.suppress(OSError):
                    side.shutdown(socket.SHUT_WR)
            side.close()
