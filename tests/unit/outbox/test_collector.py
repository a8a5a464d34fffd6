"""Collecting: one consistent cut of lines and state a commit, and nothing lost while the disk fails."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence

import pytest

from edge.errors import TransientError
from edge.messages.schema import Stream
from edge.outbox import collector as module
from edge.outbox.collector import Collector
from tests.fakes import FakeClock


class Disk:
    """An outbox that remembers its commits, and fails while it is told to."""

    def __init__(self) -> None:
        self.failures = 0
        self.commits: list[tuple[list[str], dict[str, str]]] = []

    async def commit(self, lines: Mapping[Stream, Sequence[str]], state: Mapping[str, str], now: int) -> None:  # noqa: ARG002 - the port's own
        """Commit, or fail."""
        if self.failures:
            self.failures -= 1
            raise TransientError("disk full")
        self.commits.append((list(lines[Stream.LEDGER]), dict(state)))


async def test_lines_and_state_are_one_cut() -> None:
    """What was processed between two commits goes with the state that it left behind."""
    disk, state = Disk(), {"ledger/jar": "1"}
    collector = Collector(disk, lambda: dict(state), lambda: None, FakeClock())

    await collector.add({Stream.LEDGER: ["a"]})
    await collector.flush()
    state["ledger/jar"] = "2"
    await collector.add({Stream.LEDGER: ["b"]})
    await collector.flush()

    assert disk.commits == [(["a"], {"ledger/jar": "1"}), (["b"], {"ledger/jar": "2"})]


async def test_nothing_is_committed_when_nothing_happened() -> None:
    """An idle node does not write."""
    disk = Disk()

    await Collector(disk, dict, lambda: None, FakeClock()).flush()

    assert disk.commits == []


async def test_a_failing_disk_costs_time_and_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same cut is tried again until it rests."""
    monkeypatch.setattr(random.Random, "uniform", lambda *_: 0.0)
    disk = Disk()
    disk.failures = 3
    collector = Collector(disk, lambda: {"k": "v"}, lambda: None, FakeClock())

    await collector.add({Stream.LEDGER: ["a"]})
    await collector.flush()

    assert disk.commits == [(["a"], {"k": "v"})]


async def test_whoever_brings_more_than_the_disk_takes_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow disk slows reading down; memory stays bounded."""
    monkeypatch.setattr(module, "MAX_LINES", 2)
    collector = Collector(Disk(), dict, lambda: None, FakeClock())

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await collector.add({Stream.LEDGER: ["a", "b", "c"]})
    await collector.flush()
    async with asyncio.timeout(5):
        await collector.add({Stream.LEDGER: ["d"]})


async def test_a_commit_that_is_tried_again_never_overwrites_a_later_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two flushes at once commit in the order in which their cuts were made, also when the first one fails."""
    monkeypatch.setattr(random.Random, "uniform", lambda *_: 0.01)
    disk, state = Disk(), {"k": "1"}
    disk.failures = 1
    collector = Collector(disk, lambda: dict(state), lambda: None, FakeClock())

    await collector.add({Stream.LEDGER: ["a"]})
    async with asyncio.TaskGroup() as group:
        group.create_task(collector.flush())
        await asyncio.sleep(0)
        state["k"] = "2"
        await collector.add({Stream.LEDGER: ["b"]})
        group.create_task(collector.flush())

    assert disk.commits == [(["a"], {"k": "1"}), (["b"], {"k": "2"})]
