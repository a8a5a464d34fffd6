"""What holds for a web server of ours: where it listens, how it ends, and that signals are not its business."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from structlog.testing import capture_logs

from edge.errors import ConfigurationError
from edge.options import ListenAddress
from edge.web_server import MOST_HEADER_BYTES, Tls, serve
from tests.certificates import Authority
from tests.servers import free_port

DEADLINE_S = 10.0
ENDS_WITHIN_S = 2.0
HEADERS = {"x-guard": "yes"}


async def _hello(_request: Request) -> Response:
    return PlainTextResponse("hello")


async def _forever(_request: Request) -> Response:
    async def events() -> AsyncIterator[str]:
        yield "data: first\n\n"
        await asyncio.Event().wait()

    return StreamingResponse(events(), media_type="text/event-stream")


async def _flood(_request: Request) -> Response:
    async def events() -> AsyncIterator[bytes]:
        while True:
            yield bytes(65_536)

    return StreamingResponse(events())


async def _late(_request: Request) -> Response:
    await asyncio.Event().wait()
    return PlainTextResponse("never")


APP = Starlette(
    routes=[
        Route("/", _hello),
        Route("/events", _forever),
        Route("/flood", _flood),
        Route("/late", _late),
    ]
)


@asynccontextmanager
async def serving(port: int = 0, tls: Tls | None = None) -> AsyncIterator[tuple[str, asyncio.Task[None]]]:
    """Serve `APP`; yield its URL, as the log says it, and the task."""
    with capture_logs() as logs:
        listen = ListenAddress("127.0.0.1", port)
        task = asyncio.create_task(serve(APP, listen, "console.listen", tls, HEADERS))
        async with asyncio.timeout(DEADLINE_S):
            while not logs and not task.done():
                await asyncio.sleep(0)
    try:
        if task.done():
            task.result()
        yield logs[0]["url"], task
    finally:
        await ended(task)


async def ended(task: asyncio.Task[None]) -> float:
    """Cancel a server and return the seconds that it took to end."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    task.cancel()
    async with asyncio.timeout(DEADLINE_S):
        await asyncio.wait([task])
    return loop.time() - start


async def test_answers_where_the_log_says() -> None:
    """Port 0 takes a free port, and the one line that the log gets names it."""
    async with serving() as (url, _), httpx2.AsyncClient() as client:
        response = await client.get(url)
    assert response.text == "hello"
    assert "server" not in response.headers


async def test_a_taken_port_is_one_clear_line() -> None:
    """A port that another program has is the configuration's fault, said with key and address."""
    async with serving() as (url, _):
        port = int(url.rpartition(":")[2])
        with pytest.raises(ConfigurationError) as error:
            await serve(APP, ListenAddress("127.0.0.1", port), "console.listen")
    assert str(error.value) == f"console.listen: 127.0.0.1:{port} is taken: another program listens there"


async def test_an_address_of_another_machine_is_one_clear_line() -> None:
    """An address that this machine does not have is the configuration's fault, too."""
    with pytest.raises(
        ConfigurationError, match=r"^a.listen: 192\.0\.2\.1:0 is not an address of this machine$"
    ):
        await serve(APP, ListenAddress("192.0.2.1", 0), "a.listen")


@pytest.mark.parametrize("path", ["/events", "/flood"])
async def test_an_open_stream_does_not_hold_it(path: str) -> None:
    """A page that listens for events, even one that has stopped reading, does not keep the server from ending."""
    async with serving() as (url, task):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        assert await ended(task) < ENDS_WITHIN_S
        writer.close()


async def test_an_event_stream_ends_in_order() -> None:
    """A client of an event stream reads its orderly end, so that the browser connects again at once."""
    async with (
        serving() as (url, task),
        httpx2.AsyncClient() as client,
        client.stream("GET", f"{url}/events") as stream,
    ):
        parts = stream.aiter_text()
        assert await anext(parts) == "data: first\n\n"
        await ended(task)
        assert [part async for part in parts] == []


async def test_a_request_that_hangs_is_told_to_come_again() -> None:
    """A request without an answer at the end gets 503 instead of a closed connection."""
    async with serving() as (url, task):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"hello")
        writer.write(b"GET /late HTTP/1.1\r\nHost: x\r\n\r\n")
        await writer.drain()
        # Its answer comes after that request was read: the server is in the middle of it.
        async with httpx2.AsyncClient() as client:
            await client.get(url)
        await ended(task)
        assert (await reader.readline()).startswith(b"HTTP/1.1 503")
        writer.close()


async def test_a_port_is_free_at_once_after_the_end() -> None:
    """A server that ended can be started again on the same port."""
    port = free_port()
    for _ in range(2):
        async with serving(port) as (url, _), httpx2.AsyncClient() as client:
            assert (await client.get(url)).status_code == 200


async def test_signals_are_left_alone() -> None:
    """While it serves, the handlers of SIGTERM and SIGINT are those from before."""
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    async with serving() as (url, _), httpx2.AsyncClient() as client:
        await client.get(url)
        assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


