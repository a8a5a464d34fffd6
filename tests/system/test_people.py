"""People end to end: from the terminal to the page within two seconds, and nothing of anybody leaves the node."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx2
import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from edge.clock import SystemClock
from edge.config.people import PeopleOptions
from edge.model.calendar import Calendar, Shift
from edge.model.plant import Plant
from edge.people.service import People
from edge.processing.pipeline import Lines
from simulators.people.punching import Punch as Press
from simulators.servers.attendance_terminal import AttendanceTerminal
from simulators.servers.http_client import HttpClient
from tests.servers import Server, free_port
from tests.system.programs import Running, chili_edge, running

ZONE = ZoneInfo("Asia/Shanghai")
SERIAL = "CGKK223812345"
POLL_S = 0.02
DEADLINE_S = 30.0
BURIED_S = 30.0
BURST = 10_000
WORKERS = 12
SECRET = "腰伤复查Xq77"
"""A reason that somebody wrote down."""


def _roster() -> list[dict[str, str]]:
    """Return people whose names, ids and PINs are nothing else's by chance."""
    return [
        {
            "pin": f"90{n:02d}7731{n:02d}",
            "name": f"冉测试{'甲乙丙丁戊己庚辛壬癸子丑'[n]}",
            "kind": "permanent" if n % 2 else "seasonal",
            "team": "pack" if n < WORKERS // 2 else "prep",
            "shift": "N",
            "id": f"Zx{n:02d}-QJW",
        }
        for n in range(WORKERS)
    ]


def _secrets() -> list[str]:
    texts = [row[key] for row in _roster() for key in ("pin", "name", "id")]
    return [*texts, "7777123499", "冉测试", SECRET]


@dataclass(frozen=True, slots=True)
class _Ports:
    console: int
    terminals: int
    node: int
    host: int


def _configure(folder: Path, broker: int, influxdb: int, ports: _Ports) -> Path:
    now = datetime.now(ZONE)  # noqa: TID251 - the processes run on the real clock
    start, end = (f"{now + timedelta(hours=hours):%H:%M}" for hours in (-1, 8))
    file = folder / "edge.yaml"
    file.write_text(
        f"""
site: {{enterprise: e, site: s, line: l, timezone: Asia/Shanghai}}
node: {{id: n}}
mqtt: {{url: "mqtt://127.0.0.1:{broker}", ack_timeout_s: 1}}
historian: {{kind: influxdb, url: "http://127.0.0.1:{influxdb}", database: people}}
console: {{listen: "127.0.0.1:{ports.console}"}}
health: {{node: "127.0.0.1:{ports.node}", host: "127.0.0.1:{ports.host}"}}
calendar: {{week: [mon, tue, wed, thu, fri, sat, sun], overrides: days.yaml}}
shifts:
  N: {{name: 现在, start: "{start}", end: "{end}"}}
people:
  terminals: {{listen: "127.0.0.1:{ports.terminals}", serials: [{SERIAL}], max_body_kb: 1024}}
  wages: {{permanent: 25, seasonal: 16}}
""",
        encoding="utf-8",
    )
    days = "".join(f"  {(now + timedelta(days=n)).date()}: work\n" for n in (-1, 0, 1))
    (folder / "days.yaml").write_text(f"days:\n{days}", encoding="utf-8")
    lines = [",".join(_roster()[0]), *(",".join(row.values()) for row in _roster())]
    (folder / "roster.csv").write_text("\n".join(lines), encoding="gbk")
    assert chili_edge("people", "import", folder / "roster.csv", "-c", file).code == 0
    (folder / "roster.csv").unlink()
    return file


def _line(pin: str, ago_s: int = 0) -> str:
    return f"{pin}\t{datetime.now(ZONE) - timedelta(seconds=ago_s):%Y-%m-%d %H:%M:%S}\t0\t15\t0\t0\n"  # noqa: TID251


