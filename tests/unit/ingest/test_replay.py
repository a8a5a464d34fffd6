"""The replay desk: whatever lies in its folder, the host goes on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from edge.errors import TransientError
from edge.ingest import desk
from edge.ingest.dead_letters import DeadLetters
from edge.ingest.desk import Desk
from edge.ingest.replay import Outcome, ReplayDesk

LINE = b"count,counter=good,device=d,line=l,site=s n=1i 1790000000000000000"


class Store:
    """Takes everything."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    async def write(self, lines: Sequence[str], *, checked: bool = False) -> None:  # noqa: ARG002 - the port's own
        """Take lines."""
        self.lines += lines


@asynccontextmanager
async def host(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Store, asyncio.Task[None]]]:
    """Serve a folder, with one letter to replay."""
    monkeypatch.setattr(desk, "LOOK_INTERVAL_S", 0.001)
    store = Store()
    with DeadLetters(folder / "dead.db") as letters:
        letters.add(1, "edge/v1/s/n/data/ledger", "the disk was full", LINE)
        task = asyncio.create_task(ReplayDesk(Desk(folder / "desk")).serve(letters, store, "s"))
        try:
            yield store, task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.mark.parametrize("ids", ['"abc"', "7", '{"a": 1}', '["x"]', "[[1]]", "[1e999]"])
async def test_a_request_that_is_none_is_answered_and_forgotten(
    ids: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is stored for it, and the host lives."""
    (tmp_path / "desk").mkdir()
    request = tmp_path / "desk" / "1.request"
    await asyncio.to_thread(request.write_text, f'{{"ids": {ids}}}')
    async with host(tmp_path, monkeypatch) as (store, task), asyncio.timeout(5):
        answer = request.with_suffix(".answer")
        while not await asyncio.to_thread(answer.exists) and not task.done():
            await asyncio.sleep(0)
        assert not task.done()
    assert store.lines == []
    answer = json.loads(await asyncio.to_thread(request.with_suffix(".answer").read_text))
    assert answer["kept"]["0"].startswith("not a request")


async def test_a_folder_that_cannot_be_written_does_not_end_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that root has made: the letters are stored once, the log says it, and other requests are dealt with."""
    (tmp_path / "desk" / "1.part").mkdir(parents=True)  # where the answer would be made
    await asyncio.to_thread((tmp_path / "desk" / "1.request").write_text, '{"ids": null}')
    async with host(tmp_path, monkeypatch) as (store, _), asyncio.timeout(5):
        outcome = await ReplayDesk(Desk(tmp_path / "desk")).ask([99], 3.0)
    assert outcome == Outcome(0, {99: "there is no such letter"})
    assert store.lines == [LINE.decode()]


async def test_a_desk_that_cannot_be_reached_is_one_clear_line(tmp_path: Path) -> None:
    """The command says where and why."""
    await asyncio.to_thread((tmp_path / "desk").write_text, "")
    with pytest.raises(TransientError, match=r"the host cannot be asked: .*desk"):
        await ReplayDesk(Desk(tmp_path / "desk")).ask(None, 0.1)


async def test_a_letter_that_is_asked_for_is_stored_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer says of each number what became of it."""
    async with host(tmp_path, monkeypatch) as (store, _), asyncio.timeout(5):
        outcome = await ReplayDesk(Desk(tmp_path / "desk")).ask([1, 2], 3.0)
    assert outcome == Outcome(1, {2: "there is no such letter"})
    assert store.lines == [LINE.decode()]
