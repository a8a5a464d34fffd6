"""How a process begins to end, and how its tasks do."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Collection, Coroutine
from typing import IO


def stop_event(parent: IO[str] | None = None) -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set, and the end of a pipe that a parent process holds."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if parent is not None:

        def ended() -> None:
            loop.remove_reader(parent)
            stop.set()

        loop.add_reader(parent, ended)
    return stop


async def wait(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, but not longer than `seconds`; return whether it is set."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


async def done_before(stop: asyncio.Event, work: Coroutine[None, None, object]) -> bool:
    """Do something that may take for ever; return whether it was done before `stop` was set, which cancels it; its failure comes in a group."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(work, name="begin")
        stopping = group.create_task(stop.wait(), name="stop")
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for each in (task, stopping):
            each.cancel()
    return not task.cancelled()


async def cancel(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait until they have closed what they hold."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


def heed_cancellation() -> None:
    """Raise CancelledError if this task has been cancelled, for use after a library that may have swallowed it."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
