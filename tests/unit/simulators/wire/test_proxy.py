"""A proxy without faults is not there, and ends with everything that it has begun."""

from __future__ import annotations

import asyncio
import random
import socket
from contextlib import suppress

import pytest

from simulators.faults.kinds import Latency, WireCut, WireDelay, WireHalfOpen
from simulators.wire.framing import Framing
from simulators.wire.proxy import Proxy
from tests.unit.simulators.wire.ends import DEADLINE_S, End, closed, wire

_MEGABYTE = 1 << 20


async def _send_all(end: End, data: bytes) -> None:
    """Send in pieces of all sizes, then say that this was all."""
    rng = random.Random(len(data))
    while data:
        size = rng.choice((1, 7, 300, 5000, 100_000))
        end.send(data[:size])
        data = data[size:]
        await end.writer.drain()
    end.writer.write_eof()


@pytest.mark.parametrize("framing", ["chunk", "mbap"])
async def test_a_megabyte_passes_both_ways_at_once(framing: Framing) -> None:
    """Each side gets every byte, then the end."""
    rng = random.Random(1)
    question, answer = rng.randbytes(_MEGABYTE), rng.randbytes(_MEGABYTE)
    async with wire(framing=framing) as between:
        client, server = await between.connect()
        async with asyncio.TaskGroup() as tasks:
            sending = [
                tasks.create_task(_send_all(client, question)),
                tasks.create_task(_send_all(server, answer)),
            ]
            received = [tasks.create_task(end.rest()) for end in (server, client)]
        assert [task.result() for task in received] == [question, answer]
        assert all(task.done() for task in sending)


async def test_a_half_closed_connection_answers() -> None:
    """The client says that it has asked everything; the server hears that and can still answer."""
    async with wire() as between:
        client, server = await between.connect()
        client.send(b"all that I ask")
        client.writer.write_eof()
        assert await server.rest() == b"all that I ask"
        server.send(b"all that I know")
        assert await client.receive(15) == b"all that I know"
        server.writer.write_eof()
        assert await client.rest() == b""


async def test_a_reset_of_the_server_reaches_the_client() -> None:
    """As a reset, behind what came before it."""
    async with wire() as between:
        client, server = await between.connect()
        server.send(b"half an ans")
        server.reset()
        assert await client.receive(11) == b"half an ans"
        with pytest.raises(ConnectionResetError):
            await client.rest()


async def test_a_reset_of_the_client_reaches_the_server() -> None:
    """As a reset too."""
    async with wire() as between:
        client, server = await between.connect()
        client.reset()
        with pytest.raises(ConnectionResetError):
            await server.rest()


async def test_a_server_that_is_not_there_is_a_reset() -> None:
    """The proxy can only take a client before it knows."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        async with Proxy("plc", nobody.getsockname()[1]) as proxy:
            client = End(*await asyncio.open_connection("127.0.0.1", proxy.port))
            with pytest.raises(ConnectionResetError):
                await client.rest()
            await closed([client])


async def test_a_half_frame_is_not_kept() -> None:
    """Without a fault, bytes pass as they come, whole answers or not."""
    async with wire(framing="mbap") as between:
        client, server = await between.connect()
        server.send(bytes.fromhex("0001 0000 0005 01 03"))
        assert await client.receive(8) == bytes.fromhex("0001 0000 0005 01 03")
        server.send(bytes.fromhex("02 1234"))
        assert await client.receive(3) == bytes.fromhex("02 1234")


async def test_who_sends_feels_that_nobody_reads() -> None:
    """The proxy keeps some bytes under way, and no more."""
    most = 64 * _MEGABYTE
    async with wire() as between:
        client, server = await between.connect()
        transport = server.writer.transport
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        sent = 0
        with suppress(TimeoutError):
            while sent < most:
                client.send(bytes(_MEGABYTE))
                sent += _MEGABYTE
                async with asyncio.timeout(0.5):
                    await client.writer.drain()
        assert sent < most
        transport.resume_reading()
        client.writer.write_eof()
        assert len(await server.rest()) == sent


async def test_a_port_that_is_taken_is_told() -> None:
    """With the name of what would have been there."""
    async with wire() as between:
        with pytest.raises(OSError, match=f"bath: port {between.proxy.port}: Address already in use"):
            await Proxy("bath", 1, between.proxy.port).__aenter__()


async def test_no_connection_outlives_the_proxy() -> None:
    """Those that flow, those with answers under way and dead ones end within a second, on both sides."""
    loop = asyncio.get_running_loop()
    async with wire() as between:
        dead_client, dead_server = await between.connect()
        half_open = WireHalfOpen(target="plc", start=0.0)
        await between.proxy.begin(half_open)
        await between.proxy.end(half_open)
        flowing_client, flowing_server = await between.connect()
        await between.proxy.begin(WireDelay(target="plc", start=0.0, shortest=60.0, longest=60.0))
        flowing_client.send(b"?")
        await flowing_server.receive(1)
        flowing_server.send(b"!")
        start = loop.time()
        await between.proxy.__aexit__(None, None, None)
        assert loop.time() - start < 1.0
        for end in (dead_client, dead_server, flowing_client, flowing_server):
            assert await end.rest() == b""


async def test_it_can_end_with_the_wire_cut() -> None:
    """The fault goes with it."""
    async with wire() as between:
        await between.connect()
        await between.proxy.begin(WireCut(target="plc", start=0.0))


async def test_a_fault_of_a_device_does_not_happen_on_the_wire() -> None:
    """And the message says so."""
    async with wire() as between:
        with pytest.raises(ValueError, match="plc: latency does not happen on the wire"):
            await between.proxy.begin(Latency(target="plc", start=0.0))


async def test_a_hundred_clients_at_once() -> None:
    """Each gets its own answers."""
    async with wire() as between, asyncio.timeout(DEADLINE_S):
        pairs = [await between.connect() for _ in range(100)]
        for number, (client, _) in enumerate(pairs):
            client.send(number.to_bytes(1, "big"))
        for _, server in pairs:
            server.send(await server.receive(1))
        for number, (client, _) in enumerate(pairs):
            assert await client.receive(1) == number.to_bytes(1, "big")
