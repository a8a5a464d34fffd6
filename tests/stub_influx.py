"""A stand-in for InfluxDB 1.x, 2.x and 3 over HTTP: answers as their status table says, and keeps what it accepts.

What they do with a write that holds bad lines differs, and is why it exists: 1.x writes the good ones and counts the bad,
2.x refuses a batch that does not parse and writes the rest of one with a conflict, 3 writes nothing and names the line.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

VERSIONS = {1: "1.8.10", 2: "v2.7.1", 3: "3.1.0"}
Answer = tuple[int, Mapping[str, str], str]


@dataclass
class StubInflux:
    """What a server knows and does.

    Attributes:
        major: 1, 2 or 3.
        databases: that exist.
        max_body: bytes; larger ones get 413.
        scripted: answers to the next writes, before anything else is looked at.
        refuses: whether a line has a conflict.
        expired: whether a line is beyond retention.
        chokes: whether the server fails within itself on a line.
        token: what it asks for; None for nothing.
        version: in place of the usual one; "" for none.
        paths: where writes came.
    """

    major: int
    databases: set[str] = field(default_factory=lambda: {"chili"})
    max_body: int = 10**9
    scripted: list[Answer] = field(default_factory=list)
    refuses: Callable[[str], bool] = lambda _line: False
    expired: Callable[[str], bool] = lambda _line: False
    chokes: Callable[[str], bool] = lambda _line: False
    token: str | None = None
    version: str | None = None
    port: int = 0
    paths: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    writes: int = 0
    zipped: int = 0

    @property
    def named(self) -> str:
        """Return its version."""
        return VERSIONS[self.major] if self.version is None else self.version

    @contextmanager
    def serve(self) -> Iterator[StubInflux]:
        """Answer on a port of its own."""
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(stub.get(self.path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                if self.headers["Content-Encoding"] == "gzip":
                    body = gzip.decompress(body)
                    stub.zipped += 1
                self._answer(stub.post(self.path, body, self.headers["Authorization"]))

            def _answer(self, answer: Answer) -> None:
                status, headers, text = answer
                self.send_response(status)
                for key, value in {"X-Influxdb-Version": stub.named, **headers}.items():
                    self.send_header(key, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                if status != 204:
                    self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def get(self, path: str) -> Answer:
        """Answer a GET."""
        if path == "/ping":
            return 204, {}, ""
        if self.major == 2 and path.startswith("/api/v2/orgs"):
            return 200, {}, json.dumps({"orgs": [{"id": "o1"}]})
        return 404, {}, json.dumps({"code": "not found", "message": "path not found"})

    def post(self, path: str, body: bytes, token: str | None) -> Answer:
        """Answer a POST."""
        parts = urlsplit(path)
        if parts.path == "/api/v2/buckets" and self.major == 2:
            self.databases.add(json.loads(body)["name"])
            return 201, {}, "{}"
        if parts.path == "/api/v3/configure/database" and self.major == 3:
            self.databases.add(json.loads(body)["db"])
            return 200, {}, ""
        if parts.path == "/query":
            text = parse_qs(body.decode())["q"][0]
            self.databases.add(text.split('"')[1])
            return 200, {}, json.dumps({"results": [{"statement_id": 0}]})
        self.paths.append(parts.path)
        query = parse_qs(parts.query)
        return self._write(query.get("db", query.get("bucket", [""]))[0], body, token)

    def _write(self, database: str, body: bytes, token: str | None) -> Answer:
        self.writes += 1
        refused = self._refuse_whole(database, body, token)
        return self._take(body.decode().split("\n")) if refused is None else refused

    def _refuse_whole(self, database: str, body: bytes, token: str | None) -> Answer | None:
        if self.scripted:
            return self.scripted.pop(0)
        if self.token is not None and token != f"Token {self.token}":
            return 401, {}, json.dumps({"code": "unauthorized", "message": "unauthorized access"})
        if len(body) > self.max_body:
            return 413, {}, json.dumps({"error": "Request Entity Too Large"})
        if database not in self.databases:
            return self._missing(database)
        return None

    def _take(self, lines: list[str]) -> Answer:
        if any(map(self.chokes, lines)):
            return 500, {}, json.dumps({"error": "panic: index out of range"})
        bad = [number for number, line in enumerate(lines) if self.refuses(line) or self.expired(line)]
        if not bad:
            self.lines += lines
            return 204, {}, ""
        if self.major == 3:
            return 400, {}, _named(lines, bad[0])
        self.lines += [line for number, line in enumerate(lines) if number not in bad]
        reason = (
            "points beyond retention policy"
            if any(self.expired(lines[number]) for number in bad)
            else 'field type conflict: input field "n" on measurement "count" is type float, already exists as type integer'
        )
        text = f"partial write: {reason} dropped={len(bad)}"
        if self.major == 1:
            return 400, {}, json.dumps({"error": text})
        return 422, {}, json.dumps({"code": "unprocessable entity", "message": text})

    def _missing(self, database: str) -> Answer:
        if self.major == 2:
            return 404, {}, json.dumps({"code": "not found", "message": f'bucket "{database}" not found'})
        return 404, {}, json.dumps({"error": f'database not found: "{database}"'})


def _named(lines: list[str], number: int) -> str:
    """Return what InfluxDB 3 says of the first bad line."""
    data = {"original_line": lines[number], "line_number": number + 1, "error_message": "invalid column type"}
    return json.dumps({"error": "parsing failed for write_lp endpoint", "data": data})
