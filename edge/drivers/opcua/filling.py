"""Fills gaps from a server's history: one small request at a time, with rests, so that live values come first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import structlog

from edge.clock import Clock
from edge.drivers.base import Emit
from edge.drivers.opcua.changes import Changes
from edge.drivers.opcua.client import HISTORY_VALUES, Connection, Node, Past
from edge.drivers.opcua.decoding import Decoder
from edge.drivers.opcua.gaps import Gaps, Slice
from edge.drivers.opcua.stamps import utc_ns
from edge.model.frame import Value

log = structlog.get_logger(__name__)

LEAST_REST_S = 0.05
"""Between two requests; at least as long as the last one took."""
Sample = tuple[int, Value, int, int]


class _Page(NamedTuple):
    """A page of a tag's history: from when on, ns UTC, and what the server calls it when it is not the first."""

    place: int
    start: int
    more: bytes | None = None


class Filling:
    """Fills the gaps of one server's tags during one session.

    Args:
        device: for the log.
        nodes: of the tags by their places; None for one that is not there.
        gaps: what is missing; shared with the sessions before and after.
    """

    def __init__(
        self,
        device: str,
        connection: Connection,
        nodes: Sequence[Node | None],
        decoders: Sequence[Decoder],
        gaps: Gaps,
        changes: Changes,
        clock: Clock,
    ) -> None:
        self._device = device
        self._connection = connection
        self._nodes = nodes
        self._decoders = decoders
        self._gaps = gaps
        self._changes = changes
        self._clock = clock
        self._keeps: dict[int, bool] = {}
        self.samples = 0

    async def run(self, emit: Emit) -> None:
        """Fill what can be filled now, and return.

        Raises:
            TransientError: the session is over; what is left waits for the next one.
        """
        before = self.samples
        while (part := await self._next()) is not None:
            await self._fill(part, emit)
        if self.samples > before:
            log.info("opcua gap filled from history", device=self._device, samples=self.samples - before)

    async def _next(self) -> Slice | None:
        """Return what to ask for next, of tags whose node keeps a history; the gaps of the others stay open.

        The bad values at their begin and the time stamps of those around them show them.
        """
        while new := [place for place in self._gaps.places if place not in self._keeps]:
            known = {place: node for place in new if (node := self._nodes[place]) is not None}
            keeps = dict(zip(known, await self._connection.historizing(list(known.values())), strict=True))
            self._keeps |= {place: keeps.get(place, False) for place in new}
        self._gaps.forget([place for place in self._gaps.places if not self._keeps[place]])
        return self._gaps.next(self._connection.limits.histories)

    async def _fill(self, part: Slice, emit: Emit) -> None:
        """Hand on all there is of a slice, page by page."""
        pages = [_Page(place, part.start) for place in part.places]
        samples: list[Sample] = []
        while pages:
            begun = self._clock.monotonic()
            first = min(page.start for page in pages)
            asked = [page for page in pages if page.start == first]
            nodes = [node for page in asked if (node := self._nodes[page.place]) is not None]
            answers = await self._connection.history(nodes, first, part.end, [page.more for page in asked])
            pages = [page for page in pages if page.start != first]
            for page, past in zip(asked, answers, strict=True):
                pages += self._take(page, past, samples, is_first=first == part.start)
            await asyncio.sleep(max(LEAST_REST_S, self._clock.monotonic() - begun))
        self.samples += len(samples)
        for frame in self._changes.past(samples):
            await emit(frame)
        self._gaps.fill(part)

    def _take(self, page: _Page, past: Past, samples: list[Sample], *, is_first: bool) -> Iterator[_Page]:
        """Take the samples that lie within the tag's gap; yield what to ask for next, if there may be more."""
        place = page.place
        if past.refused:
            log.info("opcua history refused", device=self._device, place=place, reason=past.refused)
            self._keeps[place] = False
            self._gaps.forget([place])
            return
        decode, last = self._decoders[place].decode, page.start
        for raw, status, source, server in past.answers:
            moment = source or server
            if moment is None:
                continue
            last = utc_ns(moment)
            if self._gaps.misses(place, last) and (is_first or last > page.start):
                samples.append((place, *decode(raw, status), last))
        if past.more is not None:
            yield _Page(place, page.start, past.more)
        elif len(past.answers) >= HISTORY_VALUES and last > page.start:
            # Some servers cut what is too long and do not say so.
            yield _Page(place, last)
