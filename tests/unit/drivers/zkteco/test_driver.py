"""The listener's answers: who is heard, what is confirmed, and when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import httpx2
import pytest
from structlog.testing import capture_logs

from edge.drivers.zkteco.driver import TerminalListener
from edge.drivers.zkteco.options import TerminalOptions
from edge.errors import TransientError
from edge.model.calendar import local_time
from edge.model.personnel import Punch
from tests.fakes import FakeClock

ZONE = ZoneInfo("Asia/Shanghai")
SERIAL = "CGKK223812345"
DEADLINE_S = 10.0


@dataclass
class Keeper:
    """Takes punches, when it is allowed to."""

    taken: list[Punch] = field(default_factory=list)
    error: Exception | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def accept(self, punches: Sequence[Punch]) -> None:
        """Keep punches."""
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.taken.extend(punches)


@pytest.fixture
def keeper() -> Keeper:
    """Return one that takes everything at once."""
    keeper = Keeper()
    keeper.gate.set()
    return keeper


@pytest.fixture
async def client(keeper: Keeper) -> AsyncIterator[httpx2.AsyncClient]:
    """Yield an HTTP client of a listener with one terminal."""
    options = TerminalOptions(serials=(SERIAL,), max_body_kb=16)
    listener = TerminalListener(options, ZONE, FakeClock(), keeper.accept)
    transport = httpx2.ASGITransport(app=listener.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://node") as client:
        yield client


def line(pin: str, ahead_s: float = 0) -> str:
    """Return a record of the present, or of some seconds ahead of it."""
    clock = FakeClock()
    clock.advance(ahead_s)
    return f"{pin}\t{local_time(clock.now(), ZONE):%Y-%m-%d %H:%M:%S}\t0\t15\t0\n"


def path(query: str, serial: str = SERIAL, endpoint: str = "/iclock/cdata") -> str:
    """Return a terminal's URL."""
    return f"{endpoint}?SN={serial}{query}"


@pytest.mark.parametrize("endpoint", ["/iclock/cdata", "/iclock/cdata.aspx", "/iclock/iclock/cdata.php"])
async def test_shakes_hands(client: httpx2.AsyncClient, endpoint: str) -> None:
    """A terminal's first request is answered with its options, under every path that firmwares use."""
    reply = await client.get(path("&options=all&pushver=2.4.1", endpoint=endpoint))
    assert reply.status_code == 200
    assert reply.text.startswith(f"GET OPTION FROM: {SERIAL}\nATTLOGStamp=None\n")


async def test_takes_punches(client: httpx2.AsyncClient, keeper: Keeper) -> None:
    """Records are accepted and confirmed by their number; the stamp is remembered for the next handshake."""
    reply = await client.post(path("&table=ATTLOG&Stamp=4711"), content=line("0001") + line("0502"))
    assert reply.text == "OK: 2"
    assert [(punch.terminal, punch.pin) for punch in keeper.taken] == [(SERIAL, "0001"), (SERIAL, "0502")]
    assert "ATTLOGStamp=4711\n" in (await client.get(path("&options=all"))).text


async def test_confirms_only_what_is_committed(client: httpx2.AsyncClient, keeper: Keeper) -> None:
    """While records are not committed there is no answer, and the stamp stays."""
    keeper.gate.clear()
    request = asyncio.create_task(client.post(path("&table=ATTLOG&Stamp=5"), content=line("1")))
    before = await client.get(path("&options=all"))
    assert not request.done()
    keeper.gate.set()
    assert (await request).text == "OK: 1"
    assert "ATTLOGStamp=None" in before.text


async def test_a_full_disk_is_not_the_terminals_fault(client: httpx2.AsyncClient, keeper: Keeper) -> None:
    """Records that cannot be kept now are answered with 503, so that the terminal sends them again."""
    keeper.error = TransientError("disk full")
    reply = await client.post(path("&table=ATTLOG&Stamp=5"), content=line("1"))
    assert reply.status_code == 503
    keeper.error = None
    assert (await client.post(path("&table=ATTLOG&Stamp=5"), content=line("1"))).text == "OK: 1"


