"""Filling gaps, from a server that does what servers do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from asyncua import ua

from edge.clock import SystemClock
from edge.drivers.opcua.changes import Changes
from edge.drivers.opcua.client import HISTORY_VALUES, Answer, Connection, Node, Past
from edge.drivers.opcua.client.answers import Limits
from edge.drivers.opcua.decoding import Decoder
from edge.drivers.opcua.filling import Filling
from edge.drivers.opcua.gaps import Gaps
from edge.drivers.opcua.stamps import utc_ns
from edge.model.calendar import NS
from tests.unit.drivers.frames import Frames
from tests.unit.drivers.opcua.hall import tag

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
START = utc_ns(NOON)
NODES = [Node(ua.Int32(1)), Node(ua.Int32(2)), None]


class Historian:
    """A server's history of samples every 100 ms, whose node 2 keeps none."""

    limits = Limits(histories=2)

    def __init__(self, seconds: float, *, pages: bool, refuses: bool = False) -> None:
        self.gaps: Gaps | None = None
        self.requests = 0
        self._pages, self._refuses = pages, refuses
        self._samples: list[Answer] = [
            (float(number), 0, moment, moment)
            for number in range(round(10 * seconds))
            for moment in [NOON + timedelta(milliseconds=100 * number)]
        ]

    async def historizing(self, nodes: Sequence[Node]) -> list[bool]:
        """Say who keeps a history; meanwhile another tag loses something."""
        if self.gaps is not None:
            for place in (1, 2):
                self.gaps.add(place, START, START + NS)
        return [node == NODES[0] for node in nodes]

    async def history(
        self, nodes: Sequence[Node], start: int, end: int, pages: Sequence[bytes | None]
    ) -> list[Past]:
        """Give no more than it may at once, and say so or not."""
        assert list(nodes) == [NODES[0]]
        self.requests += 1
        if self._refuses:
            return [Past((), None, "BadHistoryOperationUnsupported")]
        first = int(pages[0]) if pages[0] else 0
        within = [one for one in self._samples if start <= utc_ns(one[2] or NOON) <= end][first:]
        page = within[:HISTORY_VALUES]
        more = str(first + HISTORY_VALUES).encode() if len(within) > len(page) and self._pages else None
        return [Past(page, more)]


async def fill(historian: Historian, gaps: Gaps) -> Frames:
    """Fill what can be filled; return the frames."""
    tags = [tag(name) for name in ("level", "count", "running")]
    frames = Frames()
    filling = Filling(
        "hall",
        cast("Connection", historian),
        NODES,
        [Decoder(one) for one in tags],
        gaps,
        Changes("hall", [one.tag.name for one in tags]),
        SystemClock(),
    )
    await filling.run(frames.emit)
    assert not gaps
    return frames


def values(frames: Frames) -> list[object]:
    """Return what was handed on, in its order."""
    return [value for frame in frames.all for value in frame.values]


async def test_a_history_is_read_page_by_page() -> None:
    """With a continuation point, or from the last sample on where a server cuts what is too long without a word."""
    for pages in (True, False):
        gaps = Gaps(1e9)
        gaps.add(0, START, START + 250 * NS)
        historian = Historian(300, pages=pages)
        found = values(await fill(historian, gaps))
        assert found == [float(number) for number in range(1, 2500)]
        assert historian.requests == 3


async def test_what_is_lost_while_it_is_found_out_who_keeps_a_history() -> None:
    """A gap may come at any moment, also of a tag whose node is not there."""
    gaps = Gaps(1e9)
    gaps.add(0, START, START + 2 * NS)
    historian = Historian(10, pages=True)
    historian.gaps = gaps
    assert values(await fill(historian, gaps)) == [float(number) for number in range(1, 20)]


async def test_a_server_that_refuses_is_asked_once() -> None:
    """Some say that they keep a history, and do not."""
    gaps = Gaps(1e9)
    gaps.add(0, START, START + 3000 * NS)
    historian = Historian(10, pages=True, refuses=True)
    assert values(await fill(historian, gaps)) == []
    assert historian.requests == 1
