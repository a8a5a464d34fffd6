"""The node's people side as it runs: badges from PLCs, terminals through restarts, retention, and a full disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from edge.drivers.zkteco.driver import Heard
from edge.errors import TransientError
from edge.messages.line_protocol import parse
from edge.messages.schema import Stream
from edge.model.calendar import NS
from edge.model.frame import Frame, Quality
from edge.model.personnel import Punch
from edge.model.plant import Device
from edge.model.tag import Role, Tag
from edge.people.service import People
from edge.processing.pipeline import Lines
from tests.fakes import FakeClock
from tests.unit.people.site import SERIAL, Site, ns, site

GATE = Device("gate", (Tag("n", role=Role.BADGE_COUNT), Tag("slot", role=Role.BADGE)), scan=1.0)
START = "2026-11-03 08:30"
DEADLINE_S = 10.0


@pytest.fixture
def plant(tmp_path: Path) -> Site:
    """Return a site with a roster."""
    return site(tmp_path)


def service(plant: Site, now: str = START) -> People:
    """Return the people side of a node that has a badge reader."""
    settings = plant.settings
    assert settings.people is not None
    options = settings.people.model_copy(update={"terminals": None})
    with_reader = replace(settings.plant, devices=(GATE,))
    return People(options, with_reader, settings.data_dir, FakeClock(ns(now)))


def badge(number: int, pin: str, time: str = START) -> Frame:
    """Return a reading of the badge reader."""
    return Frame("gate", ("n", "slot"), (number, pin), (Quality.GOOD, Quality.GOOD), ns(time))


def present(lines: Lines) -> int:
    """Return how many heads lines tell of."""
    return sum(int(parse(line).fields["present"]) for line in lines[Stream.LEDGER])


async def test_badges_are_punches_and_count_once_over_restarts(plant: Site) -> None:
    """A reader's badges make people present; after a restart the node goes on where it was."""
    async with service(plant) as people:
        await people.frame(badge(5, "0001"))
        assert present(people.take((), ns(START))) == 0
        await people.frame(badge(6, "0002"))
        assert present(people.take((), ns(START) + NS)) == 1
    async with service(plant) as people:
        await people.frame(badge(6, "0002"))
        await people.frame(badge(7, "0501"))
        assert await people.tally() == {"punches": 1, "unknown_punches": 0}
        assert present(people.take((), ns(START) + 2 * NS)) == 2
        with capture_logs() as logs:
            await people.frame(badge(10, "0502"))
        assert [entry["badges"] for entry in logs if entry["log_level"] == "warning"] == [2]
    assert any(line.startswith("gate  is heard") for line in plant.do("terminals"))


async def test_a_device_without_a_reader_is_none(plant: Site) -> None:
    """Frames of other machines are nothing to people."""
    async with service(plant) as people:
        await people.frame(Frame("jar", ("n",), (1,), (Quality.GOOD,), ns(START)))
        assert await people.tally() == {"punches": 0, "unknown_punches": 0}


@asynccontextmanager
async def saying(people: People) -> AsyncIterator[asyncio.Queue[Lines]]:
    """Run it, and hand on what it says."""
    said: asyncio.Queue[Lines] = asyncio.Queue()
    task = asyncio.ensure_future(people.run(said.put))
    try:
        yield said
    finally:
        task.cancel()
        await asyncio.wait([task])


async def until_present(said: asyncio.Queue[Lines], wanted: int) -> None:
    """Wait until so many are there."""
    async with asyncio.timeout(DEADLINE_S):
        while present(await said.get()) != wanted:
            pass


async def test_a_punch_is_said_at_once_and_a_refused_terminal_shown(plant: Site) -> None:
    """What a terminal brings is said when it is committed; who is refused is remembered, and so is a clock's error."""
    async with service(plant) as people, saying(people) as said:
        await until_present(said, 0)
        punch = Punch(SERIAL, "0001", ns(START), 0, shown=ns(START) + 600 * NS)
        await people._accept(Heard(SERIAL, True, (punch,), error=600 * NS))
        await until_present(said, 1)
        await people._accept(Heard("OTHER", known=False))
    lines = plant.do("terminals")
    assert f"{SERIAL}  is heard, its clock is +600 s off, last 2026-11-03 08:30:00" in lines
    assert any(line.startswith("OTHER  is refused") for line in lines)
    assert f"terminal {SERIAL}: see chili-edge people terminals" in plant.do("today")


async def test_what_cannot_be_said_is_said_later(plant: Site) -> None:
    """A full disk costs nothing but time: what was not stored is made again."""
    said: asyncio.Queue[Lines] = asyncio.Queue()
    failed = 0

    async def say(lines: Lines) -> None:
        nonlocal failed
        if lines[Stream.LEDGER] and not failed:
            failed += 1
            raise TransientError("disk full")
        await said.put(lines)

    async with service(plant) as people:
        with capture_logs() as logs:
            task = asyncio.ensure_future(people.run(say))
            await until_present(said, 0)
            await people._accept(Heard(SERIAL, True, (Punch(SERIAL, "0001", ns(START), 0),)))
            await until_present(said, 1)
            task.cancel()
            await asyncio.wait([task])
    assert [entry["reason"] for entry in logs if entry["log_level"] == "warning"] == ["disk full"]


async def test_old_records_go_by_themselves(plant: Site) -> None:
    """The job that enforces retention runs when the node starts: what is older than three years is gone."""
    plant.now = "2023-11-01 09:00"
    plant.punch(("0001", "2023-11-01 07:55"))
    plant.now = START
    plant.punch(("0001", "2026-11-03 07:55"))
    async with service(plant) as people:
        with capture_logs() as logs:
            async with saying(people) as said:
                async with asyncio.timeout(DEADLINE_S):
                    while not any(entry["event"] == "old records deleted" for entry in logs):
                        await said.get()
    assert [entry["rows"] for entry in logs if entry["event"] == "old records deleted"] == [1]
    assert len(plant.do("export", "K-01")[0].split('"terminal"')) == 2


async def test_a_bad_roster_file_ends_the_start_with_its_faults(plant: Site) -> None:
    """A roster that edge.yaml names is read at each start; its faults are one error and nothing is left open."""
    (plant.folder / "people.csv").write_text("pin,name\n", encoding="utf-8")
    settings = plant.settings
    assert settings.people is not None
    options = settings.people.model_copy(update={"roster": plant.folder / "people.csv", "terminals": None})
    with pytest.raises(Exception, match=r"people\.csv:1:1: roster: the first line must name"):
        async with People(options, settings.plant, settings.data_dir, FakeClock(ns(START))):
            pass


async def test_a_row_that_cannot_be_opened_stops_no_node(
    plant: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has changed a byte: nothing is said of people, the log says why, and the node counts on."""
    monkeypatch.setattr("edge.people.service.INTERVAL_S", 0.01)
    monkeypatch.setattr("edge.people.service.BROKEN_S", 0.01)
    records = plant.records()
    with records.file.transaction():
        records.file.write("UPDATE worker SET sealed = ?", [(bytes(64),)])
    records.close()
    with capture_logs() as logs:
        async with service(plant) as people:
            task = asyncio.create_task(people.run(_unheard))
            async with asyncio.timeout(DEADLINE_S):
                while sum(one["event"] == "attendance cannot be said" for one in logs) < 2:
                    await asyncio.sleep(0)
            await people.frame(badge(1, "0001"))
            assert not task.done()
            task.cancel()
            await asyncio.wait([task])


async def _unheard(_lines: Lines) -> None:
    raise AssertionError("there is nothing to be said")
