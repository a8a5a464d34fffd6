"""Who may: visitors by cookie or by sitting at this machine, logging in and out, and what of it is written down."""

from __future__ import annotations

import asyncio
import functools
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.requests import HTTPConnection, Request

from edge.clock import Clock
from edge.console.access import sessions
from edge.console.access.audit import Entry, Outcome
from edge.console.access.hasher import BusyError, Hasher
from edge.console.access.limits import LoginLimits
from edge.console.access.origin import (
    OWN_NAMES,
    address_of,
    host_of,
    is_at_this_machine,
    is_own_page,
)
from edge.console.access.roles import Role
from edge.console.access.sessions import Limits, Session
from edge.console.access.store import Store
from edge.console.access.users import User, folded
from edge.console.access.visitor import Visitor
from edge.console.answers import BUSY, WRONG_LOGIN, Refusal, too_many
from edge.console.options import ConsoleOptions

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session that has begun: what the browser keeps, and who it is now."""

    secret: str
    visitor: Visitor


class Access:
    """Decides who may see and do what.

    Args:
        options: the `console:` block.
        store: users, sessions, audit.
        clock: what time it is.
        hasher: looks at passwords.
    """

    def __init__(
        self, options: ConsoleOptions, store: Store, clock: Clock, hasher: Hasher | None = None
    ) -> None:
        self.store = store
        self._options = options
        self._clock = clock
        self._hasher = hasher or Hasher()
        self._limits = Limits(options.session_hours * 3600, options.idle_minutes * 60)
        self._tries = LoginLimits()
        self._hosts = frozenset({*OWN_NAMES, *options.hosts, *options.own_address})
        self.is_secure = options.tls is not None or options.behind_proxy
        self.cookie = sessions.SECURE_COOKIE if self.is_secure else sessions.PLAIN_COOKIE

    @property
    def longest_s(self) -> int:
        """How long a cookie is kept."""
        return round(self._limits.longest_s)

    async def has_users(self) -> bool:
        """Return whether anybody can log in, or could until the file was damaged: the host must not end of that."""
        return await asyncio.to_thread(self.store.has_users)

    def is_known_host(self, request: HTTPConnection) -> bool:
        """Return whether a request asks for a name of this console."""
        return host_of(request.headers.get("host", "")) in self._hosts

    def is_own_page(self, request: Request) -> bool:
        """Return whether a page of this console sent a request."""
        also = self._options.hosts if self._options.behind_proxy else ()
        return is_own_page(request.headers, "https" if self.is_secure else "http", also)

    async def visitor(self, request: Request) -> Visitor:
        """Return who asks."""
        secret = request.cookies.get(self.cookie, "")
        hash_ = sessions.session_hash(secret)
        user = await self._user(hash_) if hash_ else None
        address = self._address(request)
        if user is not None and hash_ is not None:
            return Visitor(address, user.role, user.name, sessions.csrf_token(secret), hash_)
        here = is_at_this_machine(_peer(request), request.headers, behind_proxy=self._options.behind_proxy)
        return Visitor(address, Role.VIEWER if here else Role.NOBODY)

    async def still(self, visitor: Visitor) -> bool:
        """Return whether somebody whose page is open may still see it.

        An open page keeps a viewer's session in use, as the one on the wall has nobody who clicks; whoever can do more must
        do something now and then.
        """
        if not visitor.session:
            return True
        user = await self._user(visitor.session, in_use=visitor.role is Role.VIEWER)
        return user is not None and (user.name, user.role) == (visitor.user, visitor.role)

    @staticmethod
    def is_token(visitor: Visitor, given: bytes) -> bool:
        """Return whether a POST carries the token of its session."""
        return bool(visitor.csrf) and hmac.compare_digest(visitor.csrf.encode(), given)

    def about(self, visitor: Visitor) -> dict[str, Any]:
        """Return what a page is told of who looks at it."""
        return {
            "user": visitor.user,
            "role": visitor.role.key,
            "csrf": visitor.csrf,
            "languages": ["zh", "en"],
        }

    async def log_in(self, request: Request, name: str, password: str) -> LoggedIn | Refusal:
        """Let somebody in, or say why not."""
        before = await self.visitor(request)
        address, name, now = before.address, folded(name), self._clock.monotonic()
        wait = self._tries.wait(address, name, now)
        if wait:
            return too_many(wait)
        self._tries.take(address, name, now)
        user = await asyncio.to_thread(self.store.user, name)
        try:
            right = await self._hasher.is_right(password, user.password if user else None)
        except BusyError:
            return BUSY
        if user is None or user.disabled or not right:
            await self._note_failure(address, user)
            return WRONG_LOGIN
        secret = sessions.new_secret()
        hash_ = sessions.session_hash(secret)
        assert hash_ is not None  # noqa: S101 - it is one of ours
        visitor = Visitor(address, user.role, user.name, sessions.csrf_token(secret), hash_)
        time = self._clock.now()
        entry = self.entry(visitor, "login", "", Outcome.DONE)
        begin = functools.partial(self.store.begin, Session(hash_, user.name, time, time), user)
        if not await asyncio.to_thread(begin, before.session, self._limits, entry):
            return WRONG_LOGIN
        self._tries.right(address, name)
        log.info("somebody logged in", role=user.role.key, address=address)
        return LoggedIn(secret, visitor)

    async def log_out(self, visitor: Visitor) -> None:
        """End a visitor's session."""
        entry = self.entry(visitor, "logout", "", Outcome.DONE)
        await asyncio.to_thread(self.store.end, visitor.session, entry)

    async def note(self, entry: Entry) -> None:
        """Write a row of the audit."""
        await asyncio.to_thread(self.store.note, entry)

    def entry(
        self,
        visitor: Visitor,
        what: str,
        about: str,
        outcome: Outcome,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> Entry:
        """Return a row for the audit, as of now."""
        return Entry(
            self._clock.now(),
            visitor.user,
            visitor.role.key,
            visitor.address,
            what,
            about,
            outcome,
            before or {},
            after or {},
        )

    async def acknowledged(self, events: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return who acknowledged which of some events, as JSON, by event."""
        found = await asyncio.to_thread(self.store.acknowledged, events)
        return {key: {"time": one.time, "user": one.user, "note": one.note} for key, one in found.items()}

    async def _user(self, hash_: bytes, *, in_use: bool = True) -> User | None:
        return await asyncio.to_thread(
            self.store.whose, hash_, self._clock.now(), self._limits, in_use=in_use
        )

    def _address(self, request: Request) -> str:
        return address_of(_peer(request), request.headers, behind_proxy=self._options.behind_proxy)

    async def _note_failure(self, address: str, user: User | None) -> None:
        # A name that nobody has may be a password in the wrong field.
        visitor = Visitor(address, Role.NOBODY, user.name if user else "")
        about = "disabled user" if user and user.disabled else "" if user else "unknown name"
        log.warning("a login failed", address=address)
        await self.note(self.entry(visitor, "login", about, Outcome.FAILED))


def _peer(request: HTTPConnection) -> str:
    return request.client.host if request.client else ""
