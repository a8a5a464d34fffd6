"""The attendance terminal against a listener that writes down what it hears."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from simulators.faults.kinds import ClockJump, Latency, NoAnswer
from simulators.people.attlog import Terminal
from simulators.people.punching import Punch
from simulators.servers.attendance_terminal import SERIAL, AttendanceTerminal
from simulators.servers.http_client import BadResponseError, HttpClient

_AT = datetime(2026, 11, 23, 7, 0, 1)  # noqa: DTZ001 - a terminal's clock has no zone
_OPTIONS = f"GET OPTION FROM: {SERIAL}\r\nErrorDelay=30\r\nDelay=10\r\nRealtime=1\r\n"


def _punch(pin: str, *, redelivered: bool = False) -> Punch:
    return Punch(after_s=1.0, pin=pin, status=0, verify=15, redelivered=redelivered)


def _line(pin: str, time: str = "07:00:01") -> str:
    return f"{pin}\t2026-11-23 {time}\t0\t15\t0\t0\t0\t0\t0\t0"


@dataclass
class _Listener:
    """Answers like a node's listener; `refuse` makes it answer 503 to uploads."""

    port: int = 0
    refuse: bool = False
    raw: bytes | None = None
    heard: list[str] = field(default_factory=list)
    uploads: list[list[str]] = field(default_factory=list)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        request, *headers = head.split("\r\n")
        length = next(int(h.split(":")[1]) for h in headers if h.startswith("Content-Length"))
        body = (await reader.readexactly(length)).decode()
        self.heard.append(request.removesuffix(" HTTP/1.1"))
        status, text = 200, "OK"
        if "options=all" in request:
            text = _OPTIONS
        elif request.startswith("POST") and self.refuse:
            status, text = 503, "busy"
        elif request.startswith("POST"):
            self.uploads.append(body.splitlines())
            text = f"OK: {len(body.splitlines())}"
        writer.write(self.raw or f"HTTP/1.1 {status} X\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def _listening(listener: _Listener) -> AsyncIterator[_Listener]:
    server = await asyncio.start_server(listener.handle, "127.0.0.1", listener.port)
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()
        await server.wait_closed()


def _terminal(listener: _Listener, patience_s: float = 60.0, serial: str = SERIAL) -> AttendanceTerminal:
    return AttendanceTerminal(HttpClient("127.0.0.1", listener.port), serial, patience_s)


async def test_it_shakes_hands_uploads_and_asks_for_commands() -> None:
    """The three requests of the push protocol, in their order, with a record as the format has it."""
    async with _listening(_Listener()) as listener:
        terminal = _terminal(listener)
        terminal.memory.punch(_punch("0042"), _AT)
        assert await terminal.talk() == 10.0
        assert listener.heard == [
            f"GET /iclock/cdata?SN={SERIAL}&options=all&pushver=2.4.1&language=83&DeviceType=att",
            f"POST /iclock/cdata?SN={SERIAL}&table=ATTLOG&Stamp=9999",
            f"GET /iclock/getrequest?SN={SERIAL}",
        ]
        assert listener.uploads == [[_line("0042")]]
        assert (terminal.memory.sent, len(terminal.memory.unsent)) == (1, 0)


async def test_it_shakes_hands_only_once_while_all_is_well() -> None:
    """A second talk with nothing to send only asks for commands."""
    async with _listening(_Listener()) as listener:
        terminal = _terminal(listener)
        await terminal.talk()
        listener.heard.clear()
        await terminal.talk()
        assert listener.heard == [f"GET /iclock/getrequest?SN={SERIAL}"]


async def test_it_is_impatient_in_a_demo() -> None:
    """However long the server wants it to wait, it waits no longer than its patience."""
    async with _listening(_Listener()) as listener:
        terminal = _terminal(listener, patience_s=0.5)
        assert await terminal.talk() == 0.5
        listener.refuse = True
        terminal.memory.punch(_punch("0001"), _AT)
        assert await terminal.talk() == 0.5


async def test_offline_records_wait_and_go_out_in_a_burst() -> None:
    """While nobody listens records are kept; once somebody does, all go out in order, fifty at a time."""
    async with _listening(_Listener()) as gone:
        listener = _Listener(port=gone.port)
    terminal = _terminal(listener)
    for n in range(120):
        terminal.memory.punch(_punch(f"{n:04d}"), _AT)
        if n % 40 == 0:
            assert await terminal.talk() == 60.0
            assert not terminal.online
    async with _listening(listener):
        await terminal.talk()
    assert [len(upload) for upload in listener.uploads] == [50, 50, 20]
    assert [line for upload in listener.uploads for line in upload] == [_line(f"{n:04d}") for n in range(120)]
    assert terminal.memory.sent == 120


async def test_a_refused_upload_is_repeated() -> None:
    """A record that got a 503 stays, and goes out after the next handshake."""
    async with _listening(_Listener(refuse=True)) as listener:
        terminal = _terminal(listener)
        terminal.memory.punch(_punch("0007"), _AT)
        assert await terminal.talk() == 30.0
        assert list(terminal.memory.unsent) == [_line("0007")]
        listener.refuse = False
        await terminal.talk()
        assert listener.uploads == [[_line("0007")]]
        assert terminal.memory.sent == 1


async def test_some_records_are_sent_twice() -> None:
    """A record marked so is delivered again by the next talk, byte for byte, and never a third time."""
    async with _listening(_Listener()) as listener:
        terminal = _terminal(listener)
        terminal.memory.punch(_punch("0001", redelivered=True), _AT)
        terminal.memory.punch(_punch("0002"), _AT)
        for _ in range(3):
            await terminal.talk()
        assert listener.uploads == [[_line("0001"), _line("0002")], [_line("0001")]]
        assert terminal.memory.sent == 3
        assert terminal.memory.pins == {"0001", "0002"}


async def test_two_terminals_speak_for_themselves() -> None:
    """Gate and workshop send their own records under their own serial numbers; one that is offline hinders none."""
    async with _listening(_Listener()) as listener:
        gate, workshop = (_terminal(listener, serial=serial) for serial in Terminal)
        gate.memory.punch(_punch("0001"), _AT)
        workshop.memory.punch(_punch("0501"), _AT)
        silence = NoAnswer(target="gate", start=0.0)
        await gate.begin(silence)
        for terminal in (gate, workshop):
            await terminal.talk()
        assert (gate.online, workshop.online) == (False, True)
        assert {request.split("SN=")[1][:13] for request in listener.heard} == {"CGKK223812346"}
        assert listener.uploads == [[_line("0501")]]
        await gate.end(silence)
        await gate.talk()
        assert listener.heard[-2] == "POST /iclock/cdata?SN=CGKK223812345&table=ATTLOG&Stamp=9999"
        assert listener.uploads == [[_line("0501")], [_line("0001")]]


async def test_an_offline_terminal_says_nothing_and_bursts_when_it_is_back() -> None:
    """While it is switched off the network nothing is heard; then come a handshake, every record once, and the repeats."""
    async with _listening(_Listener()) as listener:
        terminal = _terminal(listener)
        await terminal.talk()
        listener.heard.clear()
        silence = NoAnswer(target="gate", start=0.0)
        await terminal.begin(silence)
        for n in range(60):
            terminal.memory.punch(_punch(f"{n:04d}", redelivered=n == 7), _AT)
            assert await terminal.talk() == 30.0
        assert not terminal.online
        assert listener.heard == []
        await terminal.end(silence)
        await terminal.talk()
        assert "options=all" in listener.heard[0]
        assert [len(upload) for upload in listener.uploads] == [50, 11]
        assert [line for upload in listener.uploads for line in upload] == [
            *(_line(f"{n:04d}") for n in range(60)),
            _line("0007"),
        ]
        assert (terminal.memory.sent, len(terminal.memory.unsent)) == (61, 0)


async def test_no_answer_as_a_fault_takes_it_offline() -> None:
    """From the fault's begin to its end nothing is heard of the terminal, and nothing is lost."""
    fault = NoAnswer(target="gate", start=0.0, end=10.0)
    async with _listening(_Listener()) as listener:
        terminal = _terminal(listener)
        await terminal.begin(fault)
        terminal.memory.punch(_punch("0001"), _AT)
        await terminal.talk()
        assert listener.heard == []
        await terminal.end(fault)
        await terminal.talk()
        assert listener.uploads == [[_line("0001")]]


async def test_a_share_of_silence_is_a_share_of_the_requests() -> None:
    """With half of its requests lost a terminal is sometimes there; which ones are lost is the seed's matter."""

    async def heard(seed: int) -> list[bool]:
        async with _listening(_Listener()) as listener:
            terminal = _terminal(listener)
            await terminal.begin(NoAnswer(target="gate", start=0.0, share=0.5, seed=seed))
            online = []
            for _ in range(30):
                await terminal.talk()
                online.append(terminal.online)
            assert 0 < len(listener.heard) < 60
            return online

    first = await heard(1)
    assert True in first
    assert False in first
    assert first == await heard(1)
    assert first != await heard(2)


async def test_a_clock_jump_moves_the_times_of_records() -> None:
    """Records bear the wrong time while the clock is wrong, those of before and after the right one."""
    fast, slow = (ClockJump(target="gate", start=0.0, end=10.0, by=by) for by in (8 * 3600.0, -3600.0))
    async with _listening(_Listener()) as listener:
        terminal = _terminal(listener)
        terminal.memory.punch(_punch("0001"), _AT)
        await terminal.begin(fast)
        terminal.memory.punch(_punch("0002"), _AT)
        await terminal.begin(slow)
        terminal.memory.punch(_punch("0003"), _AT)
        await terminal.end(fast)
        await terminal.end(slow)
        await terminal.end(slow)
        terminal.memory.punch(_punch("0004"), _AT)
        await terminal.talk()
        assert listener.uploads == [
            [_line("0001"), _line("0002", "15:00:01"), _line("0003", "14:00:01"), _line("0004")]
        ]


async def test_a_fault_that_no_terminal_has_is_refused() -> None:
    """The complaint names the target, the fault and what there is."""
    terminal = _terminal(_Listener())
    with pytest.raises(
        ValueError, match="gate: latency does not happen here; what does: no_answer, clock_jump"
    ):
        await terminal.begin(Latency(target="gate", start=0.0))


@pytest.mark.parametrize(
    "raw", [b"hello\r\n\r\n", b"SSH-2.0-x", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nOK"]
)
async def test_an_answer_that_is_not_http_counts_as_offline(raw: bytes) -> None:
    """Garbage or half an answer loses nothing and ends nothing."""
    async with _listening(_Listener(raw=raw)) as listener:
        with pytest.raises(BadResponseError):
            await HttpClient("127.0.0.1", listener.port).request("GET", "/")
        terminal = _terminal(listener)
        terminal.memory.punch(_punch("0001"), _AT)
        await terminal.talk()
        assert not terminal.online
        assert len(terminal.memory.unsent) == 1


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1:1", "127.0.0.1:8090", "http://:80", "http://a/b", "http://a:x"]
)
def test_an_url_that_it_cannot_use_is_refused(url: str) -> None:
    """Only http://host:port will do."""
    with pytest.raises(ValueError, match=r"http|[Pp]ort"):
        HttpClient.for_url(url)
