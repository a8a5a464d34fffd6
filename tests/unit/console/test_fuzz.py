"""Any path, method, header, cookie and body: no fault of ours, nothing for strangers. `make fuzz` is the long form."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from edge.console.app import PAGES
from edge.console.headers import SECURITY
from edge.console.posts import MOST_BYTES
from tests.unit.console.browser import (
    FOREIGN,
    HERE,
    HOST,
    PASSWORD,
    THERE,
    Answer,
    Browser,
    Console,
    ask,
    console,
)

REQUESTS = int(os.environ.get("CONSOLE_FUZZ", "2000"))
SEED = 21
SECRETS = (b"s3cr3t", b'"machines": [', b'"machines":[', b'"entries":[', b"scrypt$", PASSWORD.encode())
"""What figures, names, files and the audit have in them, and pages have not."""
MOST_MEMORY = 24_000_000
API = (
    "/api/me",
    "/api/snapshot",
    "/api/live",
    "/api/figures",
    "/api/away",
    "/api/names",
    "/api/audit",
    "/api/login",
    "/api/logout",
    "/api/actions/mark",
    "/files/report",
    "/static/main.js",
    "/static/words.json",
)
ODD = (
    "\x00", "..", "/", "//", "%00", "%2e%2e/", "\\", "\r\n", "é", "汉", "\ufffd", "~", "|", "'", '"', "<script>",
    "a" * 300, "/" * 50, "/../../etc/passwd", "/static/../app.py", ";", "%", "*", "${env:HOME}", "{{7*7}}", "' OR 1=1--",
)  # fmt: skip
METHODS = (
    "GET",
    "GET",
    "POST",
    "POST",
    "POST",
    "HEAD",
    "PUT",
    "DELETE",
    "OPTIONS",
    "PATCH",
    "TRACE",
    "get",
    "X" * 40,
)
VALUES = (
    b"", b"0", b"-1", b"\xff\xfe", b"bytes=0-1", b"bytes=-1", b"bytes=9-1", b"bytes=0-0,2-3,9-99999999999999999999",
    b"application/json", b"text/plain", b"same-origin", b"cross-site", FOREIGN.encode(), b"null", b"127.0.0.1", b"::1",
    b"W/\"x\"", b"Thu, 01 Jan 1970 00:00:00 GMT", b"99999999999999999999", b"chunked", b"gzip", b"x" * 4000, "汉".encode(),
    b"chili-edge=x; __Host-chili-edge=y", b"__Host-chili-edge=" + b"A" * 43, b"=;=;;", b"a=\"", b"multipart/form-data; boundary=x",
)  # fmt: skip
NAMES = (
    b"accept", b"authorization", b"cookie", b"content-type", b"content-length", b"origin", b"sec-fetch-site", b"range",
    b"if-none-match", b"if-modified-since", b"if-range", b"x-forwarded-for", b"forwarded", b"x-csrf-token", b"host",
    b"transfer-encoding", b"upgrade", b"connection", b"x-http-method-override", b"te", b"expect", b"referer",
)  # fmt: skip
JSON: tuple[object, ...] = (
    None, True, 0, -1, 2**63, 1e308, "", "x", "\x00", "汉" * 50, "\ud800", [], {}, {"user": "vera"}, {"text": "x"},
    {"text": "wrong"}, {"text": "away"}, {"text": None}, {"user": "vera", "password": "x"}, {"user": ["x"], "password": {}},
    {"user": "\x00", "password": "\ud800"}, {"user": "v" * 64, "password": "p" * 1024}, {"__proto__": {"role": "admin"}},
)  # fmt: skip


class Fuzz:
    """Makes requests, most of them nearly right."""

    def __init__(self, made: Console, rng: random.Random, known: list[Browser]) -> None:
        self._made = made
        self._rng = rng
        self._known = known

    async def once(self) -> tuple[Answer, Browser | None, str]:
        """Ask once; return the answer, who asked (None for a stranger), and what."""
        rng = self._rng
        who = rng.choice(self._known) if rng.random() < 0.4 else None
        method, target = rng.choice(METHODS), self._target()
        headers = self._headers(who)
        peer = rng.choice((THERE, f"10.0.0.{rng.randrange(250)}", "", HERE if who else "fe80::1"))
        return (
            await ask(self._made.application, method, target, headers, peer, self._body()),
            who,
            f"{method} {target!r}",
        )

    def _target(self) -> str:
        rng = self._rng
        path = rng.choice((*API, *API, *PAGES))
        for _ in range(rng.choice((0, 0, 0, 1, 2))):
            cut = rng.randrange(len(path) + 1)
            path = path[:cut] + rng.choice(ODD) + path[cut + rng.randrange(3) :]
        if rng.random() < 0.3:
            path += "?" + rng.choice(
                (
                    "bad=1",
                    "before=5",
                    "before=-1",
                    "before=" + "9" * 40,
                    "before=%FF",
                    "=&=&;",
                    "a=" + rng.choice(ODD),
                )
            )
        return path

    def _headers(self, who: Browser | None) -> list[tuple[bytes, bytes]]:
        rng = self._rng
        headers = [(b"host", HOST.encode())]
        if rng.random() < 0.6:
            headers += [
                (b"origin", f"https://{HOST}".encode()),
                (b"sec-fetch-site", b"same-origin"),
                (b"content-type", b"application/json"),
            ]
        if who is not None:
            headers.append((b"cookie", "; ".join(f"{k}={v}" for k, v in who.cookies.items()).encode()))
            if rng.random() < 0.8:
                headers.append((b"x-csrf-token", who.csrf.encode()))
        headers += [(rng.choice(NAMES), rng.choice(VALUES)) for _ in range(rng.choice((0, 0, 1, 2, 30)))]
        if rng.random() < 0.1:
            del headers[rng.randrange(len(headers))]
        return headers

    def _body(self) -> list[bytes]:
        rng = self._rng
        body = json.dumps(rng.choice(JSON)).encode()
        match rng.randrange(8):
            case 0:
                body = rng.randbytes(rng.randrange(200))
            case 1:
                body = body[: rng.randrange(len(body) + 1)] + rng.randbytes(3)
            case 2:
                body = rng.choice(
                    (b"[" * 5000, b'{"a":' * 5000, b"a=b&c=d", b"--x\r\nContent-Disposition: form-data\r\n")
                )
            case 3 if rng.random() < 0.1:
                return [bytes(8192)] * 40
        cut = rng.randrange(len(body) + 1)
        return [body[:cut], body[cut:]]


@pytest.mark.timeout(0 if REQUESTS > 2000 else 120)
async def test_anything_is_answered_in_order(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """No 500, no traceback in an answer or the log, no figure without a role, guarded answers, bounded memory."""
    rng = random.Random(SEED)
    caplog.set_level(logging.DEBUG)
    statuses: Counter[int] = Counter()
    async with console(tmp_path) as made:
        known = [made.browser() for _ in range(3)]
        for browser, user in zip(known, ("vera", "sun", "ada"), strict=True):
            await browser.log_in(user)
        fuzz = Fuzz(made, rng, known)
        tracemalloc.start()
        with capture_logs() as logs:
            for number in range(REQUESTS):
                if number % 500 == 0:
                    await _log_in_again(made, known)
                    logs[:] = [line for line in logs if line["log_level"] not in {"info", "warning"}]
                answer, who, what = await fuzz.once()
                statuses[answer.status] += 1
                _check(answer, who, what)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < MOST_MEMORY
    assert not [line for line in logs if line["log_level"] in {"error", "critical"}], logs
    told = caplog.text + str(logs)
    assert "Traceback" not in told
    assert PASSWORD not in told
    assert statuses.keys() <= {200, 206, 304, 400, 401, 403, 404, 405, 413, 415, 416, 429, 503}
    assert min(statuses[status] for status in (200, 400, 401, 403, 404, 405)) > REQUESTS // 100


async def _log_in_again(made: Console, known: list[Browser]) -> None:
    """Bring everybody in again: the fuzz has logged some of them out, and time has passed."""
    made.clock.advance(3000)
    for browser, user in zip(known, ("vera", "sun", "ada"), strict=True):
        assert (await browser.log_in(user)).status in {200, 429}


def _check(answer: Answer, who: Browser | None, what: str) -> None:
    assert answer.status != 500, what
    assert b"Traceback" not in answer.body, what
    assert {name: answer.headers.get(name) for name in SECURITY} == dict(SECURITY), what
    if who is None:
        assert not any(secret in answer.body for secret in SECRETS), what
        assert not any("Max-Age" in cookie and '=""' not in cookie for cookie in answer.cookies), what


async def test_no_more_is_read_than_may_be_sent(tmp_path: Path) -> None:
    """A body without end is left after 64 kB, and is not looked at at all when its sender may not send it."""
    async with console(tmp_path) as made:
        browser = made.browser()
        await browser.log_in("sun")
        for headers, most in ((browser.csrf, MOST_BYTES + 8192), ("", MOST_BYTES + 8192)):
            taken = await _endless(made, browser, {"x-csrf-token": headers})
            assert taken <= most
        assert await _endless(made, browser, {"origin": FOREIGN}) == 0


async def _endless(made: Console, browser: Browser, more: dict[str, str]) -> int:
    taken = 0
    told: dict[str, str] = {
        "host": HOST,
        "origin": browser.origin,
        "sec-fetch-site": "same-origin",
        "content-type": "application/json",
        "cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items()),
        **more,
    }
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": "/api/actions/mark",
        "raw_path": b"/api/actions/mark",
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in told.items()],
        "client": (THERE, 1),
        "server": (HERE, 8080),
    }
    statuses = []

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 8192
        return {"type": "http.request", "body": bytes(8192), "more_body": True}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async with asyncio.timeout(10):
        await made.application(scope, receive, send)
    assert statuses in ([413], [403])
    return taken
