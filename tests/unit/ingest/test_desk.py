"""The desk: a request is dealt with once and answered, by whichever host comes, or taken back when none has."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from edge.errors import RejectedError, TransientError
from edge.ingest import desk as desk_module
from edge.ingest.desk import Desk, NotTakenError
from edge.ingest.manual_entries import ManualEntries

PATIENCE_S = 20.0


class Taker:
    """A historian that takes lines, or raises what it is told to."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.lines: list[Sequence[str]] = []
        self.asked = asyncio.Event()

    async def write(self, lines: Sequence[str], *, checked: bool = False) -> None:
        """Take lines."""
        assert not checked
        self.asked.set()
        if self.errors:
            raise self.errors.pop(0)
        self.lines.append(lines)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "LOOK_INTERVAL_S", 0.001)


def _left(folder: Path) -> list[str]:
    return [path.suffix for path in folder.iterdir()]


@asynccontextmanager
async def serving(serve: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Serve a desk meanwhile."""
    task = asyncio.ensure_future(serve())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_request_is_answered(tmp_path: Path) -> None:
    """And leaves nothing behind."""
    desk = Desk(tmp_path / "desk")

    async def deal(request: Any) -> object:
        return {"answer": request["question"] * 2}

    async with serving(lambda: desk.serve(deal)):
        assert await desk.ask({"question": "王"}, PATIENCE_S) == {"answer": "王王"}
        async with asyncio.timeout(PATIENCE_S):
            while _left(tmp_path / "desk"):
                await asyncio.sleep(0)


async def test_without_a_host_a_request_is_taken_back_or_stays(tmp_path: Path) -> None:
    """As who asks wants it."""
    desk = Desk(tmp_path)

    with pytest.raises(NotTakenError):
        await desk.ask({}, 0.01, take_back=True)
    assert _left(tmp_path) == []
    with pytest.raises(TransientError):
        await desk.ask({}, 0.01)
    assert _left(tmp_path) == [".request"]


async def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """Not a traceback."""
    (tmp_path / "file").write_text("")

    with pytest.raises(TransientError, match="file"):
        await Desk(tmp_path / "file" / "desk").ask({}, PATIENCE_S)


async def test_an_entry_is_committed_by_the_host(tmp_path: Path) -> None:
    """All of its lines in one write, again as long as the database is away."""
    historian = Taker(TransientError("away"), TransientError("away"))
    entries = ManualEntries(Desk(tmp_path))

    async with serving(lambda: entries.serve(historian)):
        await entries.lay_down(["a", "b"], PATIENCE_S)

    assert historian.lines == [["a", "b"]]


async def test_an_entry_without_a_host_is_not_booked(tmp_path: Path) -> None:
    """Neither now nor when one starts: who enters it again must not have it twice."""
    entries, historian = ManualEntries(Desk(tmp_path)), Taker()

    with pytest.raises(TransientError, match="nothing was booked: no host runs on this box"):
        await entries.lay_down(["a"], 0.01)
    async with serving(lambda: entries.serve(historian)):
        await entries.lay_down(["b"], PATIENCE_S)

    assert historian.lines == [["b"]]


async def test_an_entry_in_hand_is_booked_later(tmp_path: Path) -> None:
    """Whose database is away keeps it, over a restart too; the person is told not to enter it again."""
    entries, away = ManualEntries(Desk(tmp_path)), Taker(*[TransientError("away")] * 100_000)

    async with serving(lambda: entries.serve(away)):
        asked = asyncio.ensure_future(entries.lay_down(["a"], 0.5))
        await away.asked.wait()
        with pytest.raises(TransientError, match="do not enter it again"):
            await asked
    after = Taker()
    async with serving(lambda: entries.serve(after)), asyncio.timeout(PATIENCE_S):
        await after.asked.wait()

    assert after.lines == [["a"]]


async def test_what_the_historian_refuses_is_said(tmp_path: Path) -> None:
    """In its words."""
    entries = ManualEntries(Desk(tmp_path))

    async with serving(lambda: entries.serve(Taker(RejectedError("a field of another type")))):
        with pytest.raises(RejectedError, match="nothing was booked: a field of another type"):
            await entries.lay_down(["a"], PATIENCE_S)


@pytest.mark.parametrize(
    "request_text", ["", "no JSON", "[]", '{"lines": 5}', '{"lines": []}', '{"lines": [5]}']
)
async def test_what_is_no_entry_is_refused(tmp_path: Path, request_text: str) -> None:
    """And the host goes on."""
    historian = Taker()
    (tmp_path / "x.request").write_text(request_text)
    entries = ManualEntries(Desk(tmp_path))

    async with serving(lambda: entries.serve(historian)), asyncio.timeout(PATIENCE_S):
        while not (tmp_path / "x.answer").exists():
            await asyncio.sleep(0)

    assert json.loads((tmp_path / "x.answer").read_text()) == {"refused": "not an entry"}
    assert historian.lines == []
