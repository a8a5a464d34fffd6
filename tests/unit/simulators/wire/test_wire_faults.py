"""Every fault of the wire as the client at its end sees it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from simulators.faults.kinds import (
    ServiceSlow,
    Window,
    WireCorrupt,
    WireCut,
    WireDelay,
    WireDrip,
    WireDuplicate,
    WireHalfOpen,
    WireLateAnswer,
    WireReorder,
    WireReset,
    WireTruncate,
    WireWrongUnit,
    WireZeroNumber,
)
from simulators.wire.proxy import Proxy
from tests.unit.simulators.servers.plcs import RawClient, plc
from tests.unit.simulators.wire.ends import End, Wire, wire


def _now() -> float:
    return asyncio.get_running_loop().time()


@asynccontextmanager
async def _holding(proxy: Proxy, *faults: Window) -> AsyncIterator[None]:
    for fault in faults:
        await proxy.begin(fault)
    yield
    for fault in faults:
        await proxy.end(fault)


async def _answered(client: End, server: End, answer: bytes) -> None:
    """Ask, and answer so that the proxy has read the answer by itself, as a chunk."""
    client.send(b"?")
    await server.receive(1)
    server.send(answer)


async def _works(between: Wire) -> bool:
    """Return whether a new connection answers at once."""
    client, server = await between.connect()
    await _answered(client, server, b"yes")
    return await client.receive(3) == b"yes"


async def test_delayed_answers_come_late_and_in_order() -> None:
    """Each takes its time; one that is sent when the fault is over does not pass it."""
    async with wire() as between:
        client, server = await between.connect()
        async with _holding(between.proxy, WireDelay(target="plc", start=0.0, shortest=0.1, longest=0.2)):
            start = _now()
            for answer in (b"A", b"B", b"C"):
                await _answered(client, server, answer)
        await _answered(client, server, b"D")
        assert await client.receive(1) == b"A"
        assert _now() - start >= 0.1
        assert await client.receive(3) == b"BCD"
        start = _now()
        await _answered(client, server, b"E")
        assert await client.receive(1) == b"E"
        assert _now() - start < 0.1


async def test_duplicated_answers_come_twice() -> None:
    """As long as the fault holds."""
    async with wire() as between:
        client, server = await between.connect()
        async with _holding(between.proxy, WireDuplicate(target="plc", start=0.0, share=1.0)):
            await _answered(client, server, b"A")
            await _answered(client, server, b"B")
            assert await client.receive(4) == b"AABB"
        await _answered(client, server, b"C")
        assert await client.receive(1) == b"C"
        assert await client.is_silent()


async def test_a_reordered_answer_comes_behind_the_next() -> None:
    """And by itself when there is no next one within its time."""
    async with wire() as between:
        client, server = await between.connect()
        async with _holding(between.proxy, WireReorder(target="plc", start=0.0, share=1.0, hold=30.0)):
            for answer in (b"A", b"B", b"C", b"D"):
                await _answered(client, server, answer)
            assert await client.receive(4) == b"BADC"
        async with _holding(between.proxy, WireReorder(target="plc", start=1.0, share=1.0, hold=0.1)):
            start = _now()
            await _answered(client, server, b"E")
            assert await client.receive(1) == b"E"
            assert _now() - start >= 0.1


async def test_a_late_answer_comes_when_something_else_was_asked() -> None:
    """On one connection of Modbus TCP: the answer to the second question, then that to the first."""
    async with plc() as served, Proxy("plc", served.controller.ports[0], framing="mbap") as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        client = RawClient(reader, writer)
        start = _now()
        async with _holding(proxy, WireLateAnswer(target="plc", start=0.0, share=1.0, by=0.3)):
            client.send("03 0000 0001")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await client.reader.read(1)
        client.send("03 0004 0002")
        assert await client.answer() == (2, bytes.fromhex("03 04 5678 1234"))
        assert await client.answer() == (1, bytes.fromhex("03 02 0007"))
        assert _now() - start >= 0.3
        writer.close()


async def test_a_cut_wire_ends_connections_and_refuses_new_ones() -> None:
    """Both ends see the end; the same port works again when the fault is over."""
    async with wire() as between:
        client, server = await between.connect()
        port = between.proxy.port
        async with _holding(between.proxy, WireCut(target="plc", start=0.0)):
            assert await client.rest() == b""
            assert await server.rest() == b""
            with pytest.raises(ConnectionRefusedError):
                await between.client()
        assert between.proxy.port == port
        assert await _works(between)


async def test_an_answer_under_way_is_lost_in_a_cut() -> None:
    """The client sees the end without it."""
    async with wire() as between:
        client, server = await between.connect()
        await between.proxy.begin(WireDelay(target="plc", start=0.0, shortest=30.0, longest=30.0))
        await _answered(client, server, b"A")
        await between.proxy.begin(WireCut(target="plc", start=0.0))
        assert await client.rest() == b""


async def test_a_cut_is_an_end_in_the_middle_of_a_question_too() -> None:
    """And no reset, although there are bytes that nobody has taken."""
    loop = asyncio.get_running_loop()
    async with wire() as between:
        with socket.socket() as client:
            client.setblocking(False)
            await loop.sock_connect(client, ("127.0.0.1", between.proxy.port))
            server = await between.accepted.get()
            transport = server.writer.transport
            assert isinstance(transport, asyncio.Transport)
            transport.pause_reading()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.3):
                    await loop.sock_sendall(client, bytes(1 << 26))
            await between.proxy.begin(WireCut(target="plc", start=0.0))
            assert await loop.sock_recv(client, 1) == b""
            server.writer.transport.abort()


async def test_a_cut_wire_keeps_its_port() -> None:
    """No other program gets it meanwhile."""
    async with wire() as between:
        async with _holding(between.proxy, WireCut(target="plc", start=0.0)):
            with socket.socket() as other, pytest.raises(OSError, match="already in use"):
                other.bind(("127.0.0.1", between.proxy.port))
        assert await _works(between)


async def test_of_two_cuts_the_last_that_is_over_counts() -> None:
    """A wire is whole when nothing cuts it."""
    first, second = WireCut(target="plc", start=0.0), WireCut(target="plc", start=1.0)
    async with wire() as between:
        await between.proxy.begin(first)
        await between.proxy.begin(second)
        await between.proxy.end(first)
        with pytest.raises(ConnectionRefusedError):
            await between.client()
        await between.proxy.end(second)
        assert await _works(between)


async def test_a_half_open_connection_is_silent_for_ever() -> None:
    """Bytes are lost in both directions, and the connection stays dead when new ones work again."""
    async with wire() as between:
        client, server = await between.connect()
        async with _holding(between.proxy, WireHalfOpen(target="plc", start=0.0)):
            client.send(b"lost")
            server.send(b"lost")
            newcomer = await between.client()
            newcomer.send(b"lost")
            assert await client.is_silent()
            assert await newcomer.is_silent()
        assert await _works(between)
        client.send(b"still lost")
        server.send(b"still lost")
        assert await client.is_silent()
        assert await newcomer.is_silent()
        assert await server.is_silent()


async def test_the_server_hears_of_a_dead_client_when_the_wire_is_whole() -> None:
    """Until then it keeps the place of a client that has long gone."""
    async with wire() as between:
        client, server = await between.connect()
        async with _holding(between.proxy, WireHalfOpen(target="plc", start=0.0)):
            client.writer.close()
            assert await server.is_silent()
        assert await server.rest() == b""


async def test_a_dead_connection_ends_in_a_cut() -> None:
    """One fault may follow upon the other."""
    async with wire() as between:
        client, server = await between.connect()
        await between.proxy.begin(WireHalfOpen(target="plc", start=0.0))
        await between.proxy.begin(WireCut(target="plc", start=1.0))
        assert await client.rest() == await server.rest() == b""


@pytest.mark.parametrize(("after_bytes", "arrives"), [(0, b""), (5, b"an an"), (100, b"an answer")])
async def test_a_reset_breaks_off_in_the_middle_of_an_answer(after_bytes: int, arrives: bytes) -> None:
    """With a TCP reset after so many bytes; the server sees one too."""
    async with wire() as between:
        client, server = await between.connect()
        async with _holding(between.proxy, WireReset(target="plc", start=0.0, after_bytes=after_bytes)):
            await _answered(client, server, b"an answer")
            assert await client.receive(len(arrives)) == arrives
            with pytest.raises(ConnectionResetError):
                await client.rest()
            with pytest.raises(ConnectionResetError):
                await server.rest()
        assert await _works(between)


async def test_a_truncated_answer_ends_early_and_nothing_follows() -> None:
    """The connection stays, and the next answer is whole when the fault is over."""
    async with wire() as between:
        client, server = await between.connect()
        async with _holding(between.proxy, WireTruncate(target="plc", start=0.0, share=1.0, after_bytes=4)):
            await _answered(client, server, b"an answer")
            assert await client.receive(4) == b"an a"
            assert await client.is_silent()
        await _answered(client, server, b"B")
        assert await client.receive(1) == b"B"


async def test_answers_under_number_zero() -> None:
    """What the question was numbered is lost; unit and data are the right ones."""
    async with plc() as served, Proxy("plc", served.controller.ports[0], framing="mbap") as proxy:
        client = RawClient(*await asyncio.open_connection("127.0.0.1", proxy.port))
        async with _holding(proxy, WireZeroNumber(target="plc", start=0.0)):
            client.send("03 0000 0001")
            assert await client.answer() == (0, bytes.fromhex("03 02 0007"))
        client.send("03 0000 0001")
        assert await client.answer() == (2, bytes.fromhex("03 02 0007"))
        client.writer.close()


@pytest.mark.parametrize(
    ("answer", "arrives"),
    [
        ("0001 0000 0005 01 03 02 0007", "0001 0000 0005 02 03 02 0007"),
        ("01 03 02 0007 F986", "02 03 02 0007 BD86"),
    ],
    ids=["tcp", "rtu"],
)
async def test_an_answer_of_the_wrong_unit_is_otherwise_sound(answer: str, arrives: str) -> None:
    """Header and length stay, a checksum is that of the frame as it is now."""
    async with wire() as between:
        client, server = await between.connect()
        async with _holding(between.proxy, WireWrongUnit(target="plc", start=0.0, share=1.0)):
            await _answered(client, server, bytes.fromhex(answer))
            expected = bytes.fromhex(arrives)
            assert await client.receive(len(expected)) == expected


async def test_a_dripping_answer_comes_byte_by_byte() -> None:
    """One at a time, the last no sooner than all the pauses allow."""
    async with wire() as between:
        client, server = await between.connect()
        async with _holding(between.proxy, WireDrip(target="plc", start=0.0, pause=0.02)):
            start = _now()
            await _answered(client, server, b"0123456789")
            assert await client.some() == b"0"
            assert await client.receive(9) == b"123456789"
            assert _now() - start >= 0.18


async def test_a_corrupted_answer_has_other_bits() -> None:
    """As many as the fault says; its length stays."""
    sent = bytes(range(64))
    async with wire() as between:
        client, server = await between.connect()
        async with _holding(between.proxy, WireCorrupt(target="plc", start=0.0, share=1.0, bits=3)):
            await _answered(client, server, sent)
            arrived = await client.receive(64)
        difference = int.from_bytes(arrived, "big") ^ int.from_bytes(sent, "big")
        assert difference.bit_count() == 3


async def test_a_slow_service_delays_and_throttles_both_ways() -> None:
    """A question of 100 bytes and an answer of 200, at 1000 bytes/s behind a delay of 0.1 s."""
    async with wire("broker") as between:
        client, server = await between.connect()
        async with _holding(
            between.proxy, ServiceSlow(target="broker", start=0.0, delay=0.1, bytes_per_s=1000)
        ):
            start = _now()
            client.send(bytes(100))
            await server.receive(100)
            asked = _now()
            assert asked - start >= 0.2
            server.send(bytes(200))
            await client.receive(200)
            assert _now() - asked >= 0.3


async def test_faults_hold_together() -> None:
    """Answers come late and twice; when one fault is over the other goes on."""
    delay = WireDelay(target="plc", start=0.0, shortest=0.1, longest=0.1)
    double = WireDuplicate(target="plc", start=0.0, share=1.0)
    async with wire() as between:
        client, server = await between.connect()
        await between.proxy.begin(delay)
        await between.proxy.begin(double)
        start = _now()
        await _answered(client, server, b"A")
        assert await client.receive(2) == b"AA"
        assert _now() - start >= 0.1
        await between.proxy.end(double)
        start = _now()
        await _answered(client, server, b"B")
        assert await client.receive(1) == b"B"
        assert _now() - start >= 0.1
        assert await client.is_silent()


async def test_a_fault_acts_on_whole_frames() -> None:
    """However the server sends them: in halves, or two at once."""
    frame, other = bytes.fromhex("0001 0000 0005 01 03 02 1234"), bytes.fromhex("0002 0000 0003 01 83 02")
    async with wire(framing="mbap") as between:
        client, server = await between.connect()
        async with _holding(between.proxy, WireDuplicate(target="plc", start=0.0, share=1.0)):
            await _answered(client, server, frame[:4])
            await _answered(client, server, frame[4:] + other)
            assert await client.receive(2 * len(frame + other)) == frame + frame + other + other


async def _arrived(fault: WireDuplicate, *, seed: int = 1, name: str = "plc") -> bytes:
    """Return what a client gets of 40 answers."""
    async with wire(name, seed=seed, framing="mbap") as between:
        client, server = await between.connect()
        await between.proxy.begin(fault)
        for number in range(40):
            server.send(bytes.fromhex(f"{number:04X} 0000 0003 01 83 02"))
        server.writer.write_eof()
        return await client.rest()


async def test_what_is_random_is_a_matter_of_the_seed() -> None:
    """The fault's own, if it has one; else the proxy's, with its name and the fault's start."""
    fault = WireDuplicate(target="plc", start=0.0, share=0.5)
    seeded = WireDuplicate(target="plc", start=0.0, share=0.5, seed=7)
    first = await _arrived(fault)
    assert 45 * 9 < len(first) < 75 * 9
    assert await _arrived(fault) == first
    assert await _arrived(fault, seed=2) != first
    assert await _arrived(fault, name="bath") != first
    assert await _arrived(WireDuplicate(target="plc", start=1.0, share=0.5)) != first
    assert await _arrived(seeded) == await _arrived(seeded, seed=2) == await _arrived(fault, seed=7) != first
