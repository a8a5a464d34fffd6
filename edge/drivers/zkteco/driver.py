"""The HTTP listener for ZKTeco push terminals (ADMS): the shell around `attlog`, `rtlog`, `terminal_clock` and `replies`.

A terminal keeps its records until it reads OK, and it reads OK only after they were accepted, that is: committed.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from edge.clock import Clock
from edge.drivers.zkteco import attlog, replies, rtlog
from edge.drivers.zkteco.options import TerminalOptions
from edge.drivers.zkteco.terminal_clock import TerminalClock
from edge.errors import TransientError
from edge.model.calendar import NS, local_time
from edge.model.personnel import Punch
from edge.web_server import serve

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a terminal said.

    Attributes:
        serial: of the terminal.
        known: whether it may speak; of others nothing is taken.
        punches: at the time at which they were made.
        error: ns by which its clock is ahead.
    """

    serial: str
    known: bool
    punches: tuple[Punch, ...] = ()
    error: int = 0


Accept = Callable[[Heard], Awaitable[None]]
"""Takes what a terminal said and returns when it is committed; a TransientError makes the terminal send it again."""

KEY = "people.terminals.listen"
BODY_DEADLINE_S = 20.0
_KIB = 1024
_MAX_STRANGERS = 64
_PREFIXES = ("/iclock", "/iclock/iclock")
_SUFFIXES = ("", ".aspx", ".php")
"""Firmwares add these to every path."""


