"""Real servers that are stopped, killed, refused and slowed, as their clients see it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

import pytest

from simulators.faults.kinds import (
    Busy,
    ServiceKill,
    ServiceRefuse,
    ServiceSlow,
    ServiceStop,
    WireDuplicate,
    WireHalfOpen,
)
from simulators.servers.http_client import HttpClient
from simulators.wire import program
from simulators.wire.service import Service
from tests import servers
from tests.unit.simulators.wire.ends import DEADLINE_S, End, closed, kept_port

_CONNECT = bytes.fromhex("10 0D 0004 4D515454 04 02 003C 0001 63")
_CONNACK = bytes.fromhex("20 02 00 00")
_RETAIN = bytes.fromhex("31 05 0001 74") + b"42"
"""The message 42 under the topic t, to be kept."""
_PING, _PONG = bytes.fromhex("C0 00"), bytes.fromhex("D0 00")
_SUBSCRIBE = bytes.fromhex("82 06 0001 0001 74 00")
_SUBACK = bytes.fromhex("90 03 0001 00")
_FILE = bytes(range(256)) * 8
_STUBBORN = """
import signal, socket, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
clients = []
while True:
    clients.append(listener.accept()[0])
    clients[-1].sendall(b"!")
"""
"""Greets its clients, and doesn't hear SIGTERM."""
_PARENT = """
import asyncio, sys
from simulators.wire.service import Service

async def main():
    port = int(sys.argv[1])
    async with Service("database", sys.argv[2:], port, output=sys.stderr.buffer) as service:
        print(service.listen, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@asynccontextmanager
async def _mosquitto(folder: Path) -> AsyncIterator[Service]:
    """Run a broker that keeps what it is told to when it is stopped in order."""
    path = servers.program("mosquitto", "mosquitto")
    configuration = folder / "mosquitto.conf"
    with kept_port() as port, (folder / "log").open("wb") as log:
        configuration.write_text(
            f"user root\nlistener {port} 127.0.0.1\nallow_anonymous true\n"
            f"persistence true\npersistence_location {folder}/\n"
        )
        async with Service("broker", [path, "-c", str(configuration)], port, output=log) as service:
            yield service


@asynccontextmanager
async def _database(folder: Path) -> AsyncIterator[Service]:
    """Run something that speaks HTTP."""
    (folder / "file").write_bytes(_FILE)
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(folder)]
    with kept_port() as port:
        async with Service("database", [*command, str(port)], port, output=BytesIO()) as service:
            yield service


@asynccontextmanager
async def _dialled(port: int) -> AsyncIterator[End]:
    """Connect to a port."""
    end = End(*await asyncio.open_connection("127.0.0.1", port))
    try:
        yield end
    finally:
        await closed([end])


async def _kept(service: Service) -> bytes:
    """Return what the broker still knows of the topic t, the retained message as it sends it."""
    async with _dialled(service.listen) as client:
        client.send(_CONNECT + _SUBSCRIBE + _PING)
        received = await client.receive(len(_CONNACK))
        while not received.endswith(_PONG):
            received += await client.receive(1)
    return received.removeprefix(_CONNACK).removeprefix(_SUBACK).removesuffix(_PONG)


async def _retain(client: End) -> None:
    client.send(_CONNECT + _RETAIN + _PING)
    assert await client.receive(6) == _CONNACK + _PONG


async def test_a_stopped_broker_is_back_with_what_it_kept(tmp_path: Path) -> None:
    """Its clients see the end, new ones are refused, and after the fault it knows what it knew."""
    fault = ServiceStop(target="broker", start=0.0, end=1.0)
    async with _mosquitto(tmp_path) as broker, _dialled(broker.listen) as client:
        await _retain(client)
        await broker.begin(fault)
        assert await client.rest() == b""
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", broker.listen)
        await broker.end(fault)
        assert await _kept(broker) == _RETAIN


async def test_a_killed_broker_is_back_without_what_it_had_not_written(tmp_path: Path) -> None:
    """As a power cut would leave it."""
    fault = ServiceKill(target="broker", start=0.0, end=1.0)
    async with _mosquitto(tmp_path) as broker, _dialled(broker.listen) as client:
        await _retain(client)
        await broker.begin(fault)
        assert await client.rest() == b""
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", broker.listen)
        await broker.end(fault)
        assert await _kept(broker) == b""


async def test_a_refusing_broker_runs_on(tmp_path: Path) -> None:
    """Nobody gets in, who was in is out, and it has lost nothing."""
    fault = ServiceRefuse(target="broker", start=0.0)
    async with _mosquitto(tmp_path) as broker, _dialled(broker.listen) as client:
        await _retain(client)
        await broker.begin(fault)
        assert await client.rest() == b""
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", broker.listen)
        await broker.end(fault)
        assert await _kept(broker) == _RETAIN


async def test_a_broker_has_a_wire(tmp_path: Path) -> None:
    """What it says can come twice, or not at all."""
    double = WireDuplicate(target="broker", start=0.0, share=1.0)
    async with _mosquitto(tmp_path) as broker, _dialled(broker.listen) as client:
        await broker.begin(double)
        client.send(_CONNECT)
        assert await client.receive(8) == _CONNACK + _CONNACK
        await broker.end(double)
        await broker.begin(WireHalfOpen(target="broker", start=0.0))
        client.send(_PING)
        assert await client.is_silent()


async def test_a_database_is_slow_until_the_fault_is_over(tmp_path: Path) -> None:
    """Question and answer are both late, and 2 KB take their time."""
    fault = ServiceSlow(target="database", start=0.0, delay=0.1, bytes_per_s=10_000)
    loop = asyncio.get_running_loop()
    async with _database(tmp_path) as database:
        client = HttpClient("127.0.0.1", database.listen, DEADLINE_S)
        await database.begin(fault)
        start = loop.time()
        assert (await client.request("GET", "/file")).status == 200
        assert loop.time() - start >= 0.4
        await database.end(fault)
        start = loop.time()
        assert (await client.request("GET", "/file")).status == 200
        assert loop.time() - start < 0.4


async def test_a_killed_database_answers_again(tmp_path: Path) -> None:
    """At the same port, from a new process."""
    fault = ServiceKill(target="database", start=0.0, end=1.0)
    async with _database(tmp_path) as database:
        client = HttpClient("127.0.0.1", database.listen, DEADLINE_S)
        await database.begin(fault)
        with pytest.raises(ConnectionRefusedError):
            await client.request("GET", "/file")
        await database.end(fault)
        assert (await client.request("GET", "/file")).status == 200


async def test_what_hears_no_signal_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """When its time to stop is over."""
    monkeypatch.setattr(program, "_PATIENCE_S", 0.2)
    loop = asyncio.get_running_loop()
    with kept_port() as port:
        stubborn = [sys.executable, "-c", _STUBBORN, str(port)]
        async with (
            Service("database", stubborn, port, output=BytesIO()) as service,
            _dialled(service.listen) as client,
        ):
            assert await client.receive(1) == b"!"
            start = loop.time()
            await service.begin(ServiceStop(target="database", start=0.0, end=1.0))
            assert loop.time() - start >= 0.2
            assert await client.rest() == b""


async def test_a_fault_of_a_device_does_not_happen_to_a_service(tmp_path: Path) -> None:
    """And the message says so."""
    async with _database(tmp_path) as database:
        with pytest.raises(ValueError, match="database: busy does not happen"):
            await database.begin(Busy(target="database", start=0.0))


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["sh", "-c", "echo first; echo disk full >&2; exit 3"], "ended with 3 .*first\n  disk full"),
        (["sh", "-c", "echo loading; exec sleep 60"], "does not answer after 1.5 s .*\n  loading"),
        (["sh", "-c", "exec sleep 60"], "sh -c 'exec sleep 60' does not answer .*it said nothing"),
        (["no-such-server"], "no-such-server can't be started: No such file or directory"),
    ],
)
async def test_a_server_that_does_not_come_up_is_told(command: list[str], told: str) -> None:
    """By its command and its last words, which also stand in its output; nothing of it is left."""
    output = BytesIO()
    with kept_port() as port, pytest.raises(OSError, match=f"(?s){told}"):
        await Service("database", command, port, output=output, ready_s=1.5).__aenter__()
    assert output.getvalue() in (b"first\ndisk full\n", b"loading\n", b"")


async def test_another_program_on_the_port_is_told(tmp_path: Path) -> None:
    """It is not taken for the server."""
    async with _database(tmp_path) as database:
        with pytest.raises(
            OSError, match=f"sleep 60: another program answers on port {database.listen} already"
        ):
            await Service("database", ["sleep", "60"], database.listen, output=BytesIO()).__aenter__()


async def test_a_server_dies_with_who_started_it() -> None:
    """Even when that one is killed and can't say anything any more."""
    with kept_port() as port:
        stubborn = [sys.executable, "-c", _STUBBORN, str(port)]
        parent = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _PARENT, str(port), *stubborn), stdout=asyncio.subprocess.PIPE
        )
        assert parent.stdout is not None
        async with asyncio.timeout(DEADLINE_S):
            assert int(await parent.stdout.readline()) != port
        async with _dialled(port) as client:
            assert await client.receive(1) == b"!"
            parent.kill()
            assert await client.rest() == b""
            await parent.wait()
