"""Connections that are reset when nothing has been asked over them for too long, as many a gateway does."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterable

from simulators.faults.kinds import IdleReset

_NO_LINGERING = struct.pack("ii", 1, 0)
"""SO_LINGER on, with no time."""


class IdleWatch:
    """Watches one connection; without a limit it may be silent for ever."""

    def __init__(self, transport: asyncio.Transport, limit_s: float | None) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._heard = self._loop.time()
        self._limit_s: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.limit(limit_s)

    def heard(self) -> None:
        """Note that something has come."""
        self._heard = self._loop.time()

    def limit(self, seconds: float | None) -> None:
        """Let it be silent for so long and no longer, silence that has been counted in; None = for ever."""
        self.stop()
        self._limit_s = seconds
        if seconds is not None:
            self._timer = self._loop.call_at(self._heard + seconds, self._check)

    def stop(self) -> None:
        """Watch no longer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _check(self) -> None:
        if self._limit_s is None:
            return
        due = self._heard + self._limit_s
        if self._loop.time() < due:
            self._timer = self._loop.call_at(due, self._check)
            return
        reset_on_close(self._transport.get_extra_info("socket"))
        self._transport.abort()


def reset_on_close(side: socket.socket) -> None:
    """Let closing it end the connection in a TCP reset, and what is still to be sent be lost."""
    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)


def shortest(faults: Iterable[IdleReset]) -> float | None:
    """Return the limit that several faults come to; None without any."""
    return min((fault.after for fault in faults), default=None)
