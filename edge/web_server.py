"""A web application on a port, until cancelled: the only module that knows uvicorn.

It takes no signals (the composition root owns them) and writes no access log.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Iterator
from typing import cast

import structlog
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from edge.errors import ConfigurationError
from edge.options import ListenAddress

log = structlog.get_logger(__name__)

GRACE_S = 0.5
"""Requests under way may finish within this time at the end; an event stream has no end of its own."""
LAST_WORDS_S = 0.2
"""How long a client that is cut short may take to read so."""
MAX_CONNECTIONS = 256
"""Beyond these a request is answered with 503 …"""
MOST_OPEN = 2 * MAX_CONNECTIONS
"""… and beyond these a connection is not taken."""
ASKING_S = 10.0
"""A connection on which nothing is asked is dropped after twice this time at most."""
_BACKLOG = 128
_REASONS = {
    errno.EADDRINUSE: "is taken: another program listens there",
    errno.EADDRNOTAVAIL: "is not an address of this machine",
    errno.EACCES: "may not be used without more rights: take a port above 1023",
}


async def serve(app: ASGIApp, listen: ListenAddress, key: str) -> None:
    """Serve until cancelled; then close within two seconds, whatever clients still hold open.

    Args:
        app: what answers.
        listen: where; port 0 takes any free one, and the log says which.
        key: the key in edge.yaml that says where, for the log and for errors.

    Raises:
        ConfigurationError: this program cannot listen there.
    """
    requests = _Requests(app)
    with _bind(listen, key) as listener:
        server = _Server(_config(requests))
        log.info("listening", key=key, url=_url(listener))
        try:
            await server.serve(sockets=[listener])
        finally:
            requests.end()
            await server.shutdown(sockets=[listener])
            for connection in list(server.server_state.connections):
                connection.transport.abort()
            await asyncio.sleep(0)  # the transports tell their protocols


_NOTHING = object()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


class _Protocol(H11Protocol):
    """A connection that is dropped when it has asked nothing for too long, or is one too many: they take the node's files."""

    _waits: object = None
    """What was last asked and had been answered, at the last look; None while an answer was under way."""
    _look: asyncio.TimerHandle

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._look = self.loop.call_later(ASKING_S, self._drop_or_look)
        if len(self.connections) > MOST_OPEN:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._look.cancel()
        super().connection_lost(exc)

    def _drop_or_look(self) -> None:
        cycle = cast("RequestResponseCycle | None", self.cycle)
        waits = _NOTHING if cycle is None else cycle if cycle.response_complete else None
        if waits is not None and waits is self._waits:
            self.transport.abort()
            return
        self._waits = waits
        self._look = self.loop.call_later(ASKING_S, self._drop_or_look)


class _Requests:
    """The application, with a way to end the requests that are under way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._limits: set[asyncio.Timeout] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        limit = asyncio.timeout(None)
        self._limits.add(limit)
        try:
            async with limit:
                await self._app(scope, receive, watched)
        except TimeoutError:
            if not limit.expired():
                raise
            await _cut_short(send, begun=begun)
        finally:
            self._limits.discard(limit)

    def end(self) -> None:
        """Give every request its grace, and no more."""
        deadline = asyncio.get_running_loop().time() + GRACE_S
        for limit in self._limits:
            limit.reschedule(deadline)


async def _cut_short(send: Send, *, begun: bool) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LAST_WORDS_S):
            if not begun:
                await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="none",
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_graceful_shutdown=1,
    )


def _bind(listen: ListenAddress, key: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    try:
        return socket.create_server((listen.host, listen.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0) or f"cannot be listened on: {error.strerror}"
        raise ConfigurationError(f"{key}: {_shown(*listen)} {reason}") from error


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{_shown(host, port)}"


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
