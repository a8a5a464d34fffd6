"""The shell of it: answers on a port, and tells systemd for as long as there is progress."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from edge.clock import Clock
from edge.errors import TransientError
from edge.health.metrics import CONTENT_TYPE, Metric, render
from edge.health.progress import Progress
from edge.options import ListenAddress
from edge.web_server import serve

log = structlog.get_logger(__name__)

CHECK_INTERVAL_S = 5.0
Metrics = Callable[[], Awaitable[Iterable[Metric]]]
Reasons = Callable[[], Sequence[str]]
"""Returns why a program is not ready; nothing when it is."""


class HealthService:
    """Probes, metrics and the watchdog of one program.

    Args:
        progress: what must move.
        metrics: gathers the figures of a scrape.
        not_ready: says what is missing.
        clock: for the progress.
        listen: where to answer; None for nowhere.
        key: the key in edge.yaml that says where.
    """

    def __init__(
        self,
        progress: Progress,
        metrics: Metrics,
        not_ready: Reasons,
        clock: Clock,
        listen: ListenAddress | None,
        key: str,
    ) -> None:
        self._progress = progress
        self._metrics = metrics
        self._not_ready = not_ready
        self._clock = clock
        self._listen = listen
        self._key = key
        self._stalled: list[str] = []

    async def run(self) -> None:
        """Answer, and tell systemd, until cancelled."""
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch(), name="watchdog")
            if self._listen is not None:
                await serve(self.app(), self._listen, self._key)
                watching.cancel()

    async def _watch(self) -> None:
        _notify("READY=1")
        while True:
            stalled = self._progress.stalled(self._clock.monotonic())
            if stalled and not self._stalled:
                log.critical("no progress; systemd will start this program anew", what=stalled)
            self._stalled = stalled
            if not stalled:
                _notify("WATCHDOG=1")
            await asyncio.sleep(CHECK_INTERVAL_S)

    def app(self) -> ASGIApp:
        """Return the application that answers."""

        async def app(scope: Scope, _receive: Receive, send: Send) -> None:
            status, kind, body = await self._answer(str(scope.get("path", "")))
            headers = [(b"content-type", kind.encode()), (b"cache-control", b"no-store")]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body.encode()})

        return app

    async def _answer(self, path: str) -> tuple[int, str, str]:
        plain = "text/plain; charset=utf-8"
        if path == "/metrics":
            try:
                return 200, CONTENT_TYPE, render(await self._metrics())
            except TransientError as error:
                return 503, plain, f"{error}\n"
        if path in ("/livez", "/readyz"):
            faults = [f"no progress: {name}" for name in self._stalled]
            faults += self._not_ready() if path == "/readyz" else ()
            return (503 if faults else 200), plain, "".join(f"{fault}\n" for fault in faults) or "ok\n"
        return 404, plain, "there are /metrics, /livez and /readyz\n"


def _notify(text: str) -> None:
    """Tell systemd, when it has started us with a socket for it (sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.sendto(text.encode(), address)
    except OSError as error:
        log.warning("systemd cannot be told", reason=str(error))
