"""A web application on a port, until cancelled: the only module that knows uvicorn.

It takes no signals (the composition root owns them) and writes no access log.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import h11
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
MOST_HEADER_BYTES = 16_384
"""Of a request's first line and headers together."""
_BACKLOG = 128
_REASONS = {
    errno.EADDRINUSE: "is taken: another program listens there",
    errno.EADDRNOTAVAIL: "is not an address of this machine",
    errno.EACCES: "may not be used without more rights: take a port above 1023",
}


@dataclass(frozen=True, slots=True)
class Tls:
    """What a server shows to be itself: certificate with its chain and its key, PEM; and the key in edge.yaml that names them."""

    certificate: Path
    secret: Path
    key: str

    def context(self) -> ssl.SSLContext:
        """Return how to talk to clients: TLS 1.2 or newer.

        Raises:
            ConfigurationError: the files cannot be used.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            # A key with a password of its own would have it asked for on the terminal.
            context.load_cert_chain(self.certificate, self.secret, password="")
        except ssl.SSLError as error:
            reason = (error.reason or "").replace("_", " ").lower() or "not a certificate and its key, PEM"
            raise ConfigurationError(
                f"{self.key}: {self.certificate} and {self.secret} cannot be used: {reason}"
            ) from None
        except OSError as error:
            raise ConfigurationError(
                f"{self.key}: {self.certificate} or {self.secret} cannot be read: {error.strerror}"
            ) from None
        return context


async def serve(
    app: ASGIApp,
    listen: ListenAddress,
    key: str,
    tls: Tls | None = None,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Serve until cancelled; then close within two seconds, whatever clients still hold open.

    Args:
        app: what answers.
        listen: where; port 0 takes any free one, and the log says which.
        key: the key in edge.yaml that says where, for the log and for errors.
        tls: by which certificate; None = without encryption.
        headers: of every answer; also when a request is none, the server is overloaded, or ends.

    Raises:
        ConfigurationError: this program cannot listen there, or not by that certificate.
    """
    context = tls.context() if tls else None
    requests = _Requests(app, headers or {})
    with _bind(listen, key) as listener:
        server = _Server(_config(requests, headers or {}, context))
        log.info("listening", key=key, url=_url(listener, secure=context is not None))
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

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, with the headers that every answer has."""
        body = msg.encode("ascii")
        headers = [
            *self.config.encoded_headers,
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        start = h11.Response(status_code=400, headers=headers, reason=b"Bad Request")
        for event in (start, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _drop_or_look(self) -> None:
        cycle = cast("RequestResponseCycle | None", self.cycle)
        waits = _NOTHING if cycle is None else cycle if cycle.response_complete else None
        if waits is not None and waits is self._waits:
            self.transport.abort()
            return
        self._waits = waits
        self._look = self.loop.call_later(ASKING_S, self._drop_or_look)


class _Requests:
    """The application, with a way to end the requests that are under way; the server's headers are told once."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._told = frozenset(name.lower().encode() for name in headers)
        self._limits: set[asyncio.Timeout] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start":
                rest = [one for one in message.get("headers", ()) if one[0].lower() not in self._told]
                message = {**message, "headers": rest}
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


def _config(app: ASGIApp, headers: Mapping[str, str], context: ssl.SSLContext | None) -> uvicorn.Config:
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
        headers=list(headers.items()),
        h11_max_incomplete_event_size=MOST_HEADER_BYTES,
        ssl_context_factory=(lambda _config, _default: context) if context else None,
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


def _url(listener: socket.socket, *, secure: bool) -> str:
    host, port = listener.getsockname()[:2]
    return f"{'https' if secure else 'http'}://{_shown(host, port)}"


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
