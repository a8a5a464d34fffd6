"""Transcripts of terminals: each request gets its answer, and what is taken is what the terminal meant."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx2
import pytest

from edge.drivers.zkteco.driver import Heard, TerminalListener
from edge.drivers.zkteco.options import TerminalOptions
from edge.model.calendar import to_ns
from edge.model.personnel import Punch
from tests.fakes import FakeClock

CASES = Path(__file__).parents[3] / "cases" / "terminals"
ZONE = ZoneInfo("Asia/Shanghai")
SERIAL = "CGKK223812345"


@dataclass
class Exchange:
    """A request and what must come of it."""

    method: str
    url: str
    body: list[str] = field(default_factory=list)
    status: int = 0
    first: str = ""
    lines: list[str] = field(default_factory=list)
    taken: list[Punch] = field(default_factory=list)


def exchanges(file: Path) -> list[Exchange]:
    """Read a transcript."""
    found: list[Exchange] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        mark, text = line[:1], line[2:]
        if mark == ">":
            method, url = text.split(" ", 1)
            found.append(Exchange(method, url))
        elif mark == "|":
            found[-1].body.append(text.replace("\\t", "\t"))
        elif mark == "<":
            status, _, found[-1].first = text.partition(" ")
            found[-1].status = int(status)
        elif mark == "~":
            found[-1].lines.append(text)
        elif mark == "=":
            pin, day, clock, status = text.split(" ")
            time = to_ns(datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=ZONE))
            found[-1].taken.append(Punch(SERIAL, pin, time, int(status)))
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("file", sorted(CASES.glob("*.txt")), ids=lambda file: file.stem)
async def test_transcript(file: Path, ending: str, encoding: str) -> None:
    """With either line ending, and with names in either encoding."""
    taken: list[Punch] = []

    async def accept(heard: Heard) -> None:
        taken.extend(heard.punches)

    listener = TerminalListener(TerminalOptions(serials=(SERIAL,)), ZONE, FakeClock(), accept)
    transport = httpx2.ASGITransport(app=listener.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://node") as client:
        for exchange in exchanges(file):
            taken.clear()
            body = "".join(line + ending for line in exchange.body).encode(encoding)
            reply = await client.request(exchange.method, exchange.url, content=body)
            assert (reply.status_code, reply.text.splitlines()[0]) == (exchange.status, exchange.first)
            assert set(exchange.lines) <= set(reply.text.splitlines())
            # The clock is that of the transcript's future: records of another year are corrected only when they are live.
            assert [(punch.pin, punch.original, punch.status) for punch in taken] == [
                (punch.pin, punch.original, punch.status) for punch in exchange.taken
            ]


async def test_a_hundred_megabytes_are_refused_early() -> None:
    """A body without an end is read no further than it may be."""
    sent = 0

    async def endless() -> object:
        nonlocal sent
        for _ in range(100):
            sent += 1
            yield bytes(1024 * 1024)

    async def accept(heard: Heard) -> None:
        raise AssertionError(heard.serial)

    listener = TerminalListener(TerminalOptions(serials=(SERIAL,)), ZONE, FakeClock(), accept)
    transport = httpx2.ASGITransport(app=listener.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://node") as client:
        reply = await client.post(f"/iclock/cdata?SN={SERIAL}&table=ATTLOG", content=endless())  # type: ignore[arg-type]
    assert reply.status_code == 413
    assert sent <= 3
