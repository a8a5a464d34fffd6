"""A browser of the tests: it asks the console as an ASGI application, from any address, and keeps what it is given."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Scope

from edge.console.access.access import Access
from edge.console.access.audit import Entry, Outcome
from edge.console.access.file import File
from edge.console.access.hasher import Hasher
from edge.console.access.passwords import Cost, hashed
from edge.console.access.questions import audit_question
from edge.console.access.roles import Role
from edge.console.access.store import Store
from edge.console.access.users import User
from edge.console.actions.action import Action, Done, Form
from edge.console.app import app
from edge.console.live import Live
from edge.console.options import ConsoleOptions
from edge.console.question import (
    BadQuestionError,
    Download,
    Parameters,
    PersonalQuestion,
    Question,
)
from edge.console.question import File as Loaded
from edge.console.snapshot import take_snapshot
from edge.errors import TransientError
from tests.fakes import FakeClock
from tests.unit.console.sample import NOW, PLANT, at_work
from tests.unit.reports.sample import MemoryHistorian

CHEAP = Cost(n=16, r=1)
PASSWORD = "泡椒坛子里的秘密 42"
HERE, THERE, FOREIGN = "127.0.0.1", "192.168.1.20", "https://evil.example"
HOST = "chili.lan"
LOOPBACK: dict[str, Any] = {"listen": "127.0.0.1:8080", "tls": None, "hosts": []}
"""Options of a console that only this machine reaches."""
MOST_CHUNKS = 3
"""Of a stream, after which the test's browser goes away."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The key of a refusal."""
        return str(self.json["error"])


async def ask(
    application: ASGIApp,
    method: str,
    target: str,
    headers: Sequence[tuple[bytes, bytes]],
    peer: str,
    body: Sequence[bytes] = (),
    scheme: str = "https",
) -> Answer:
    """Send one request; a stream is left after some chunks."""
    path, _, query = target.partition("?")
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": scheme,
        "path": path,
        "raw_path": path.encode("utf-8", "surrogateescape"),
        "root_path": "",
        "query_string": query.encode("utf-8", "surrogateescape"),
        "headers": list(headers),
        "client": (peer, 50_000),
        "server": (HERE, 8080),
    }
    parts, gone = list(body) or [b""], asyncio.Event()
    started: list[Message] = []
    received: list[bytes] = []

    async def receive() -> Message:
        if parts:
            part = parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(parts)}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.append(message)
            return
        received.append(message.get("body", b""))
        if len(received) >= MOST_CHUNKS:
            gone.set()

    await application(scope, receive, send)
    (start,) = started
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
    cookies = tuple(value for name, value in pairs if name == "set-cookie")
    return Answer(start["status"], dict(pairs), b"".join(received), cookies)


