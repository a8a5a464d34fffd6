"""One question a second for all viewers together, at most four as data are stored, and none while nobody looks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from edge.clock import Clock
from edge.console.figures import Snapshot
from edge.console.payload import payload
from edge.errors import EdgeError

log = structlog.get_logger(__name__)

INTERVAL_S = 1.0
SOONEST_S = 0.25
"""What was stored is shown this soon after the last question: a node sends no more batches than that."""
PATIENCE_S = 5.0
"""A historian that takes longer counts as one that does not answer."""
SHARE = 0.2
"""The part of its time that a historian under load spends on the page; the rest is for ingest and reports."""
LONGEST_PAUSE_S = 2.0
"""Even so the page is told something before it must take the host for lost."""


class Live:
    """What the page is told, each second anew, and sooner when something was stored.

    Args:
        ask: takes a snapshot of an instant, ns UTC.
        clock: what time it is.
        interval_s: seconds between two questions while nothing is heard of the store.
        soonest_s: seconds between two questions at least.
        patience_s: seconds that an answer may take.
    """

    def __init__(
        self,
        ask: Callable[[int], Awaitable[Snapshot]],
        clock: Clock,
        interval_s: float = INTERVAL_S,
        soonest_s: float = SOONEST_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._interval_s = interval_s
        self._soonest_s = soonest_s
        self._patience_s = patience_s
        self._wanted = asyncio.Event()
        self._stored = asyncio.Event()
        self._changed = asyncio.Condition()
        self._number = 0
        self._text = ""
        self._fresh = False
        self._trouble = False
        self._snapshot: Snapshot | None = None

    async def run(self) -> None:
        """Ask whenever an update is wanted, until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            # What is stored from here on may be missing from the answer, so it brings another question.
            self._stored.clear()
            begun = self._clock.monotonic()
            text = await self._update()
            took = self._clock.monotonic() - begun
            async with self._changed:
                self._text, self._fresh = text, True
                self._number += 1
                self._changed.notify_all()
            await self._rest(took)
            self._fresh = self._wanted.is_set()

    def stored(self) -> None:
        """Hear that ingest has committed something: viewers are told soon, and nobody is asked without a viewer."""
        self._stored.set()

    async def after(self, number: int) -> tuple[int, str]:
        """Return the newest update and its number, as soon as that is greater than `number`."""
        self._wanted.set()
        async with self._changed:
            await self._changed.wait_for(lambda: self._fresh and self._number > number)
            return self._number, self._text

    async def _rest(self, took: float) -> None:
        least, most = pause_s(took, self._soonest_s), pause_s(took, self._interval_s)
        await asyncio.sleep(least)
        with suppress(TimeoutError):
            async with asyncio.timeout(most - least):
                await self._stored.wait()

    async def _update(self) -> str:
        try:
            async with asyncio.timeout(self._patience_s):
                self._snapshot = await self._ask(self._clock.now())
        except (EdgeError, TimeoutError) as error:
            if not self._trouble:
                log.warning("the historian does not answer the console", reason=str(error) or "too slow")
            self._trouble = True
        else:
            if self._trouble:
                log.info("the historian answers the console again")
            self._trouble = False
        return payload(self._snapshot, self._clock.now(), self._trouble)


def pause_s(took: float, interval_s: float) -> float:
    """Return how long to wait after an answer that took so many seconds."""
    return max(interval_s - took, min(took / SHARE - took, LONGEST_PAUSE_S))
