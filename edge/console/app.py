"""The console's routes and what every answer of it says to the browser: nothing from elsewhere, no script in the page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.console.live import Live

STATIC = Path(__file__).with_name("static")
RETRY_MS = 2000
HOSTS = ("127.0.0.1", "localhost", "[::1]")
"""Names of this machine. Another one in a request means that a foreign page has made its own name lead here."""
SECURITY: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self';"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_NEVER, _ASK_FIRST, _LONG = "no-store", "no-cache", "max-age=31536000, immutable"


def app(live: Live) -> Starlette:
    """Return the console as an ASGI application; somebody must run `live` meanwhile."""

    async def snapshot(_request: Request) -> Response:
        _, text = await live.after(0)
        return Response(text, media_type="application/json", headers={"cache-control": _NEVER})

    async def events(_request: Request) -> Response:
        return StreamingResponse(
            _events(live),
            media_type="text/event-stream",
            headers={"cache-control": _NEVER, "x-accel-buffering": "no"},
        )

    return Starlette(
        routes=[
            Route("/", _page),
            Route("/api/snapshot", snapshot),
            Route("/api/live", events),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[
            Middleware(_Headers),
            Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False),
        ],
    )


async def _page(_request: Request) -> Response:
    return FileResponse(STATIC / "index.html")


async def _events(live: Live) -> AsyncIterator[str]:
    yield f"retry: {RETRY_MS}\n\n"
    number = 0
    while True:
        # Whoever reads slowly misses updates; none of them waits in a queue.
        number, text = await live.after(number)
        yield f"data: {text}\n\n"


class _Headers:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY)
                headers.setdefault("cache-control", _LONG if _is_font(scope) else _ASK_FIRST)
            await send(message)

        await self._app(scope, receive, with_headers)


def _is_font(scope: Scope) -> bool:
    return str(scope["path"]).endswith(".woff2")