async def test_a_connection_that_asks_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither half a request nor silence holds a connection; an answer that takes its time does."""
    monkeypatch.setattr("edge.web_server.ASKING_S", 0.05)
    async with serving() as (url, _task):
        port = int(url.rpartition(":")[2])
        asked = (b"", b"GET /", b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /")
        open_ = [await asyncio.open_connection("127.0.0.1", port) for _ in asked]
        for (_, writer), text in zip(open_, asked, strict=True):
            writer.write(text)
        stream = await asyncio.open_connection("127.0.0.1", port)
        stream[1].write(b"GET /late HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(DEADLINE_S):
            for reader, _ in open_:
                with contextlib.suppress(ConnectionError):
                    await reader.read()
        assert not stream[0].at_eof()
        for _, writer in (*open_, stream):
            writer.close()


async def test_more_connections_than_can_be_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens thousands takes no more than some hundred files of the node."""
    monkeypatch.setattr("edge.web_server.MOST_OPEN", 3)
    async with serving() as (url, _task):
        port = int(url.rpartition(":")[2])
        open_ = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4)]
        async with asyncio.timeout(DEADLINE_S):
            with contextlib.suppress(ConnectionError):
                assert await open_[3][0].read() == b""
        assert not any(reader.at_eof() for reader, _ in open_[:3])
        for _, writer in open_:
            writer.close()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Return who signs the server's certificate."""
    return Authority(tmp_path)


async def test_it_speaks_tls(authority: Authority) -> None:
    """Whoever trusts the authority is answered, with TLS 1.2 or newer; anything older is not spoken to."""
    certificate, secret = authority.sign("console")
    async with serving(tls=Tls(certificate, secret, "console.tls")) as (url, _):
        assert url.startswith("https://")
        trust = ssl.create_default_context(cafile=str(authority.file))
        async with httpx2.AsyncClient(verify=trust) as client:
            assert (await client.get(url)).text == "hello"
        old = ssl.create_default_context(cafile=str(authority.file))
        old.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]), ssl=old)


@pytest.mark.parametrize("wrong", ["certificate", "other_key", "text", "gone"])
async def test_a_certificate_that_cannot_be_used_is_one_clear_line(
    authority: Authority, tmp_path: Path, wrong: str
) -> None:
    """It names the key in edge.yaml and both files, before anything listens."""
    certificate, secret = authority.sign("console")
    text = tmp_path / "text.pem"
    text.write_text("no certificate")
    certificate, secret = {
        "certificate": (secret, secret),
        "other_key": (certificate, authority.sign("other")[1]),
        "text": (text, text),
        "gone": (tmp_path / "gone.pem", secret),
    }[wrong]
    with pytest.raises(ConfigurationError, match=r"^console\.tls: .*cannot be (used|read): .+") as error:
        await serve(
            APP, ListenAddress("127.0.0.1", 0), "console.listen", Tls(certificate, secret, "console.tls")
        )
    assert str(secret) in str(error.value)


async def test_a_key_with_a_password_is_refused_rather_than_asked_for(
    authority: Authority, tmp_path: Path
) -> None:
    """Nobody sits at the terminal of a service."""
    from cryptography.hazmat.primitives import serialization

    certificate, secret = authority.sign("console")
    key = serialization.load_pem_private_key(secret.read_bytes(), None)
    locked = tmp_path / "locked.key"
    locked.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    with pytest.raises(ConfigurationError, match="cannot be used"):
        Tls(certificate, locked, "console.tls").context()


@pytest.mark.parametrize(
    "sent",
    [
        b"no request at all\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: \x00\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * MOST_HEADER_BYTES,
        b"GET /" + b"a" * MOST_HEADER_BYTES,
    ],
)
async def test_what_is_no_request_is_refused_with_every_header(sent: bytes) -> None:
    """Also one with headers without end; the connection is closed."""
    async with serving() as (url, _):
        answer = await _raw(url, sent)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"\r\nx-guard: yes\r\n" in answer.lower()


async def test_an_answer_has_each_header_once() -> None:
    """The application's own word for one of the server's is not told beside it."""

    async def guarded(_request: Request) -> Response:
        return PlainTextResponse("x", headers=HEADERS)

    app = Starlette(routes=[Route("/", guarded)])
    port = free_port()
    task = asyncio.create_task(serve(app, ListenAddress("127.0.0.1", port), "k", headers=HEADERS))
    try:
        async with asyncio.timeout(DEADLINE_S), httpx2.AsyncClient() as client:
            while not task.done():
                with contextlib.suppress(httpx2.ConnectError):
                    answer = await client.get(f"http://127.0.0.1:{port}/")
                    break
                await asyncio.sleep(0)
        assert answer.headers.get_list("x-guard") == ["yes"]
    finally:
        await ended(task)


async def test_any_bytes_are_survived() -> None:
    """Whatever is sent, every answer is guarded, and the next request is answered."""
    rng = random.Random(5)
    good = b"POST /late?x=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
    async with serving() as (url, _), httpx2.AsyncClient() as client:
        for _ in range(150):
            sent = bytearray(good.replace(b"/late", b"/"))
            for _ in range(rng.randrange(1, 8)):
                sent[rng.randrange(len(sent))] = rng.randrange(256)
            answer = await _raw(url, bytes(sent) + b"\r\n\r\n")
            assert b" 500 " not in answer[:20]
            assert b"Traceback" not in answer
            assert not answer or b"x-guard: yes" in answer.lower()
        assert (await client.get(url)).text == "hello"


async def _raw(url: str, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    writer.write(sent)
    with contextlib.suppress(ConnectionError):
        writer.write_eof()
    async with asyncio.timeout(DEADLINE_S):
        try:
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()
