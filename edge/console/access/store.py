"""What the console remembers of people, over its file: users and their sessions, the audit, who acknowledged what. Blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from edge.console.access.audit import Entry, as_entry, as_row
from edge.console.access.file import File
from edge.console.access.roles import Role
from edge.console.access.sessions import SEEN_EVERY, Limits, Session, is_over
from edge.console.access.users import User
from edge.model.calendar import NS

MOST_SESSIONS = 20
"""Of one user; the oldest ends."""
_AUDIT = "time, user, role, address, what, about, outcome, before, after"
_AT_ONCE = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who has seen an event, and when (ns UTC)."""

    time: int
    user: str
    note: str


class Store:
    """The console's memory.

    Args:
        file: where it rests.
    """

    def __init__(self, file: File) -> None:
        self._file = file

    def users(self) -> list[User]:
        """Return every user, by name."""
        rows = self._file.read("SELECT name, role, password, disabled FROM user ORDER BY name")
        return [User(name, Role(role), password, bool(disabled)) for name, role, password, disabled in rows]

    def has_users(self) -> bool:
        """Return whether anybody can log in, or could until the file was damaged."""
        return self._file.damaged or any(not user.disabled for user in self.users())

    def user(self, name: str) -> User | None:
        """Return a user by name."""
        rows = self._file.read("SELECT name, role, password, disabled FROM user WHERE name = ?", (name,))
        return next((User(name, Role(role), key, bool(off)) for name, role, key, off in rows), None)

    def put_user(self, user: User, entry: Entry) -> None:
        """Keep a user, new or changed; who is logged in with what was before is not any more."""
        with self._file.transaction():
            self._file.write("DELETE FROM session WHERE user = ?", (user.name,))
            self._file.write(
                "INSERT INTO user (name, role, password, disabled) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE"
                " SET role = excluded.role, password = excluded.password, disabled = excluded.disabled",
                (user.name, int(user.role), user.password, int(user.disabled)),
            )
            self._note(entry)

    def remove_user(self, name: str, entry: Entry) -> None:
        """Forget a user; the audit does not."""
        with self._file.transaction():
            self._file.write("DELETE FROM session WHERE user = ?", (name,))
            self._file.write("DELETE FROM user WHERE name = ?", (name,))
            self._note(entry)

    def begin(self, session: Session, user: User, instead_of: bytes, limits: Limits, entry: Entry) -> bool:
        """Begin a session; return whether the user is still as they were when their password was looked at.

        Args:
            session: the new one.
            user: as they were.
            instead_of: the hash of what the browser had before; it ends.
            limits: those of others that are over end, too.
            entry: for the audit.
        """
        with self._file.transaction():
            if self.user(user.name) != user:
                return False
            self._file.write(
                "DELETE FROM session WHERE hash = ? OR begun <= ? OR seen <= ?",
                (
                    instead_of,
                    session.begun - round(limits.longest_s * NS),
                    session.begun - round(limits.idle_s * NS),
                ),
            )
            self._file.write(
                "INSERT INTO session (hash, user, begun, seen) VALUES (?, ?, ?, ?)",
                (session.hash, session.user, session.begun, session.seen),
            )
            self._file.write(
                "DELETE FROM session WHERE user = ?1 AND hash NOT IN"
                " (SELECT hash FROM session WHERE user = ?1 ORDER BY begun DESC LIMIT ?2)",
                (session.user, MOST_SESSIONS),
            )
            self._note(entry)
            return True

    def whose(self, hash_: bytes, now: int, limits: Limits, *, in_use: bool = True) -> User | None:
        """Return whose session it is; None when it is nobody's, is over, or its user may not come in.

        Args:
            hash_: of the session.
            now: ns UTC.
            limits: how long it holds.
            in_use: this is a use of it.
        """
        rows = self._file.read(
            "SELECT session.hash, session.user, begun, seen, role, password, disabled"
            " FROM session JOIN user ON user.name = session.user WHERE session.hash = ?",
            (hash_,),
        )
        for key, name, begun, seen, role, password, disabled in rows:
            if disabled or is_over(Session(key, name, begun, seen), now, limits):
                return None
            if in_use and now - seen >= SEEN_EVERY:
                with self._file.transaction():
                    self._file.write("UPDATE session SET seen = ? WHERE hash = ?", (now, hash_))
            return User(name, Role(role), password)
        return None

    def end(self, hash_: bytes, entry: Entry) -> None:
        """End a session."""
        with self._file.transaction():
            self._file.write("DELETE FROM session WHERE hash = ?", (hash_,))
            self._note(entry)

    def note(self, entry: Entry) -> None:
        """Write a row of the audit."""
        with self._file.transaction():
            self._note(entry)

    def audit(self, newest: int, before: int = 0) -> list[Entry]:
        """Return the newest rows of the audit, newest first; those before a number, when one is given."""
        rows = self._file.read(
            f"SELECT {_AUDIT}, number FROM audit WHERE ?1 = 0 OR number < ?1 ORDER BY number DESC LIMIT ?2",  # noqa: S608 - our own columns
            (before, newest),
        )
        return [as_entry(row) for row in rows]

    def acknowledge(self, event: str, said: Acknowledgement) -> Acknowledgement | None:
        """Keep that somebody has seen an event, unless somebody had before; return who had."""
        with self._file.transaction():
            earlier = self.acknowledged([event]).get(event)
            if earlier is None:
                self._file.write(
                    "INSERT INTO acknowledgement (event, time, user, note) VALUES (?, ?, ?, ?)",
                    (event, said.time, said.user, said.note),
                )
            return earlier

    def acknowledged(self, events: Sequence[str]) -> Mapping[str, Acknowledgement]:
        """Return who has seen which of some events."""
        found: dict[str, Acknowledgement] = {}
        for some in _portions(events):
            marks = ", ".join("?" * len(some))
            rows = self._file.read(
                f"SELECT event, time, user, note FROM acknowledgement WHERE event IN ({marks})",  # noqa: S608 - only marks
                some,
            )
            found |= {event: Acknowledgement(time, user, note) for event, time, user, note in rows}
        return found

    def _note(self, entry: Entry) -> None:
        self._file.write(
            f"INSERT INTO audit ({_AUDIT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own columns
            as_row(entry),
        )


def _portions(some: Sequence[T]) -> Iterable[Sequence[T]]:
    return (some[first : first + _AT_ONCE] for first in range(0, len(some), _AT_ONCE))