@pytest.mark.parametrize("serial", ["", "OTHER", "CGKK22381234", "cgkk223812345", "x%0Ainjected"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_strangers_are_refused(
    client: httpx2.AsyncClient, keeper: Keeper, serial: str, method: str
) -> None:
    """A serial number that is not configured gets 403, once said in the log, and nothing of it is kept."""
    with capture_logs() as logs:
        for _ in range(3):
            reply = await client.request(method, path("&table=ATTLOG", serial), content=line("1"))
            assert reply.status_code == 403
    assert len(logs) == 1
    assert "\n" not in logs[0]["terminal"]
    assert keeper.taken == []


async def test_bad_lines_cost_only_themselves(client: httpx2.AsyncClient, keeper: Keeper) -> None:
    """Good lines are taken, bad ones counted in the log without what they say."""
    body = line("1").encode() + "张三\t今天\n".encode("gbk") + line("2").encode()
    with capture_logs() as logs:
        reply = await client.post(path("&table=ATTLOG"), content=body)
    assert reply.text == "OK: 2"
    assert [punch.pin for punch in keeper.taken] == ["1", "2"]
    (warning,) = (entry for entry in logs if entry["log_level"] == "warning")
    assert (warning["lines"], warning["reason"]) == (1, "line 2: not ASCII")


@pytest.mark.parametrize(
    "body", [b"<html>", b"\xff\xfe1\x00\t\x00", "张三\t今天".encode("gbk"), b"1;2026-01-01"]
)
async def test_junk_is_refused(client: httpx2.AsyncClient, keeper: Keeper, body: bytes) -> None:
    """A body without one record is a 400 that says why."""
    reply = await client.post(path("&table=ATTLOG"), content=body)
    assert reply.status_code == 400
    assert reply.text.startswith("not an attendance log: line 1: ")
    assert keeper.taken == []


async def test_an_upload_has_a_limit(client: httpx2.AsyncClient, keeper: Keeper) -> None:
    """More than `max_body_kb` is a 413, whether or not the length was said before."""

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield bytes(1024)

    for content in (bytes(16 * 1024 + 1), parts()):
        assert (await client.post(path("&table=ATTLOG"), content=content)).status_code == 413
    assert keeper.taken == []


@pytest.mark.parametrize("table", ["OPERLOG", "ATTPHOTO", "BIODATA", "whatever", ""])
async def test_other_tables_are_confirmed_and_dropped(
    client: httpx2.AsyncClient, keeper: Keeper, table: str
) -> None:
    """Names, fingerprints and photographs are confirmed, so that they do not come again, and never kept or logged."""
    with capture_logs() as logs:
        reply = await client.post(path(f"&table={table}"), content="USER PIN=1\tName=张三".encode())
    assert reply.text == "OK"
    assert logs == []
    assert keeper.taken == []


@pytest.mark.parametrize(
    ("method", "endpoint"),
    [("GET", "/iclock/getrequest"), ("POST", "/iclock/devicecmd"), ("GET", "/iclock/ping")],
)
async def test_there_are_no_commands(client: httpx2.AsyncClient, method: str, endpoint: str) -> None:
    """A terminal that asks for commands gets OK and nothing else."""
    assert (await client.request(method, path("", endpoint=endpoint))).text == "OK"


@pytest.mark.parametrize(
    ("method", "query"), [("GET", "&options=all&DeviceType=acc"), ("POST", "&table=rtlog")]
)
async def test_access_firmware_is_told_what_to_do(
    client: httpx2.AsyncClient, method: str, query: str
) -> None:
    """Access-control firmware is refused, as its records would be lost, and told which setting helps."""
    reply = await client.request(method, path(query), content=b"time=2026-01-01 00:00:00\tpin=1")
    assert reply.status_code == 400
    assert "T&A PUSH" in reply.text


async def test_a_clock_that_is_ahead_is_said(client: httpx2.AsyncClient, keeper: Keeper) -> None:
    """A terminal whose clock is ten minutes ahead is named; its records are kept all the same."""
    with capture_logs() as logs:
        await client.post(path("&table=ATTLOG"), content=line("1", ahead_s=600))
    assert [entry["ahead_s"] for entry in logs if entry["log_level"] == "warning"] == [600]
    assert len(keeper.taken) == 1