class _Wire:
    """Everything that passes the broker."""

    def __init__(self, port: int) -> None:
        self.heard: list[bytes] = []
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._keep
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("#", qos=0)
        self._client.loop_start()

    def _keep(self, _client: object, _data: object, message: paho.MQTTMessage) -> None:
        payload = message.payload
        text = gzip.decompress(payload) if payload.startswith(b"\x1f\x8b") else payload
        self.heard.append(message.topic.encode() + b" " + text)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


async def _present(live: AsyncIterator[str], wanted: int) -> float:
    """Wait until the page says so many heads; return when it did."""
    async with asyncio.timeout(DEADLINE_S):
        async for line in live:
            if line.startswith("data:"):
                shifts = json.loads(line.removeprefix("data:")).get("shifts", [])
                if [shift["present"] for shift in shifts] == [wanted]:
                    return time.monotonic()
    raise AssertionError("the page has ended")


@asynccontextmanager
async def _page(port: int) -> AsyncIterator[AsyncIterator[str]]:
    async with (
        httpx2.AsyncClient(timeout=DEADLINE_S) as client,
        client.stream("GET", f"http://127.0.0.1:{port}/api/live") as stream,
    ):
        yield stream.aiter_lines()


def _stored(influxdb: int) -> str:
    query = {"db": "people", "q": "SELECT * FROM /.*/; SHOW TAG VALUES WITH KEY =~ /.*/; SHOW SERIES"}
    return httpx2.get(f"http://127.0.0.1:{influxdb}/query", params=query).text


def _poison(influxdb: int) -> None:
    """Let InfluxDB refuse the node's own points, so that there are dead letters."""
    for call, query in (("query", {"q": "CREATE DATABASE people"}), ("write", {"db": "people"})):
        url = f"http://127.0.0.1:{influxdb}/{call}"
        assert httpx2.post(url, params=query, content=b'node acquired="many"').status_code < 300


async def _buried(config: Path) -> None:
    """Wait until something was refused: the node tells of itself each ten seconds."""
    async with asyncio.timeout(BURIED_S):
        while (
            "conflict" not in (await asyncio.to_thread(chili_edge, "dead-letters", "list", "-c", config)).out
        ):
            await asyncio.sleep(POLL_S)


async def _served(client: httpx2.AsyncClient, ports: _Ports) -> dict[str, bytes]:
    """Return every page that node and host serve."""
    health = [(port, path) for port in (ports.node, ports.host) for path in ("metrics", "livez", "readyz")]
    pages = [*health, (ports.console, ""), (ports.console, "api/snapshot")]
    names = [f"http://127.0.0.1:{port}/{path}" for port, path in pages]
    return {name: (await client.get(name)).content for name in names}


async def _waits(client: httpx2.AsyncClient, port: int) -> None:
    """Wait until a batch stands in the outbox, as there is no host."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            text = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
            if re.search(r'^chili_edge_outbox_batches{stream="ledger"} [1-9]', text, re.MULTILINE):
                return
            await asyncio.sleep(POLL_S)


def _export(folder: Path, config: Path) -> Path:
    """Return what somebody exports of the time series."""
    today = datetime.now(ZONE).date()  # noqa: TID251
    file = folder / "attendance.csv"
    days = ("--from", str(today - timedelta(days=1)), "--to", str(today))
    done = chili_edge("history", "export", "attendance", *days, "-o", file, "-c", config)
    assert done.code == 0, done.err
    return file


def _kept(file: Path) -> Iterator[bytes]:
    """Yield a file's bytes and, of a database, each value that was compressed."""
    yield file.read_bytes()
    if file.suffix != ".db":
        return
    with contextlib.closing(sqlite3.connect(file)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for name in tables for row in database.execute(f'SELECT * FROM "{name}"')]  # noqa: S608 - its own
    values = (value for row in rows for value in row if isinstance(value, bytes))
    yield from (gzip.decompress(value) for value in values if value.startswith(b"\x1f\x8b"))


