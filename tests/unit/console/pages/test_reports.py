"""Reports from the page: every word is one of few, one is made at a time, and a failure is a sentence."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from edge.console.pages.reports import Wanted, report_download, reports_question
from edge.console.question import BadQuestionError
from edge.errors import TransientError
from tests.fakes import FakeClock
from tests.unit.console.sample import NOW, PLANT


async def test_a_report_is_made_of_what_was_asked_for() -> None:
    """The maker gets a day and words of the lists; the file has a name and a type of its own."""
    asked: list[Wanted] = []

    async def make(wanted: Wanted) -> bytes:
        asked.append(wanted)
        return b"%PDF"

    load = report_download(PLANT, FakeClock(NOW), make)
    file = await load.answer({"span": "month", "date": "2026-08-31", "form": "pdf", "lang": "en"})

    assert asked == [Wanted("month", date(2026, 8, 31), "pdf", "en")]
    assert (file.content, file.media_type) == (b"%PDF", "application/pdf")
    assert file.name == "chili-edge-month-2026-08-31-en.pdf"


@pytest.mark.parametrize(
    "wrong",
    [
        {"span": "day; rm -rf"},
        {"form": "exe"},
        {"lang": "--config"},
        {"date": "--help"},
        {"date": "2026-09-16"},
        {"date": "٢٠٢٦-09-15"},
    ],
)
async def test_nothing_else_reaches_the_command(wrong: dict[str, str]) -> None:
    """What is not of the lists, no day, or a day to come is refused before anything is started."""

    async def make(_wanted: Wanted) -> bytes:
        raise AssertionError("it was started")

    with pytest.raises(BadQuestionError, match=next(iter(wrong))):
        await report_download(PLANT, FakeClock(NOW), make).answer(wrong)


async def test_one_is_made_at_a_time() -> None:
    """Who asks meanwhile is told so, and can ask again when it is done."""
    begun, done = asyncio.Event(), asyncio.Event()

    async def make(_wanted: Wanted) -> bytes:
        begun.set()
        await done.wait()
        return b""

    load = report_download(PLANT, FakeClock(NOW), make)
    first = asyncio.ensure_future(load.answer({}))
    await begun.wait()
    with pytest.raises(BadQuestionError, match="Another report"):
        await load.answer({})
    done.set()
    await first

    assert (await load.answer({})).content == b""


async def test_what_the_command_said_is_what_the_reader_is_told() -> None:
    """A report that cannot be made says why, in a sentence."""

    async def make(_wanted: Wanted) -> bytes:
        raise TransientError("the historian is away")

    with pytest.raises(BadQuestionError, match=r"没有生成.*the historian is away"):
        await report_download(PLANT, FakeClock(NOW), make).answer({})


async def test_the_list_has_what_was_issued_and_what_can_be_made() -> None:
    """Spans and forms are the page's choices."""

    async def issued() -> dict[str, list[str]]:
        return {"issues": [], "schedule": [], "destinations": []}

    found = await reports_question(PLANT, FakeClock(NOW), issued).answer({})

    assert (found["today"], found["issues"]) == ("2026-09-15", [])
    assert list(found["forms"]) == ["pdf", "xlsx", "html", "csv"]
