"""The driver of one OPC UA server: one session at a time, ended at the first real doubt and opened anew."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import structlog

from edge.backoff import Backoff
from edge.clock import Clock
from edge.drivers.base import Emit
from edge.drivers.opcua.address import Server
from edge.drivers.opcua.changes import Changes
from edge.drivers.opcua.client import Leftover, connect, status_name
from edge.drivers.opcua.diagnosis import Condition
from edge.drivers.opcua.gaps import Gaps
from edge.drivers.opcua.pki import Pki
from edge.drivers.opcua.session import QUEUED_PUBLICATIONS, Patience, Session
from edge.drivers.opcua.understanding import Understanding
from edge.errors import TransientError
from edge.model.frame import Frame

log = structlog.get_logger(__name__)

_BASE_S, _CAP_S = 0.5, 3.0
"""One attempt at a time, so that even a plant full of nodes is no storm; data is to be back 10 s after a fault's end."""
STEADY_S = 10.0
"""Only a session that has lasted this long makes the pauses short again: one that breaks at once would come as a storm."""


class OpcuaDriver:
    """Reads one server until cancelled; see `edge.drivers.base.Driver`. Nobody else opens a session to it.

    Args:
        server: what to read.
        clock: for time stamps and deadlines.
        pki: our own certificate, and which servers are trusted.
        backoff: makes the pauses between attempts.
        patience: how long the server is waited for.
        since: until when everything had been read before this process began, ns UTC; what was missed from then on is
            looked for in the server's history.
        queued: publish answers that may wait for processing.
    """

    def __init__(
        self,
        server: Server,
        clock: Clock,
        pki: Pki,
        backoff: Callable[[], Backoff] = lambda: Backoff(_BASE_S, _CAP_S),
        patience: Patience | None = None,
        since: int | None = None,
        queued: int = QUEUED_PUBLICATIONS,
    ) -> None:
        self._server = server
        self._clock = clock
        self._pki = pki
        self._backoff = backoff()
        self._patience = patience or Patience()
        self._queued = queued
        self._names = tuple(tag.tag.name for tag in server.tags)
        self._understanding = Understanding(server.tags, server.reading.window, status_name)
        self._gaps = Gaps(
            server.reading.history, {} if since is None else dict.fromkeys(range(len(server.tags)), since)
        )
        self._changes = Changes(server.device, self._names)
        self._leftover = Leftover()
        self._emitting = asyncio.Lock()
        self._lost = False
        self._good_since: float | None = None
        self._sessions = self._filled = 0

    @property
    def name(self) -> str:
        """The endpoint, for task names and the log."""
        return self._server.url

    @property
    def conditions(self) -> Mapping[str, Condition]:
        """What is known of each tag besides its value: its StatusCode, whose clock stamped it, what is wrong with it."""
        return self._understanding.diagnosis.by_tag()

    def tally(self) -> Mapping[str, int]:
        """Return what has happened since the start, as fields of the node's health."""
        return {
            "sessions": self._sessions,
            "filled": self._filled,
            **self._understanding.diagnosis.tally(),
        }

    async def run(self, emit: Emit) -> None:
        """Read until cancelled."""

        async def pass_on(frame: Frame) -> None:
            if any(frame.qualities):
                self._find()
            async with self._emitting:
                await emit(frame)

        while True:
            self._good_since = None
            async with asyncio.TaskGroup() as group:
                session = group.create_task(self._session(pass_on), name=f"{self.name} session")
            self._lose(session.result())
            await emit(Frame.bad(self._server.device, self._names, self._clock.now()))
            await asyncio.sleep(self._backoff.next())

    async def _session(self, emit: Emit) -> str:
        """Open a session and read until it is over; return why it is.

        It is a task of its own: before Python 3.13 a task group whose child fails leaves its task looking cancelled
        (`Task.cancelling`), and `heed_cancellation` would then end the driver with the session.
        """
        patience, reason = self._patience, ""
        try:
            async with connect(
                self._server, self._pki, self._clock, patience.connect, patience.farewell, self._leftover
            ) as connection:
                self._sessions += 1
                session = Session(
                    connection,
                    self._server,
                    self._clock,
                    patience,
                    self._pki,
                    self._understanding,
                    self._gaps,
                    self._changes,
                    self._queued,
                )
                try:
                    await session.run(emit)
                finally:
                    self._gaps.lost(session.newest)
                    self._filled += session.filled
        except* TransientError as group:
            reason = _reason(group)
        return reason

    def _lose(self, reason: str) -> None:
        if not self._lost:
            log.warning("opcua lost", device=self._server.device, endpoint=self.name, reason=reason)
        self._lost = True
        if self._good_since is not None and self._clock.monotonic() - self._good_since >= STEADY_S:
            self._backoff.reset()

    def _find(self) -> None:
        if self._lost:
            log.info("opcua back", device=self._server.device, endpoint=self.name)
            self._lost = False
        if self._good_since is None:
            self._good_since = self._clock.monotonic()


def _reason(group: BaseExceptionGroup[TransientError]) -> str:
    first: BaseException = group
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return str(first)