def _leaves(folder: Path, wire: _Wire, stored: str, programs: list[Running]) -> Iterator[tuple[str, bytes]]:
    """Yield everything that leaves the node, and what it keeps beside the records."""
    yield from (("mqtt", heard) for heard in wire.heard)
    yield "influxdb", stored.encode()
    yield from ((program.log.name, program.log.read_bytes()) for program in programs)
    files = (file for file in (folder / "var").rglob("*") if file.is_file())
    yield from ((file.name, content) for file in files for content in _kept(file))


def _assert_all_was_seen(leaves: list[tuple[str, bytes]]) -> None:
    """See that each way out has something of the node's in it: nothing is found where nothing is."""
    for where, wanted in (
        ("mqtt", b"/status"),
        ("outbox.db", b"attendance,"),
        ("dead-letters.db", b"node"),
        ("/metrics", b"chili_edge_points_acquired_total"),
        ("/metrics", b"chili_edge_points_committed_total"),
        ("/readyz", b"ok"),
        ("/api/snapshot", b"present"),
        ("attendance.csv", b"present"),
    ):
        assert any(name.endswith(where) and wanted in content for name, content in leaves), (where, wanted)


@pytest.mark.timeout(120)
async def test_a_punch_is_on_the_page_in_two_seconds_and_nobody_leaves_the_node(
    tmp_path: Path, mosquitto: Server, influxd: Server
) -> None:
    """Node, broker, InfluxDB and console as processes: the heads come quickly, and no name, id, PIN or reason with them."""
    ports = _Ports(free_port(), free_port(), free_port(), free_port())
    _poison(influxd.port)
    config = _configure(tmp_path, mosquitto.port, influxd.port, ports)
    wire = _Wire(mosquitto.port)
    url = f"http://127.0.0.1:{ports.terminals}/iclock/cdata?SN={SERIAL}"
    pins = [row["pin"] for row in _roster()]
    async with running(config, "node") as node, running(config, "host") as host:
        await node.says("people.terminals.listen")
        await host.says("console.listen")
        async with _page(ports.console) as live, httpx2.AsyncClient(timeout=DEADLINE_S) as terminal:
            await terminal.get(f"{url}&options=all")
            await _present(live, 0)
            took = []
            for number, pin in enumerate(pins[:-1], 1):
                begun = time.monotonic()
                reply = await terminal.post(f"{url}&table=ATTLOG&Stamp={number}", content=_line(pin))
                assert reply.text == "OK: 1"
                took.append(await _present(live, number) - begun)
            names = f"USER PIN={pins[0]}\tName={_roster()[0]['name']}".encode("gbk")
            assert (await terminal.post(f"{url}&table=OPERLOG", content=names)).text == "OK"
            odd = (_line("7777123499") + f"{_roster()[1]['name']}\tnow\n").encode("gbk")
            assert (await terminal.post(f"{url}&table=ATTLOG", content=odd)).text == "OK: 1"
            stranger = f"http://127.0.0.1:{ports.terminals}/iclock/cdata?SN=STRANGE1&table=ATTLOG"
            assert (await terminal.post(stranger, content=_line(pins[0]))).status_code == 403
        day = f"{datetime.now(ZONE) - timedelta(hours=1):%Y-%m-%d}"  # noqa: TID251
        for arguments in (
            ("leave", pins[3], day, "--why", SECRET),
            ("void", pins[0], f"{datetime.now(ZONE) + timedelta(days=1):%Y-%m-%d %H:%M}", "--why", SECRET),  # noqa: TID251
        ):
            await asyncio.to_thread(chili_edge, "people", *arguments, "-c", config)
        shown = await asyncio.to_thread(chili_edge, "people", "today", "-c", config)
        refused = await asyncio.to_thread(chili_edge, "people", "terminals", "-c", config)
        async with httpx2.AsyncClient(timeout=DEADLINE_S) as client:
            served = await _served(client, ports)
            exported = await asyncio.to_thread(_export, tmp_path, config)
            await _buried(config)
            assert await host.end() == 0
            await client.post(f"{url}&table=ATTLOG&Stamp=99", content=_line(pins[-1]))
            await _waits(client, ports.node)
        assert await node.end() == 0
        programs = [node, host]
    stored = _stored(influxd.port)
    wire.close()
    assert len(wire.heard) > WORKERS
    assert "planned 12, present 11" in shown.out
    assert "PIN 7777123499 is nobody's" in shown.out
    assert "STRANGE1  is refused" in refused.out
    assert "attendance" in stored
    leaves = [*_leaves(tmp_path, wire, stored, programs), *served.items()]
    leaves.append((exported.name, exported.read_bytes()))
    _assert_all_was_seen(leaves)
    found = [
        (where, text)
        for where, content in leaves
        for text in _secrets()
        for coded in (
            text.encode(),
            text.encode("gbk"),
            text.encode("utf-16-le"),
            json.dumps(text)[1:-1].encode(),
        )
        if coded in content
    ]
    assert found == []
    assert max(took) <= 2.0, took