class _RefusedError(Exception):
    """A request that gets a 4xx or 503."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class TerminalListener:
    """The server side of the push protocol; everything but attendance records is confirmed and dropped.

    Args:
        options: where to listen, and to whom.
        zone: the terminals show this zone's time.
        clock: what time it is.
        accept: where punches go.
        errors: what the terminals' clocks were off when the node last ran, ns by serial number.
    """

    def __init__(
        self,
        options: TerminalOptions,
        zone: ZoneInfo,
        clock: Clock,
        accept: Accept,
        errors: Mapping[str, int] | None = None,
    ) -> None:
        self._options = options
        self._zone = zone
        self._clock = clock
        self._accept = accept
        self._stamps: dict[str, str] = {}
        self._strangers: set[str] = set()
        self._clocks = {serial: TerminalClock((errors or {}).get(serial, 0)) for serial in options.serials}
        self.app = Starlette(routes=list(self._routes()))

    async def run(self) -> None:
        """Listen until cancelled.

        Raises:
            ConfigurationError: the address is taken.
        """
        await serve(self.app, self._options.listen, KEY)

    def _routes(self) -> list[Route]:
        endpoints = (
            ("cdata", self._hello, "GET"),
            ("cdata", self._upload, "POST"),
            ("getrequest", self._nothing, "GET"),
            ("devicecmd", self._dropped, "POST"),
            ("ping", self._nothing, "GET"),
            ("registry", self._register, "POST"),
            ("registry", self._register, "GET"),
            ("push", self._register, "POST"),
            ("push", self._register, "GET"),
        )
        return [
            Route(f"{prefix}/{name}{suffix}", self._guarded(endpoint), methods=[method])
            for name, endpoint, method in endpoints
            for prefix in _PREFIXES
            for suffix in _SUFFIXES
        ]

    def _guarded(
        self, endpoint: Callable[[Request, str], Awaitable[str]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return an endpoint that only known terminals reach, and whose refusals are said and answered."""

        async def guarded(request: Request) -> Response:
            serial = request.query_params.get("SN", "")
            if serial not in self._options.serials:
                await self._say_stranger(serial, request)
                return PlainTextResponse("this terminal is not configured\n", 403)
            try:
                return PlainTextResponse(await endpoint(request, serial))
            except _RefusedError as error:
                log.warning("terminal refused", terminal=serial, status=error.status, reason=str(error))
                return PlainTextResponse(f"{error}\n", error.status)

        return guarded

    async def _hello(self, request: Request, serial: str) -> str:
        self._clocks[serial].heard(self._clock.now())
        log.info("terminal says hello", terminal=serial)
        if request.query_params.get("DeviceType", "att") == "acc":
            return replies.registration(serial)
        minutes = serial in self._options.minutes
        return replies.options(serial, self._stamps.get(serial), self._offset(), minutes=minutes)

    async def _upload(self, request: Request, serial: str) -> str:
        live = self._clocks[serial].heard(self._clock.now())
        body = await self._body(request)
        table = request.query_params.get("table", "").upper()
        if table not in ("ATTLOG", "RTLOG"):
            return replies.confirmation(request.query_params)
        parse = attlog.parse if table == "ATTLOG" else rtlog.parse
        # A terminal's whole memory takes a tenth of a second per MiB: long enough to make PLC readings late.
        upload = await asyncio.to_thread(parse, body, serial, self._zone)
        await self._take(upload, serial, live=live)
        stamp = request.query_params.get("Stamp", "")
        if replies.is_stamp(stamp):
            self._stamps[serial] = stamp
        return f"OK: {len(upload.punches)}" if table == "ATTLOG" else "OK"

    async def _take(self, upload: attlog.Upload, serial: str, *, live: bool) -> None:
        if upload.faults:
            first = upload.faults[0]
            reason = f"line {first.line}: {first.reason}"
            if not upload.punches:
                raise _RefusedError(400, f"not an attendance log: {reason}")
            log.warning(
                "lines of a terminal dropped", terminal=serial, lines=len(upload.faults), reason=reason
            )
        if not upload.punches:
            return
        clock = self._clocks[serial]
        self._measure(upload.punches, serial, live=live)
        try:
            await self._accept(Heard(serial, True, tuple(clock.corrected(upload.punches)), clock.error))
        except TransientError as error:
            clock.failed()
            raise _RefusedError(503, f"cannot keep records now: {error}") from error
        clock.taken()
        log.info("punches taken", terminal=serial, punches=len(upload.punches))

    async def _register(self, request: Request, serial: str) -> str:
        self._clocks[serial].heard(self._clock.now())
        await self._body(request)
        return replies.registration(serial)

    async def _nothing(self, _request: Request, serial: str) -> str:
        """Answer a terminal that asks for commands: there are none."""
        self._clocks[serial].heard(self._clock.now())
        return "OK"

    async def _dropped(self, request: Request, _serial: str) -> str:
        await self._body(request)
        return "OK"

    async def _body(self, request: Request) -> bytes:
        limit = self._options.max_body_kb * _KIB
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_DEADLINE_S):
                async for part in request.stream():
                    body += part
                    if len(body) > limit:
                        raise _RefusedError(413, f"an upload of more than {self._options.max_body_kb} KiB")
        except TimeoutError:
            raise _RefusedError(408, f"an upload that takes longer than {BODY_DEADLINE_S:g} s") from None
        except ClientDisconnect:
            raise _RefusedError(400, "an upload that ends too early") from None
        return bytes(body)

    def _measure(self, punches: Sequence[Punch], serial: str, *, live: bool) -> None:
        """Learn what the terminal's clock is off, and say so when that is news."""
        clock = self._clocks[serial]
        before = clock.error
        clock.measure(punches, self._clock.now(), live=live)
        if clock.error == before:
            return
        if not clock.error:
            log.info("terminal's clock is right again", terminal=serial)
            return
        minutes, error_s = serial in self._options.minutes, clock.error // NS
        hint = "set it: its records are corrected meanwhile"
        if replies.wrong_dialect(error_s, self._offset(), minutes=minutes):
            hint = "it reads TimeZone in the other unit: see people.terminals.minutes"
        log.warning("terminal's clock is wrong", terminal=serial, ahead_s=error_s, hint=hint)

    def _offset(self) -> timedelta | None:
        return local_time(self._clock.now(), self._zone).utcoffset()

    async def _say_stranger(self, serial: str, request: Request) -> None:
        """Say once of each unknown terminal that it was refused; a flood of them is not worth a flood of lines."""
        shown = serial if replies.is_serial(serial) else "unreadable"
        if shown not in self._strangers and len(self._strangers) < _MAX_STRANGERS:
            self._strangers.add(shown)
            sender = request.client.host if request.client else "unknown"
            log.warning("terminal is not in people.terminals.serials", terminal=shown, sender=sender)
            with contextlib.suppress(TransientError):
                await self._accept(Heard(shown, known=False))
