"""HTTP servers inside a process of ours: the only uvicorn import."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from starlette.types import ASGIApp

from edge.errors import ConfigurationError
from edge.options import ListenAddress

log = structlog.get_logger(__name__)

BACKLOG = 128
CLOSE_WITHIN_S = 2
"""Requests that are still open when the server ends, such as streams to a page, are cut off after this time."""
IDLE_S = 30
MAX_CONNECTIONS = 200


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the process's own stop event."""
        yield


def listen(address: ListenAddress, key: str) -> socket.socket:
    """Return a socket that listens.

    Args:
        address: where; port 0 takes a free one.
        key: of edge.yaml, for the message.

    Raises:
        ConfigurationError: the address is taken, or not this machine's.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    server = socket.socket(family, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((address.host, address.port))
        server.listen(BACKLOG)
    except OSError as error:
        server.close()
        reason = error.strerror or str(error)
        raise ConfigurationError(
            f"{key}: cannot listen on {address.host}:{address.port}: {reason}"
        ) from error
    server.setblocking(False)
    return server


async def serve(app: ASGIApp, server: socket.socket, name: str) -> None:
    """Serve on a listening socket until cancelled, then close it."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=CLOSE_WITHIN_S,
        limit_concurrency=MAX_CONNECTIONS,
    )
    runner = _Server(config)
    host, port = server.getsockname()[:2]
    log.info("listening", server=name, address=f"http://{host}:{port}")
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(runner.serve(sockets=[server]), name=f"{name} server")
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            runner.should_exit = True
            await asyncio.wait([serving])
            raise
        finally:
            server.close()
