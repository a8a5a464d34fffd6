"""Terminals that push over real HTTP: every record arrives once, whatever ends in between."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.clock import SystemClock
from edge.config.people import PeopleOptions
from edge.drivers.zkteco.driver import Heard, TerminalListener
from edge.drivers.zkteco.options import TerminalOptions
from edge.messages.line_protocol import parse
from edge.messages.schema import Stream
from edge.model.calendar import Calendar, Shift
from edge.model.plant import Plant
from edge.people.service import People
from edge.processing.pipeline import Lines
from edge.records.records import Records
from simulators.people.attlog import Terminal
from simulators.people.punching import Punch as Press
from simulators.servers.attendance_terminal import AttendanceTerminal
from simulators.servers.http_client import HttpClient
from tests.servers import free_port
from tests.unit.simulators.processes import simulator

ZONE = ZoneInfo("Asia/Shanghai")
DEADLINE_S = 60.0
POLL_S = 0.02
ON_NS = 60 * 10**9
PRESSES = 230
"""More than four uploads."""


def options(port: int) -> TerminalOptions:
    """Return a listener's options for the simulated terminal."""
    return TerminalOptions.model_validate({"listen": f"127.0.0.1:{port}", "serials": list(Terminal)})


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(POLL_S)


@asynccontextmanager
async def running(work: Awaitable[None]) -> AsyncIterator[None]:
    """Do some work on the side."""
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled() and task.exception() is not None:
            task.result()


async def test_records_survive_a_listener_that_dies_before_it_answers(tmp_path: Path) -> None:
    """What was committed but not confirmed comes again and counts once; what was not committed is not lost."""
    port, records = free_port(), Records(tmp_path)
    terminal = AttendanceTerminal(HttpClient("127.0.0.1", port), patience_s=POLL_S)
    for number in range(PRESSES):
        local = datetime(2026, 11, 23, 7, number // 60, number % 60, tzinfo=ZONE)
        terminal.memory.punch(Press(0, f"{number:04d}", 0, 15, redelivered=number % 10 == 0), local)
    dying, calls, new = asyncio.Event(), 0, 0

    async def accept(heard: Heard) -> None:
        nonlocal calls, new
        new += await asyncio.to_thread(records.add_punches, heard.punches, SystemClock().now())
        calls += 1
        if calls == 3:
            dying.set()
            await asyncio.Event().wait()  # the answer never goes out

    def listener() -> TerminalListener:
        return TerminalListener(options(port), ZONE, SystemClock(), accept)

    async with running(terminal.run()):
        async with running(listener().run()):
            await asyncio.wait_for(dying.wait(), DEADLINE_S)
        assert len(terminal.memory.unsent) > PRESSES // 2
        async with running(listener().run()):
            await until(lambda: not terminal.memory.unsent)
    start, stop = (datetime(2026, 11, 23, hour, tzinfo=ZONE) for hour in (7, 8))
    found = records.punches(round(start.timestamp()) * 10**9, round(stop.timestamp()) * 10**9)
    pins = {punch.pin for punch in found}
    records.close()
    assert pins == {f"{number:04d}" for number in range(PRESSES)}
    assert new == PRESSES
    assert terminal.memory.sent == PRESSES + PRESSES // 10


async def test_the_plants_people_are_seen_through_a_restart(tmp_path: Path) -> None:
    """The simulated plant's people punch; the node that is ended and begun again says how many came, group by group."""
    port, file = free_port(), tmp_path / "truth.json"
    roster = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulators", "roster", "--seed", "1", stdout=asyncio.subprocess.PIPE
    )
    (tmp_path / "people.csv").write_bytes((await roster.communicate())[0])
    hours = {"A": (time(7), time(15)), "B": (time(15), time(23)), "C": (time(23), time(7))}
    shifts = tuple(Shift(key, key, start, end) for key, (start, end) in hours.items())
    plant = Plant("tianjiao", "aikou", "suanjiao-1", Calendar(ZONE, time(7), shifts))
    settings = PeopleOptions(roster=tmp_path / "people.csv", terminals=options(port))
    said: dict[str, tuple[int, int]] = {}

    async def say(lines: Lines) -> None:
        for point in map(parse, lines[Stream.LEDGER]):
            if SystemClock().now() - point.time > ON_NS:  # of a shift that is over
                continue
            group = " ".join(point.tags.values())
            said[group] = (int(point.fields["planned"]), int(point.fields["present"]))

    def present() -> int:
        return sum(heads for _, heads in said.values())

    def people() -> dict[str, int]:
        counts: dict[str, int] = json.loads(file.read_text(encoding="utf-8"))["people"]
        return counts

    def all_came() -> bool:
        truth = people()
        return (
            truth["unsent"] == 0
            and truth["punched"] > truth["planned"] * 0.9
            and present() == truth["punched"]
        )

    url = f"http://127.0.0.1:{port}"
    arguments = ("--truth", str(file), "--seed", "1", "--speed", "15", "--terminal-url", url)
    async with simulator("plant", *arguments) as factory:
        async with People(settings, plant, tmp_path, SystemClock()) as first:
            async with running(first.run(say)):
                await until(lambda: present() > 0)
            before = (await first.tally())["punches"]
        async with People(settings, plant, tmp_path, SystemClock()) as second:
            async with running(second.run(say)):
                await until(all_came)
            tally = await second.tally()
        await factory.end()
    truth = people()
    assert sum(planned for planned, _ in said.values()) == truth["planned"]
    assert before > 0
    assert truth["punched"] <= before + tally["punches"] <= truth["records_sent"]
    assert tally["unknown_punches"] == 0
