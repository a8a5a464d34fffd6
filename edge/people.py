"""The node's people side: terminals → records → attendance. Part of the node's composition root.

Names, numbers and punches stay in the records file; what leaves here is heads by shift, team and kind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

import structlog

from edge.clock import Clock
from edge.config.grammar import PeopleOptions
from edge.drivers.zkteco.driver import TerminalListener
from edge.errors import TransientError
from edge.lifecycle import wait
from edge.messages import line_protocol
from edge.messages.schema import Stream
from edge.model.personnel import Punch
from edge.model.plant import Plant
from edge.processing.attendance import attendance, windows
from edge.processing.pipeline import Lines
from edge.records.roster import read_roster
from edge.records.sqlite import Records

log = structlog.get_logger(__name__)

FILE = "records.db"
INTERVAL_S = 10.0
"""Attendance is said this often, and at once when somebody punched."""


class People:
    """Roster, terminals and records of one node."""

    def __init__(self, settings: PeopleOptions, plant: Plant, data_dir: Path, clock: Clock) -> None:
        self._settings = settings
        self._plant = plant
        self._clock = clock
        self._file = data_dir / FILE
        self._punched = asyncio.Event()
        self._punches = 0

    async def __aenter__(self) -> Self:
        shifts = [shift.key for shift in self._plant.calendar.shifts]
        self._roster = await asyncio.to_thread(read_roster, self._settings.roster, shifts)
        self._records = await asyncio.to_thread(Records, self._file)
        try:
            await asyncio.to_thread(self._records.replace_roster, self._roster)
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
                listener = TerminalListener(
                    self._settings.terminals, self._plant.calendar.zone, self._clock, self._accept
                )
                group.create_task(listener.run(), name="terminals")
            group.create_task(self._say(say), name="attendance")

    async def tally(self) -> dict[str, int]:
        """Return how many new punches came since the start, and how many in all are of nobody on the roster."""
        try:
            unknown = await asyncio.to_thread(self._records.unknown_punches)
        except TransientError as error:
            log.warning("records cannot be read now", reason=str(error))
            return {"punches": self._punches}
        return {"punches": self._punches, "unknown_punches": unknown}

    def take(self, punches: Sequence[Punch], now: int) -> Lines:
        """Keep punches and return who is there at an instant, ns UTC. Blocks."""
        if punches:
            self._punches += self._records.add_punches(punches)
        present = {
            shift.key: self._records.punched_pins(start, stop)
            for shift, start, stop in windows(self._plant.calendar, now)
        }
        points = attendance(self._roster, present, self._plant.site, now)
        return {Stream.LEDGER: [line_protocol.encode(point) for point in points]}

    def one_commit(self) -> AbstractContextManager[None]:
        """Return a context in which all punches that are taken are committed together, at its end, or not at all."""
        return self._records.one_commit()

    async def _accept(self, punches: Sequence[Punch]) -> None:
        # `+=` around an await would forget what another terminal brought meanwhile.
        new = await asyncio.to_thread(self._records.add_punches, punches)
        self._punches += new
        self._punched.set()

    async def _say(self, say: Callable[[Lines], Awaitable[None]]) -> None:
        while True:
            self._punched.clear()
            try:
                await say(await asyncio.to_thread(self.take, (), self._clock.now()))
            except TransientError as error:
                log.warning("attendance cannot be said now", reason=str(error))
            await wait(self._punched, INTERVAL_S)
