"""How a process ends that is still waiting to begin."""

from __future__ import annotations

import asyncio

import pytest

from edge.lifecycle import done_before


async def test_what_waits_for_ever_is_given_up_when_the_process_is_to_end() -> None:
    """As an outbox whose disk is full: SIGTERM ends it at once."""
    stop, begun, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    waiting = asyncio.create_task(done_before(stop, wait()))
    await begun.wait()
    stop.set()

    assert await waiting is False
    assert ended.is_set()


async def test_what_is_done_in_time_is_done() -> None:
    """Its failure is not hidden."""

    async def fail() -> None:
        raise ValueError("no")

    assert await done_before(asyncio.Event(), asyncio.sleep(0)) is True
    with pytest.raises(ExceptionGroup) as raised:
        await done_before(asyncio.Event(), fail())
    assert raised.group_contains(ValueError, match="no")
