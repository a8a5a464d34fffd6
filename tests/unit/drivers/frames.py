"""What a test of a driver holds in its hand: the frames that came, and a way to await one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from edge.drivers.base import Driver
from edge.model.frame import Frame, Quality, Value

DEADLINE_S = 10.0


class Frames:
    """Takes a driver's frames and wakes whoever waits for one."""

    def __init__(self) -> None:
        self.all: list[Frame] = []
        self._news = asyncio.Condition()

    async def emit(self, frame: Frame) -> None:
        """Take a frame."""
        async with self._news:
            self.all.append(frame)
            self._news.notify_all()

    async def until(self, wanted: Callable[[Frame], bool], *, after: int = 0, count: int = 1) -> Frame:
        """Return the `count`-th frame, from number `after` on, that is wanted."""
        found: list[Frame] = []
        async with asyncio.timeout(DEADLINE_S), self._news:
            while True:
                found += [frame for frame in self.all[after:] if wanted(frame)]
                after = len(self.all)
                if len(found) >= count:
                    return found[count - 1]
                await self._news.wait()

    async def until_not(self, still: Callable[[], bool]) -> None:
        """Wait, frame by frame, until a condition of the test's own no longer holds."""
        async with asyncio.timeout(DEADLINE_S), self._news:
            await self._news.wait_for(lambda: not still())


def is_good(frame: Frame) -> bool:
    """Whether every value of a frame is good."""
    return all(quality == Quality.GOOD for quality in frame.qualities)


def is_bad(frame: Frame) -> bool:
    """Whether every value of a frame is bad."""
    return all(quality == Quality.BAD for quality in frame.qualities)


def readings(frame: Frame) -> dict[str, Value]:
    """Return a frame's values by tag."""
    return dict(zip(frame.tags, frame.values, strict=True))


@contextlib.asynccontextmanager
async def running(driver: Driver, frames: Frames | None = None) -> AsyncIterator[Frames]:
    """Run a driver for the length of a block; an end of its own is an error."""
    frames = frames or Frames()
    task = asyncio.create_task(driver.run(frames.emit), name=driver.name)
    try:
        yield frames
    finally:
        assert not task.done(), task.result()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
