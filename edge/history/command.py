"""`chili-edge history import`: a composition root beside node and host. One production day is one commit.

The order within a day makes it count once: its lines rest in the historian (a repetition writes the same bytes), then the
processors' state and the note that the day is done commit together, then its punches.
"""

from __future__ import annotations

from asyncio import TaskGroup
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from edge.clock import Clock
from edge.config.settings import Settings
from edge.errors import ConfigurationError
from edge.history import progress
from edge.history.contents import Contents, open_folder
from edge.history.progress import Progress
from edge.history.replay import Day, plant_of, replay
from edge.history.screen import Screen
from edge.history.sources import Sources
from edge.history.writer import Writer
from edge.host import open_historian
from edge.lifecycle import cancel
from edge.outbox.sqlite import FILE
from edge.outbox.worker import OutboxThread
from edge.people.service import People
from edge.processing.pipeline import Pipeline

NEVER = 2**63
"""Later than every reading, ns UTC."""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line; see `chili-edge history import --help`.

    Attributes:
        trend_days: raw tags are stored of so many of the last days; None for all.
        skip_unknown: leave out what edge.yaml does not have.
    """

    trend_days: int | None = 14
    skip_unknown: bool = False


@dataclass(slots=True)
class Done:
    """What an import did.

    Attributes:
        last: the newest production day that is done.
        days, readings, punches, points: of this run.
        remarks: what was left out, a line each.
    """

    last: date
    days: int = 0
    readings: int = 0
    punches: int = 0
    points: int = 0
    remarks: tuple[str, ...] = ()


def summary(done: Done, seconds: float) -> Iterator[str]:
    """Yield what there is to say when an import has ended."""
    yield from done.remarks
    if not done.days:
        yield f"this import is finished already, up to {done.last}: nothing to do"
        return
    yield (
        f"{done.days} days up to {done.last}, {done.readings:,} readings, {done.punches:,} punches,"
        f" {done.points:,} points stored in {seconds:.0f} s"
    )


async def import_history(
    folder: Path, settings: Settings, options: Options, clock: Clock, screen: Screen
) -> Done:
    """Import a folder of readings, or go on where the same import ended before.

    Raises:
        ConfigurationError: the folder is damaged, or the node is not fit for it; the days before are done.
        TransientError: the historian or the disk failed; the days before are done.
    """
    contents = open_folder(folder, settings, skip_unknown=options.skip_unknown)
    async with AsyncExitStack() as stack:
        outbox = await stack.enter_async_context(OutboxThread(settings.data_dir / FILE, settings.node_id))
        state = await outbox.state()
        before = progress.find(contents.fingerprint, state)
        people = None
        if settings.people is not None and contents.terminals:
            people = await stack.enter_async_context(
                People(settings.people, settings.plant, settings.data_dir, clock)
            )
        writer = Writer(await stack.enter_async_context(open_historian(settings)))
        run = _Import(contents, settings, options, outbox, people, writer)
        return await run.go_on(before, state, screen)


class _Import:
    """The stages of an import, tied together."""

    def __init__(
        self,
        contents: Contents,
        settings: Settings,
        options: Options,
        outbox: OutboxThread,
        people: People | None,
        writer: Writer,
    ) -> None:
        self._contents = contents
        self._plant = plant_of(settings.plant, [device.device for device in contents.devices])
        self._outbox = outbox
        self._people = people
        self._writer = writer
        self._days = contents.days(self._plant.calendar)
        self._trend_from = self._trend_begins(options.trend_days)

    async def go_on(self, before: Progress, state: Mapping[str, str], screen: Screen) -> Done:
        """Import the days that are not done yet."""
        days = [day for day in self._days if before.last is None or day > before.last]
        if before.last is not None:
            self._keep_punches(before.last)
            if days and progress.has_run_since(before, state):
                raise ConfigurationError(
                    f"this node has counted on its own since {before.last} was imported: the rest cannot follow"
                )
        done = Done(before.last or self._days[0], remarks=self._contents.remarks)
        if days:
            await self._import(days, before, state, screen, done)
        return done

    async def _import(
        self, days: Sequence[date], before: Progress, state: Mapping[str, str], screen: Screen, done: Done
    ) -> None:
        sources = Sources(self._contents, self._plant.calendar, days[0])
        async with TaskGroup() as group:
            writing = group.create_task(self._writer.run(), name="historian")
            for day in days:
                screen.update(day, self._days.index(day), len(self._days))
                came = sources.day(day)
                state = await self._store(day, came, before, state)
                done.last = day
                done.days += 1
                done.readings += len(came.frames)
                done.punches += len(came.punches)
                done.points = self._writer.points
            await cancel([writing])

    async def _store(
        self, day: date, came: Day, before: Progress, state: Mapping[str, str]
    ) -> Mapping[str, str]:
        """Make a day's lines, store them, and commit; return the processors' state after it."""
        pipeline = Pipeline(self._plant, state, self._trend_from)
        attend = self._people.take if self._people else None
        with self._people.one_commit() if self._people else nullcontext():
            for lines in replay(came, pipeline, attend, self._plant, self._contents.end):
                await self._writer.add(lines)
            await self._writer.drain()
            changes = pipeline.changes()
            state = {**state, **changes}
            await self._outbox.commit({}, changes | before.after(day, state), came.stop)
        return state

    def _keep_punches(self, day: date) -> None:
        """Keep the punches of the last day that is done, in case it ended before they were committed."""
        if self._people:
            terminals = Sources(replace(self._contents, devices=()), self._plant.calendar, day)
            punches = [received.punch for received in terminals.day(day).punches]
            self._people.keep(punches, self._contents.end)

    def _trend_begins(self, days: int | None) -> int:
        """Return the instant from which on raw tags are stored, ns UTC."""
        if days is None:
            return 0
        if not days:
            return NEVER
        start, _ = self._plant.calendar.day_span(self._days[-min(days, len(self._days))])
        return start
