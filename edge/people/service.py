"""The node's people side while it runs: terminals and badge readers in, heads of groups out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Self

import structlog

from edge.clock import Clock
from edge.config.people import PeopleOptions
from edge.drivers.zkteco.driver import Heard, TerminalListener
from edge.errors import EdgeError, TransientError
from edge.lifecycle import wait
from edge.messages import line_protocol
from edge.messages.schema import Stream
from edge.model.calendar import local_time
from edge.model.frame import Frame
from edge.model.personnel import Punch
from edge.model.plant import Plant
from edge.people.board import Board
from edge.people.terms import import_roster, kept_since, rules_of
from edge.processing import badges
from edge.processing.pipeline import Lines
from edge.records.custody import Custody
from edge.records.records import Records, TerminalSeen

log = structlog.get_logger(__name__)

INTERVAL_S = 1.0
"""What another process has written is seen after this time at most, and a punch at once."""
RETENTION_S = 3600.0
BROKEN_S = 60.0
"""Records that cannot be opened are tried again after this time."""


class People:
    """Roster, terminals and records of one node."""

    def __init__(self, settings: PeopleOptions, plant: Plant, data_dir: Path, clock: Clock) -> None:
        self._settings = settings
        self._plant = plant
        self._clock = clock
        self._data_dir = data_dir
        self._punched = asyncio.Event()
        self._punches = 0
        self._readers = {device.key: device for device in plant.devices if badges.slots(device)}
        self._seen: dict[str, TerminalSeen] = {}

    async def __aenter__(self) -> Self:
        self._records = await asyncio.to_thread(Records, self._data_dir)
        try:
            self._board = await asyncio.to_thread(self._open)
        except BaseException:
            self._records.close()
            raise
        return self

    async def __aexit__(self, *exc: object) -> None:
        await asyncio.to_thread(self._records.close)

    async def run(self, say: Callable[[Lines], Awaitable[None]]) -> None:
        """Listen to the terminals and say who is there, until cancelled."""
        async with asyncio.TaskGroup() as group:
            if self._settings.terminals is not None:
                errors = {seen.serial: seen.error for seen in self._seen.values() if seen.known}
                listener = TerminalListener(
                    self._settings.terminals, self._plant.calendar.zone, self._clock, self._accept, errors
                )
                group.create_task(listener.run(), name="terminals")
            group.create_task(self._say(say), name="attendance")
            group.create_task(self._keep_no_longer(), name="retention")

    async def frame(self, frame: Frame) -> None:
        """Take the badges that a frame shows, from the devices that have a reader."""
        device = self._readers.get(frame.device)
        if device is None:
            return
        before = self._seen.get(device.key)
        found = badges.read(device, frame, before.counter if before else None)
        if found.counter == (before.counter if before else None):
            return
        if found.lost:
            log.warning("badges were overwritten before they were read", device=device.key, badges=found.lost)
        seen = TerminalSeen(device.key, known=True, seen=frame.time, counter=found.counter)
        try:
            await self._keep(found.punches, seen)
        except TransientError as error:
            log.warning("badges cannot be kept now: they are read again", reason=str(error))

    async def tally(self) -> dict[str, int]:
        """Return how many new punches came since the start, and how many in all are of nobody on the roster."""
        try:
            unknown = await asyncio.to_thread(self._records.count_unknown)
        except TransientError as error:
            log.warning("records cannot be read now", reason=str(error))
            return {"punches": self._punches}
        return {"punches": self._punches, "unknown_punches": unknown}

    def take(self, punches: Sequence[Punch], now: int) -> Lines:
        """Keep punches and return who is there at an instant, ns UTC. Blocks."""
        self.keep(punches, now)
        lines = self._lines(now)
        self._board.settle()
        return lines

    def keep(self, punches: Sequence[Punch], received: int) -> None:
        """Keep punches that came at an instant, ns UTC, and say nothing of them. Blocks."""
        if punches:
            self._punches += self._board.take(punches, received)

    def one_commit(self) -> AbstractContextManager[None]:
        """Return a context in which all punches that are taken are committed together, at its end, or not at all."""
        return self._records.one_commit()

    def _open(self) -> Board:
        calendar = self._plant.calendar
        if self._settings.roster is not None:
            today = self._today()
            import_roster(self._records, self._settings.roster, calendar, today, today)
        self._seen = {seen.serial: seen for seen in self._records.terminals()}
        settings = self._settings
        piecework = frozenset(one.shift for one in settings.piece)
        return Board(self._records, calendar, self._plant.site, rules_of(settings), settings.wages, piecework)

    async def _accept(self, heard: Heard) -> None:
        seen = TerminalSeen(heard.serial, heard.known, self._clock.now(), heard.error)
        await self._keep(heard.punches, seen)

    async def _keep(self, punches: Sequence[Punch], seen: TerminalSeen) -> None:
        new = await asyncio.to_thread(self._board.take, punches, seen.seen, seen)
        # `+=` around an await would forget what another terminal brought meanwhile.
        self._punches += new
        self._seen[seen.serial] = seen
        if new:
            self._punched.set()

    def _lines(self, now: int) -> Lines:
        return {Stream.LEDGER: [line_protocol.encode(point) for point in self._board.points(now)]}

    async def _say(self, say: Callable[[Lines], Awaitable[None]]) -> None:
        while True:
            self._punched.clear()
            try:
                await say(await asyncio.to_thread(self._lines, self._clock.now()))
                await asyncio.to_thread(self._board.settle)
            except TransientError as error:
                self._board.reload()
                log.warning("attendance cannot be said now", reason=str(error))
            except EdgeError as error:
                # A row that cannot be opened stops no machine's count; it does not heal by itself either.
                self._board.reload()
                log.error("attendance cannot be said", reason=str(error))
                await asyncio.sleep(BROKEN_S)
            await wait(self._punched, INTERVAL_S)

    async def _keep_no_longer(self) -> None:
        """Delete what is older than it may be, each hour."""
        while True:
            try:
                deleted = await asyncio.to_thread(self._enforce)
            except EdgeError as error:
                log.warning("old records cannot be deleted now", reason=str(error))
            else:
                if deleted:
                    log.info("old records deleted", rows=deleted)
            await asyncio.sleep(RETENTION_S)

    def _enforce(self) -> int:
        deleted = Custody(self._records).enforce(kept_since(self._today(), self._settings.keep_years))
        return deleted.workers + deleted.punches + deleted.entries

    def _today(self) -> date:
        return local_time(self._clock.now(), self._plant.calendar.zone).date()
