"""Who asks the historian, how often, and what is told while it does not answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from edge.console.figures import Snapshot
from edge.console.live import Live, pause_s
from edge.errors import EdgeError, RejectedError, TransientError
from edge.model.calendar import NS
from tests.fakes import FakeClock
from tests.unit.console.test_payload import SNAPSHOT

DEADLINE_S = 10.0
TURNS = 50
"""Turns of the event loop in which whatever can happen has happened."""


@dataclass
class Asked:
    """Answers with the same snapshot, unless it is told to fail or to hang."""

    times: list[int] = field(default_factory=list)
    error: EdgeError | None = None
    hangs: bool = False

    async def __call__(self, now: int) -> Snapshot:
        """Answer."""
        self.times.append(now)
        if self.hangs:
            await asyncio.Event().wait()
        if self.error is not None:
            raise self.error
        return SNAPSHOT


@asynccontextmanager
async def live_on(
    asked: Asked, clock: FakeClock | None = None, interval_s: float = 0.0
) -> AsyncIterator[Live]:
    """Run the questions, by default with no time between them."""
    live = Live(
        asked, clock or FakeClock(SNAPSHOT.time), interval_s=interval_s, soonest_s=0.0, patience_s=0.05
    )
    task = asyncio.create_task(live.run())
    try:
        async with asyncio.timeout(DEADLINE_S):
            yield live
    finally:
        task.cancel()
        await asyncio.wait([task])


async def told_to(live: Live, updates: int) -> list[dict[str, Any]]:
    """Return what a viewer is told."""
    told, number = [], 0
    for _ in range(updates):
        number, text = await live.after(number)
        told.append(json.loads(text))
    return told


def troubles(told: Sequence[dict[str, Any]]) -> list[bool]:
    """Return which updates speak of trouble."""
    return [update["trouble"] for update in told]


async def turns() -> None:
    """Let everything happen that can."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


async def test_nobody_looks_and_nobody_asks() -> None:
    """Without a viewer the historian is left in peace, before the first one and after the last."""
    asked = Asked()
    async with live_on(asked) as live:
        await turns()
        assert asked.times == []
        await live.after(0)
        await turns()
    assert len(asked.times) == 1


async def test_one_question_for_all_viewers() -> None:
    """Ten viewers of five updates each cost what one does."""
    asked = Asked()
    async with live_on(asked) as live:
        told = await asyncio.gather(*(told_to(live, 5) for _ in range(10)))
    assert [len(updates) for updates in told] == [5] * 10
    assert len(asked.times) <= 6


async def test_the_first_viewer_after_a_pause_gets_no_old_news() -> None:
    """What was told an hour ago is not told again: it is asked for anew."""
    asked, clock = Asked(), FakeClock(SNAPSHOT.time)
    async with live_on(asked, clock) as live:
        await live.after(0)
        await turns()
        clock.advance(3600)
        await live.after(0)
    assert asked.times == [SNAPSHOT.time, SNAPSHOT.time + 3600 * NS]


async def test_trouble_is_told_with_the_last_figures_and_passes() -> None:
    """While the historian is away viewers are told so, still each second, and told again when it is back."""
    asked = Asked()
    async with live_on(asked) as live:
        before = await told_to(live, 1)
        await turns()
        asked.error = TransientError("away")
        meanwhile = await told_to(live, 3)
        await turns()
        asked.error = None
        after = await told_to(live, 1)
    assert (troubles(before), troubles(meanwhile), troubles(after)) == ([False], [True] * 3, [False])
    assert meanwhile[-1]["machines"] == before[0]["machines"]


async def test_a_mistake_of_ours_ends_nothing() -> None:
    """A question that the historian refuses is trouble, too, and not the end of the host."""
    async with live_on(Asked(error=RejectedError("no such field"))) as live:
        assert await told_to(live, 2) == [{"trouble": True}] * 2


async def test_a_historian_that_hangs_does_not_answer() -> None:
    """An answer that takes too long is not waited for."""
    async with live_on(Asked(hangs=True)) as live:
        assert troubles(await told_to(live, 1)) == [True]


async def test_a_slow_viewer_misses_updates() -> None:
    """Who comes late gets the newest update only; nothing is kept for anybody."""
    asked = Asked()
    async with live_on(asked) as live:
        first, _ = await live.after(0)
        await told_to(live, 4)
        number, _ = await live.after(first)
    assert number > first + 1


async def test_what_was_stored_is_told_at_once() -> None:
    """A viewer does not wait for the next second when ingest has committed; the interval is longer than the deadline."""
    asked = Asked()
    async with live_on(asked, interval_s=100 * DEADLINE_S) as live:
        number, _ = await live.after(0)
        waiting = asyncio.create_task(live.after(number))
        await turns()
        assert not waiting.done()
        live.stored()
        assert (await waiting)[0] == number + 1


async def test_what_is_stored_asks_nobody_without_a_viewer() -> None:
    """A host that takes in data all night asks its historian nothing for a page that nobody has open."""
    asked = Asked()
    async with live_on(asked, interval_s=100 * DEADLINE_S) as live:
        await live.after(0)
        for _ in range(3):
            live.stored()
            await turns()
    assert len(asked.times) == 1


async def test_what_is_stored_during_a_question_brings_another() -> None:
    """The answer under way may lack what was committed meanwhile, so it is asked for again."""
    asked = Asked()
    live: Live

    async def ask(now: int) -> Snapshot:
        if not asked.times:
            live.stored()
        return await asked(now)

    live = Live(ask, FakeClock(SNAPSHOT.time), interval_s=100 * DEADLINE_S, soonest_s=0.0)
    task = asyncio.create_task(live.run())
    async with asyncio.timeout(DEADLINE_S):
        assert len(await told_to(live, 2)) == 2
    task.cancel()
    await asyncio.wait([task])


@pytest.mark.parametrize(("took", "pause"), [(0.0, 1.0), (0.1, 0.9), (0.3, 1.2), (0.5, 2.0), (5.0, 2.0)])
def test_a_historian_under_load_is_asked_less_often(took: float, pause: float) -> None:
    """A question a second as long as the answers are quick; then a fifth of the time, but never silence."""
    assert pause_s(took, 1.0) == pytest.approx(pause)
