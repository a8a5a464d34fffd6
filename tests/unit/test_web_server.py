"""What holds for a web server of ours: where it listens, how it ends, and that signals are not its business."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from structlog.testing import capture_logs

from edge.errors import ConfigurationError
from edge.options import ListenAddress
from edge.web_server import serve
from tests.servers import free_port

DEADLINE_S = 10.0
ENDS_WITHIN_S = 2.0


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
async def serving(port: int = 0) -> AsyncIterator[tuple[str, asyncio.Task[None]]]:
    """Serve `APP`; yield its URL, as the log says it, and the task."""
    with capture_logs() as logs:
        task = asyncio.create_task(serve(APP, ListenAddress("127.0.0.1", port), "console.listen"))
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