@asynccontextmanager
async def _listening(folder: Path) -> AsyncIterator[tuple[People, int]]:
    port = free_port()
    shift = Shift("N", "现在", datetime.min.time(), datetime.min.time().replace(hour=23, minute=59))
    plant = Plant("e", "s", "l", Calendar(ZONE, shifts=(shift,)))
    settings = PeopleOptions.model_validate(
        {"terminals": {"listen": f"127.0.0.1:{port}", "serials": [SERIAL], "max_body_kb": 1024}}
    )

    async def say(_lines: Lines) -> None:
        await asyncio.sleep(0)

    async with People(settings, plant, folder, SystemClock()) as people:
        task = asyncio.ensure_future(people.run(say))
        try:
            async with asyncio.timeout(DEADLINE_S):
                while True:
                    with contextlib.suppress(OSError):
                        _, writer = await asyncio.open_connection("127.0.0.1", port)
                        writer.close()
                        break
                    await asyncio.sleep(POLL_S)
            yield people, port
        finally:
            task.cancel()
            await asyncio.wait([task])


@pytest.mark.timeout(90)
async def test_ten_thousand_records_of_an_offline_terminal_are_taken_in_five_seconds(tmp_path: Path) -> None:
    """In one body, as some firmwares send them, and again in 200 uploads, of which nothing is new."""
    lines = [_line(f"{n % 130:04d}", ago_s=60 + 7 * n) for n in range(BURST)]
    path = f"/iclock/cdata?SN={SERIAL}&table=ATTLOG"
    async with _listening(tmp_path) as (people, port):
        client = HttpClient("127.0.0.1", port)
        begun = time.monotonic()
        reply = await client.request("POST", path, "".join(lines).encode())
        assert reply.text == f"OK: {BURST}"
        assert time.monotonic() - begun <= 5.0
        assert (await people.tally())["punches"] == BURST
        begun = time.monotonic()
        for number in range(0, BURST, 50):
            reply = await client.request("POST", path, "".join(lines[number : number + 50]).encode())
            assert reply.text == "OK: 50"
        assert time.monotonic() - begun <= 5.0
        assert (await people.tally())["punches"] == BURST


@pytest.mark.timeout(90)
async def test_a_simulated_terminal_bursts_ten_thousand_records_in_five_seconds(tmp_path: Path) -> None:
    """The simulated terminal was offline and sends fifty at a time; every record is taken once."""
    async with _listening(tmp_path) as (people, port):
        terminal = AttendanceTerminal(HttpClient("127.0.0.1", port), patience_s=POLL_S)
        now = datetime.now(ZONE)  # noqa: TID251
        for number in range(BURST):
            local = now - timedelta(seconds=60 + 7 * (BURST - number))
            terminal.memory.punch(
                Press(0, f"{number % 130:04d}", 0, 15, redelivered=number % 100 == 0), local
            )
        begun = time.monotonic()
        while terminal.memory.unsent:
            await terminal.talk()
        assert time.monotonic() - begun <= 5.0
        assert (await people.tally())["punches"] == BURST
