"""Users as an administrator on the machine changes them; each change is written to the audit with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from edge.clock import Clock
from edge.console.access import audit
from edge.console.access.audit import Entry, Outcome
from edge.console.access.passwords import hashed, weakness
from edge.console.access.roles import role_of
from edge.console.access.store import Store
from edge.console.access.users import User, user_name
from edge.errors import ConfigurationError

DISABLED = "disabled"
COMMAND = "command"
"""Where from, in the audit."""


class UserDesk:
    """Where users are changed.

    Args:
        store: of the console.
        clock: what time it is.
        by: who sits here.
        zone: that times are told in.
    """

    def __init__(self, store: Store, clock: Clock, by: str, zone: ZoneInfo) -> None:
        self._store = store
        self._clock = clock
        self._by = by
        self._zone = zone

    def users(self) -> list[str]:
        """Return a line for each user."""
        lines = [
            f"{one.name}  {one.role.key}{'  ' + DISABLED if one.disabled else ''}"
            for one in self._store.users()
        ]
        return lines or ["there are no users yet: chili-edge console user add NAME --role admin -c FILE"]

    def add(self, name: str, role: str, password: Callable[[], str]) -> list[str]:
        """Add a user."""
        name = user_name(name)
        if self._store.user(name) is not None:
            raise ConfigurationError(f"{name}: is a user already; change them with password or role")
        user = User(name, role_of(role), _checked(password(), name))
        self._put("user add", None, user)
        return [f"{name}: may log in as {role}"]

    def password(self, name: str, password: Callable[[], str]) -> list[str]:
        """Give a user another password; their sessions end."""
        user = self._known(name)
        self._put("user password", user, replace(user, password=_checked(password(), user.name)))
        return [f"{user.name}: has another password, and is logged out everywhere"]

    def role(self, name: str, role: str) -> list[str]:
        """Change what a user may, or keep them out; their sessions end."""
        user = self._known(name)
        changed = (
            replace(user, disabled=True)
            if role == DISABLED
            else replace(user, role=role_of(role), disabled=False)
        )
        self._put("user role", user, changed)
        return [f"{user.name}: is {role} now, and is logged out everywhere"]

    def remove(self, name: str) -> list[str]:
        """Remove a user; their sessions end."""
        user = self._known(name)
        self._store.remove_user(user.name, self._entry("user remove", user.name, _shown(user), {}))
        return [f"{user.name}: is removed, and is logged out everywhere"]

    def audit(self, newest: int) -> Iterator[str]:
        """Return the newest rows of the audit, oldest first."""
        return audit.lines(self._store.audit(newest)[::-1], self._zone)

    def _known(self, name: str) -> User:
        user = self._store.user(user_name(name))
        if user is None:
            raise ConfigurationError(f"{name}: is no user; chili-edge console user list shows them")
        return user

    def _put(self, what: str, before: User | None, after: User) -> None:
        entry = self._entry(what, after.name, _shown(before) if before else {}, _shown(after))
        self._store.put_user(after, entry)

    def _entry(self, what: str, about: str, before: dict[str, Any], after: dict[str, Any]) -> Entry:
        return Entry(self._clock.now(), self._by, COMMAND, COMMAND, what, about, Outcome.DONE, before, after)


def _shown(user: User) -> dict[str, Any]:
    return {"role": user.role.key, **({DISABLED: True} if user.disabled else {})}


def _checked(password: str, name: str) -> str:
    fault = weakness(password, name)
    if fault is not None:
        raise ConfigurationError(f"{fault}: take a sentence, or ten letters and digits by chance")
    return hashed(password)
