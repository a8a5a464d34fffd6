"""The demo's story: start the factory, let it run, stop it, and compare what was made, counted and stored."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

from edge.clock import Clock
from edge.demo.factory import Factory, Options
from edge.demo.reconciliation import Reconciliation, as_text
from edge.demo.screen import Screen
from edge.errors import ConfigurationError
from edge.historian.base import Historian
from edge.host import open_historian
from edge.lifecycle import stop_event, wait

UPDATE_S = 1.0
NOTHING_MADE = "it ended before anything was made: there is nothing to compare"


async def demo(options: Options, clock: Clock) -> int:
    """Run the demo; return 0 when every difference is zero, else 1."""
    stop = stop_event()
    async with AsyncExitStack() as stack:
        factory = Factory(options, _directory(options, clock), clock)
        stack.push_async_callback(factory.stop)
        screen = stack.enter_context(Screen())
        if options.history is not None:
            screen.say(
                "simulating the days until yesterday, and counting them; a whole year takes some minutes …"
            )
        screen.say("starting simulators, broker, node and host …")
        if not await _unless(stop, _begin(factory)):
            screen.say(NOTHING_MADE)
            return 0
        historian = await stack.enter_async_context(open_historian(factory.settings, read_only=True))
        screen.say(
            f"console: http://127.0.0.1:{factory.settings.console.listen.port}   files: {factory.directory}"
        )
        await factory.plant.tell("run")
        await _watch(factory, historian, screen, stop)
        screen.say("the machines stop; waiting until the last piece is stored …")
        settled = await factory.settle()
        await factory.stop()
        figures = await factory.figures(historian)
    print(as_text(figures))
    for line in _remarks(factory, figures, settled):
        print(line)
    return 0 if figures.holds and settled and not factory.deaths else 1


async def _begin(factory: Factory) -> None:
    await factory.start()
    await factory.first_reading()


async def _unless(stop: asyncio.Event, work: Coroutine[None, None, None]) -> bool:
    """Do something, or break it off as soon as the user ends the demo; return whether it was done."""
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(work, name="begin")
            ended = group.create_task(stop.wait(), name="end")
            await asyncio.wait((task, ended), return_when=asyncio.FIRST_COMPLETED)
            task.cancel()
            ended.cancel()
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from errors
    return not task.cancelled()


def _remarks(factory: Factory, figures: Reconciliation, settled: bool) -> Iterator[str]:
    """Yield what there is to say below the table."""
    if not settled:
        yield "not everything was counted and acknowledged in time: see the logs"
    if factory.kills:
        yield f"{factory.kills} times node or host was killed with kill -9 and started again"
    if factory.deaths:
        yield f"node or host died {factory.deaths} times by itself: see {factory.directory / 'log'}"
    if not figures.holds:
        yield "THE FIGURES DIFFER"
    elif any(line.made and line.made.pieces for line in figures.lines):
        yield "made = counted = stored"
    else:
        yield NOTHING_MADE


def _directory(options: Options, clock: Clock) -> Path:
    """Make and return a folder that holds nothing yet."""
    directory = options.directory
    if directory is None:
        now = datetime.fromtimestamp(clock.now() / 1e9).astimezone()
        directory = Path("var/demo") / now.strftime("%Y%m%d-%H%M%S")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        occupied = any(directory.iterdir())
    except OSError as error:
        raise ConfigurationError(f"--dir: cannot use {directory}: {error.strerror}") from error
    if occupied:
        raise ConfigurationError(f"--dir: {directory} is not empty; the demo wants a folder of its own")
    return directory.resolve()


async def _watch(factory: Factory, historian: Historian, screen: Screen, stop: asyncio.Event) -> None:
    """Show the figures until the time is up or the user ends it."""
    elapsed, seconds = 0.0, factory.options.seconds
    begun = factory.clock.monotonic()
    while not stop.is_set() and (seconds is None or elapsed < seconds):
        screen.update(await factory.figures(historian), factory.status(elapsed))
        await wait(stop, min(UPDATE_S, seconds - elapsed) if seconds else UPDATE_S)
        elapsed = factory.clock.monotonic() - begun
        await factory.disturb(elapsed)
        await factory.revive()
