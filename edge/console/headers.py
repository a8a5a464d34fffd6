"""What every answer says to the browser: nothing from elsewhere, no script in the page; and what becomes of a fault of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from traceback import extract_tb
from types import TracebackType

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.console.answers import FAULT, WRONG_NAME, refuse

log = structlog.get_logger(__name__)

SECURITY: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self';"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
HSTS: Mapping[str, str] = {"strict-transport-security": "max-age=31536000"}
"""Of answers over TLS: the browser does not try without it for a year."""
_ASK_FIRST, _LONG = "no-cache", "max-age=31536000, immutable"


class Headers:
    """Adds headers to every answer, and answers where the application failed.

    Args:
        app: the application.
        headers: to add.
    """

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        begun = False

        async def with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                headers.setdefault("cache-control", _LONG if _is_font(scope) else _ASK_FIRST)
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        except Exception as error:
            log_fault(error)
            if not begun:
                await refuse(FAULT)(scope, receive, with_headers)


class HostCheck:
    """Refuses requests under names that are not this console's: a foreign page has made its own name lead here.

    Args:
        app: the application.
        is_known: whether a request asks for a name of ours.
    """

    def __init__(self, app: ASGIApp, is_known: Callable[[HTTPConnection], bool]) -> None:
        self._app = app
        self._is_known = is_known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        known = self._is_known(HTTPConnection(scope))
        await (self._app if known else refuse(WRONG_NAME))(scope, receive, send)


def log_fault(error: Exception) -> None:
    """Write a fault of ours to the log: its text may hold what somebody typed, a password too; where it happened does not."""
    log.error("a request failed", kind=type(error).__name__, where=_where(error.__traceback__))


def _where(trace: TracebackType | None) -> str:
    frames: Iterable[str] = (f"{frame.name}:{frame.lineno}" for frame in extract_tb(trace))
    return " > ".join(list(frames)[-4:])


def _is_font(scope: Scope) -> bool:
    return str(scope["path"]).endswith(".woff2")