@dataclass
class Browser:
    """Somebody at a page of the console."""

    application: ASGIApp
    peer: str = THERE
    host: str = HOST
    scheme: str = "https"
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    @property
    def origin(self) -> str:
        """Where its page is from."""
        return f"{self.scheme}://{self.host}"

    async def get(self, target: str, **headers: str) -> Answer:
        """Ask for something."""
        return await self._ask("GET", target, headers)

    async def post(self, target: str, document: object = None, **headers: str) -> Answer:
        """Send something as the page's script does; a header of "" is left out."""
        told = {
            "origin": self.origin,
            "sec-fetch-site": "same-origin",
            "content-type": "application/json",
            "x-csrf-token": self.csrf,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        body = document if isinstance(document, bytes) else json.dumps(document or {}).encode()
        return await self._ask("POST", target, told, body)

    async def log_in(self, user: str, password: str = PASSWORD, **headers: str) -> Answer:
        """Log in, and keep the token."""
        answer = await self.post("/api/login", {"user": user, "password": password}, **headers)
        if answer.status == 200:
            self.csrf = answer.json["csrf"]
        return answer

    async def act(self, name: str, document: object) -> Answer:
        """Do something."""
        return await self.post(f"/api/actions/{name}", document)

    async def _ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        told = {"host": self.host, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.cookies:
            told.setdefault("cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        pairs = [(name.encode(), value.encode("latin-1")) for name, value in told.items() if value]
        answer = await ask(self.application, method, target, pairs, self.peer, [body], self.scheme)
        for cookie in answer.cookies:
            for name, morsel in SimpleCookie(cookie).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return answer


class Mark(Form):
    """What the tests' own action takes."""

    text: str


@dataclass
class Console:
    """A console with a user of each role: `vera` views, `sun` supervises, `ada` administrates."""

    application: ASGIApp
    access: Access
    store: Store
    clock: FakeClock
    done: list[tuple[str, str]]

    def browser(self, peer: str = THERE, host: str = HOST, scheme: str = "https") -> Browser:
        """Return a new browser."""
        return Browser(self.application, peer, host, scheme)

    async def logged_in(self, user: str) -> Browser:
        """Return a browser of a user."""
        browser = self.browser()
        assert (await browser.log_in(user)).status == 200
        return browser

    def change(self, name: str, role: Role, password: str = PASSWORD, *, disabled: bool = False) -> None:
        """Make a user, or another one of them."""
        entry = Entry(self.clock.now(), "root", "command", "command", "user", name, Outcome.DONE)
        self.store.put_user(User(name, role, hashed(password, CHEAP), disabled), entry)

    def remove(self, name: str) -> None:
        """Remove a user."""
        entry = Entry(self.clock.now(), "root", "command", "command", "user remove", name, Outcome.DONE)
        self.store.remove_user(name, entry)

    def audit(self) -> list[tuple[str, str, str]]:
        """Return who did what with which outcome, oldest first."""
        return [(one.user, one.what, str(one.outcome)) for one in self.store.audit(10_000)[::-1]]


@asynccontextmanager
async def console(folder: Path, **options: Any) -> AsyncIterator[Console]:
    """Return a console that listens beyond this machine, unless options say otherwise, while its figures are asked for."""
    for name in ("certificate", "key"):
        (folder / f"{name}.pem").touch()
    given = {
        "listen": "0.0.0.0:8443",
        "tls": {"certificate": "certificate.pem", "key": "key.pem"},
        "hosts": [HOST],
        **options,
    }
    read = ConsoleOptions.model_validate(given, context={"directory": str(folder)})
    file, clock, done = File(folder / "console.db"), FakeClock(NOW), list[tuple[str, str]]()
    store = Store(file)
    access = Access(read, store, clock, Hasher(CHEAP))
    live = Live(partial(take_snapshot, MemoryHistorian(at_work()), PLANT), clock, interval_s=0.005)

    async def mark(form: Mark, who: str) -> Done:
        if form.text == "wrong":
            raise BadQuestionError("不行 no")
        if form.text == "broken":
            raise ValueError(f"a fault of ours, with what was typed: {form.text}")
        if form.text == "away":
            raise TransientError("the disk is gone")
        done.append((who, form.text))
        return Done("a mark", {"marks": len(done) - 1}, {"marks": len(done)}, {"seen": form.text})

    async with asyncio.TaskGroup() as group:
        made = app(
            live,
            access,
            group,
            [
                Question("figures", Role.VIEWER, _figures),
                Question("away", Role.VIEWER, _away),
                Question("slow", Role.VIEWER, _slow),
                Question("broken", Role.VIEWER, _broken),
                PersonalQuestion("names", Role.SUPERVISOR, _names),
                audit_question(store),
            ],
            [Download("report", Role.VIEWER, _report)],
            [Action("mark", Role.SUPERVISOR, Mark, mark)],
            patience_s=0.5,
        )
        found = Console(made, access, store, clock, done)
        found.change("vera", Role.VIEWER)
        found.change("sun", Role.SUPERVISOR)
        found.change("ada", Role.ADMIN)
        asking = group.create_task(live.run())
        try:
            yield found
        finally:
            asking.cancel()
            file.close()


async def _figures(parameters: Parameters) -> dict[str, Any]:
    if "bad" in parameters:
        raise BadQuestionError("日期不对 not a day")
    return {"figures": dict(parameters), "secret": "s3cr3t"}


async def _away(_parameters: Parameters) -> dict[str, Any]:
    raise TransientError("http://10.0.0.9:8086 refused")


async def _slow(_parameters: Parameters) -> dict[str, Any]:
    await asyncio.Event().wait()
    return {}


async def _broken(parameters: Parameters) -> dict[str, Any]:
    raise ValueError(f"a fault of ours, with what was typed: {parameters}")


async def _names(_parameters: Parameters, visitor: Any) -> dict[str, Any]:
    return {"names": ["s3cr3t 王芳"], "asked_by": visitor.user}


async def _report(_parameters: Parameters) -> Loaded:
    return Loaded(b"%PDF s3cr3t", "application/pdf", "日报 2026-09-15.pdf")
