"""HTTP as crude as an attendance terminal speaks it: one request per connection, the answer read to its end."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from urllib.parse import urlsplit

_MAX_BODY = 65_536
_STATUS_PARTS = 2


class BadResponseError(Exception):
    """What answered does not speak HTTP."""


@dataclass(frozen=True, slots=True)
class Response:
    """Status code and text of an answer."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class HttpClient:
    """Speaks to one server.

    Attributes:
        host: name or address.
        port: TCP port.
        timeout_s: for a whole request.
    """

    host: str
    port: int
    timeout_s: float = 5.0

    @classmethod
    def for_url(cls, url: str) -> HttpClient:
        """Return the client for `http://host:port`.

        Raises:
            ValueError: it isn't such an URL.
        """
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname or parts.path not in ("", "/") or parts.query:
            raise ValueError(f"not of the form http://host:port: {url!r}")
        return cls(parts.hostname, parts.port or 80)

    async def request(self, method: str, path: str, body: bytes = b"") -> Response:
        """Ask once.

        Raises:
            OSError: nobody answers, or not in time.
            BadResponseError: the answer is not HTTP.
        """
        head = (
            f"{method} {path} HTTP/1.1\r\n"
            f"Host: {self.host}:{self.port}\r\n"
            "User-Agent: iClock Proxy/1.09\r\n"
            "Connection: close\r\n"
            "Content-Type: text/plain\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        async with asyncio.timeout(self.timeout_s):
            reader, writer = await asyncio.open_connection(self.host, self.port)
            try:
                writer.write(head.encode("ascii") + body)
                await writer.drain()
                return await _read_response(reader)
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()


async def _read_response(reader: asyncio.StreamReader) -> Response:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status_line, *headers = head.split("\r\n")
        status = int(status_line.split(maxsplit=_STATUS_PARTS)[1])
        length = next(
            (int(h.partition(":")[2]) for h in headers if h.lower().startswith("content-length:")), None
        )
        body = await (
            reader.read(_MAX_BODY) if length is None else reader.readexactly(min(length, _MAX_BODY))
        )
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, IndexError, ValueError) as error:
        raise BadResponseError(f"not an HTTP answer: {error}") from error
    return Response(status, body.decode("utf-8", "replace"))
