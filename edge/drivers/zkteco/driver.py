"""The HTTP server that ZKTeco terminals push their records to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from zoneinfo import ZoneInfo

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from edge.drivers.zkteco import attlog
from edge.drivers.zkteco.options import TerminalOptions
from edge.errors import TransientError
from edge.model.personnel import Punch
from edge.web_server import listen, serve

log = structlog.get_logger(__name__)

KEY = "people.terminals.listen"
RECORDS = "ATTLOG"
_ENCODINGS = ("utf-8", "gbk")
"""Terminals with Chinese firmware write GBK."""

Accept = Callable[[Sequence[Punch]], Awaitable[None]]
"""Takes punches; returns when they are on disk."""


class TerminalListener:
    """Answers terminals, and hands on what they recorded.

    An upload is confirmed only after `accept` has returned: a terminal keeps what was not confirmed and sends it again,
    so a node that dies in between loses nothing. What a terminal sends besides attendance (operation logs, faces,
    fingerprints) is confirmed and dropped, or it would be sent for ever.

    Args:
        options: where to listen, and which terminals may speak.
        zone: of the terminals' clocks.
        accept: takes the punches.
    """

    def __init__(self, options: TerminalOptions, zone: ZoneInfo, accept: Accept) -> None:
        self._options = options
        self._zone = zone
        self._accept = accept
        self._known: set[str] = set()
        self.app = Starlette(
            routes=[
                Route("/iclock/{page}", self._answer, methods=["GET", "POST"]),
                # Some firmware doubles the folder.
                Route("/iclock/iclock/{page}", self._answer, methods=["GET", "POST"]),
            ]
        )
        """The server's pages."""

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            ConfigurationError: the address cannot be listened on.
        """
        await serve(self.app, listen(self._options.listen, KEY), "terminals")

    async def _answer(self, request: Request) -> PlainTextResponse:
        serial = request.query_params.get("SN", "")
        if serial not in self._options.serials:
            log.warning(
                "unknown terminal", serial=serial[:40], address=request.client and request.client.host
            )
            return PlainTextResponse("unknown terminal\n", 403)
        if serial not in self._known:
            self._known.add(serial)
            log.info("terminal speaks", serial=serial)
        page = request.path_params["page"].partition(".")[0]
        if page == "cdata" and request.method == "POST":
            return await self._upload(request, serial)
        if page == "cdata":
            return PlainTextResponse(attlog.options(serial))
        if page in ("getrequest", "devicecmd", "ping"):
            return PlainTextResponse("OK")  # no commands: nothing is ever written to a terminal
        return PlainTextResponse("unknown page\n", 404)

    async def _upload(self, request: Request, serial: str) -> PlainTextResponse:
        body = await _read(request, self._options.max_body_kb * 1024)
        if body is None:
            log.warning("upload too long", serial=serial, limit_kb=self._options.max_body_kb)
            return PlainTextResponse("too long\n", 413)
        if request.query_params.get("table", "").upper() != RECORDS:
            return PlainTextResponse("OK")
        upload = attlog.parse(_text(body), serial, self._zone)
        if upload.bad_lines:
            # How many, never what: a line holds somebody's number.
            log.warning("lines that are no punches", serial=serial, count=upload.bad_lines)
        try:
            await self._accept(upload.punches)
        except TransientError as error:
            log.error("punches not kept; the terminal will send them again", serial=serial, reason=str(error))
            return PlainTextResponse("try again\n", 503)
        return PlainTextResponse(f"OK: {len(upload.punches) + upload.bad_lines}")


async def _read(request: Request, limit: int) -> bytes | None:
    """Return a request's body; None when it is longer than `limit` bytes, of which no more is read."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


def _text(body: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode("ascii", errors="replace")
