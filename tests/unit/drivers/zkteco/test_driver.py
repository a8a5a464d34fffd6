"""The listener's answers: who is heard, what is confirmed, and when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import httpx2
import pytest
from structlog.testing import capture_logs

from edge.drivers.zkteco.driver import Heard, TerminalListener
from edge.drivers.zkteco.options import TerminalOptions
from edge.errors import TransientError
from edge.model.calendar import NS, local_time
from edge.model.personnel import Punch
from tests.fakes import FakeClock

ZONE = ZoneInfo("Asia/Shanghai")
SERIAL = "CGKK223812345"
DEADLINE_S = 10.0


@dataclass
class Keeper:
    """Takes punches, when it is allowed to."""

    taken: list[Punch] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    error: Exception | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def accept(self, heard: Heard) -> None:
        """Keep punches."""
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.heard.append(heard)
        self.taken.extend(heard.punches)


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


async def test_access_firmware_is_heard(client: httpx2.AsyncClient, keeper: Keeper) -> None:
    """A terminal of access-control firmware is registered, and its events of people are punches."""
    hello = await client.get(path("&options=all&DeviceType=acc&pushver=3.1.1"))
    assert hello.text.startswith("registry=ok\nRegistryCode=")
    assert (await client.post(path("", endpoint="/iclock/registry"))).text.startswith("registry=ok")
    assert (await client.post(path("", endpoint="/iclock/push"))).status_code == 200
    body = (
        "time=2026-08-27 10:57:49\tpin=0011\tcardno=0\teventaddr=1\tevent=0\tinoutstatus=0\tverifytype=15\r\n"
        "time=2026-08-27 10:58:00\tpin=0\tevent=206\tinoutstatus=2\tverifytype=200\r\n"
    )
    assert (await client.post(path("&table=rtlog"), content=body)).text == "OK"
    assert [punch.pin for punch in keeper.taken] == ["0011"]
    users = path("&table=tabledata&tablename=user&count=17")
    assert (await client.post(users, content="user uid=1\tname=张三".encode())).text == "user=17"


async def test_strangers_are_shown(client: httpx2.AsyncClient, keeper: Keeper) -> None:
    """A terminal that is not configured is refused, and told of once, so that it can be shown."""
    for _ in range(3):
        assert (await client.get(path("&options=all", "NEW1"))).status_code == 403
    assert keeper.heard == [Heard("NEW1", known=False)]


async def test_the_zone_in_both_dialects(keeper: Keeper) -> None:
    """Most firmwares read TimeZone in hours, some in minutes: each is told in its own."""
    options = TerminalOptions(serials=(SERIAL, "MIN1"), minutes=frozenset({"MIN1"}))
    listener = TerminalListener(options, ZONE, FakeClock(), keeper.accept)
    transport = httpx2.ASGITransport(app=listener.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://node") as client:
        assert "\nTimeZone=8\n" in (await client.get(path("&options=all"))).text
        assert "\nTimeZone=480\n" in (await client.get(path("&options=all", "MIN1"))).text


async def test_a_clock_that_is_ahead_is_said_and_corrected(
    client: httpx2.AsyncClient, keeper: Keeper
) -> None:
    """A terminal in contact whose clock is ten minutes ahead is named once; its records get the right time, and keep their own."""
    await client.get(path("&options=all"))
    with capture_logs() as logs:
        for pin in ("1", "2"):
            await client.post(path("&table=ATTLOG"), content=line(pin, ahead_s=600))
    assert [entry["ahead_s"] for entry in logs if entry["log_level"] == "warning"] == [600]
    now = FakeClock().now()
    assert [(punch.time, punch.shown) for punch in keeper.taken] == [(now, now + 600 * NS)] * 2
    assert keeper.heard[-1].error == 600 * NS


async def test_the_wrong_dialect_is_recognised(client: httpx2.AsyncClient, keeper: Keeper) -> None:
    """A clock that is off by just what the other unit of TimeZone makes is said to be that."""
    await client.get(path("&options=all"))
    with capture_logs() as logs:
        for _ in range(2):
            await client.post(path("&table=ATTLOG"), content=line("1", ahead_s=8 * 60 - 8 * 3600))
    (warning,) = (entry for entry in logs if entry["log_level"] == "warning")
    assert "people.terminals.minutes" in warning["hint"]
