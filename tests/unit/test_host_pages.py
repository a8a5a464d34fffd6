"""What the host tells its pages of itself; each thing that cannot be known is missing alone."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from edge.config.settings import Settings
from edge.console.access.file import File
from edge.console.access.store import Acknowledgement, Store
from edge.console.question import BadQuestionError
from edge.errors import TransientError
from edge.host_pages import Box, about_box, acknowledged, page_downloads
from tests.fakes import FakeClock
from tests.unit.console.floor import floor_settings
from tests.unit.console.sample import NOW


def _away() -> int:
    raise TransientError("the file is locked")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A box with people, reports and what was issued of them."""
    return floor_settings(tmp_path)


def test_a_box_tells_what_it_is(settings: Settings) -> None:
    """Versions, disk, dead letters, and the newest failures with where and why."""
    found = about_box(settings, Box(lambda: 3, lambda: True), NOW)

    assert set(found["versions"]) == {"chili-edge", "Python", "SQLite"}
    assert (found["historian"], found["dead_letters"]) == ("embedded", 3)
    assert 0 < found["disk"]["free"] <= found["disk"]["total"]
    assert [(one["last"], one["to"], one["error"]) for one in found["failures"]] == [
        ("2026-09-14", "boss", "no route to the robot"),
        ("2026-09-13", "boss", "no route to the robot"),
    ]


def test_what_cannot_be_known_hides_nothing_else(settings: Settings) -> None:
    """A locked file of dead letters and a folder that is gone are None; the rest is told."""
    found = about_box(replace(settings, data_dir=settings.data_dir / "gone"), Box(_away, lambda: False), NOW)

    assert (found["dead_letters"], found["disk"]) == (None, None)
    assert found["versions"]["chili-edge"]


async def test_who_acknowledged_is_told_in_local_time(settings: Settings) -> None:
    """An event that nobody saw has no entry."""
    file = File(None)
    store = Store(file)
    store.acknowledge("stop:jar:1", Acknowledgement(NOW, "sun", "ok"))

    found = await acknowledged(store, settings)(["stop:jar:1", "stop:jar:2"])

    file.close()
    assert found == {"stop:jar:1": {"time": "09-15 16:00", "user": "sun", "note": "ok"}}


async def test_the_command_is_told_exactly_what_was_asked_for(settings: Settings) -> None:
    """Its words are span, date, format, language and configuration; what it writes is the file."""
    echo = (sys.executable, "-c", "import sys; print(*sys.argv[1:])")
    (download,) = page_downloads(settings, FakeClock(NOW), echo)

    file = await download.answer({"span": "week", "date": "2026-09-13", "form": "xlsx", "lang": "en"})

    words = f"week --date 2026-09-13 --format xlsx --lang en -c {settings.file}"
    assert file.content.decode().strip() == words


async def test_the_last_line_of_a_command_that_fails_is_why(settings: Settings) -> None:
    """No traceback reaches the page."""
    fail = (sys.executable, "-c", "import sys; sys.exit('Traceback …\\nchili-edge: the historian is away')")
    (download,) = page_downloads(settings, FakeClock(NOW), fail)

    with pytest.raises(
        BadQuestionError, match=r"^报表没有生成。The report was not made: the historian is away$"
    ):
        await download.answer({})


async def test_a_report_that_nobody_waits_for_any_more_ends(settings: Settings, tmp_path: Path) -> None:
    """The command is killed with the request, and the next one is made."""
    told = tmp_path / "pid"
    script = (
        f"import os, signal; os.write(os.open({str(told)!r}, os.O_CREAT | os.O_WRONLY), b'%d.' % os.getpid())"
    )
    (download,) = page_downloads(
        settings, FakeClock(NOW), (sys.executable, "-c", f"{script}; signal.pause()")
    )
    loading = asyncio.ensure_future(download.answer({}))
    async with asyncio.timeout(10):
        while not (told.exists() and told.read_text().endswith(".")):
            await asyncio.sleep(0)
    loading.cancel()
    await asyncio.wait([loading])

    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()[:-1]), 0)
