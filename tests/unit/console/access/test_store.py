"""What the console remembers of people, in its file."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from edge.console.access.audit import Entry, Outcome
from edge.console.access.file import File
from edge.console.access.roles import Role
from edge.console.access.sessions import Limits, Session
from edge.console.access.store import MOST_SESSIONS, Acknowledgement, Store
from edge.console.access.users import User
from edge.errors import EdgeError, TransientError
from edge.model.calendar import NS

NOW = 1_790_000_000 * NS
LIMITS = Limits(3600, 600)
SUN = User("sun", Role.SUPERVISOR, "scrypt…")
ENTRY = Entry(NOW, "root", "command", "command", "user add", "sun", Outcome.DONE, {}, {"role": "supervisor"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the file is."""
    return tmp_path / "var" / "console.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """Return a store with one user."""
    file = File(path)
    made = Store(file)
    made.put_user(SUN, ENTRY)
    yield made
    file.close()


def _begin(store: Store, name: bytes, now: int = NOW, user: User = SUN, instead_of: bytes = b"") -> bool:
    return store.begin(Session(name, user.name, now, now), user, instead_of, LIMITS, ENTRY)


def test_only_its_owner_may_read_it(store: Store, path: Path) -> None:
    """The file and those that SQLite puts beside it."""
    store.note(ENTRY)
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_a_session_is_a_users_until_it_is_over(store: Store) -> None:
    """Its use keeps it, up to its longest."""
    assert _begin(store, b"a")
    assert store.whose(b"b", NOW, LIMITS) is None
    for minute in range(5, 60, 5):
        assert store.whose(b"a", NOW + minute * 60 * NS, LIMITS) == SUN
    assert store.whose(b"a", NOW + 3600 * NS, LIMITS) is None


def test_looking_alone_does_not_keep_a_session(store: Store) -> None:
    """A page that is open but not used lets it end."""
    _begin(store, b"a")
    assert store.whose(b"a", NOW + 400 * NS, LIMITS, in_use=False) == SUN
    assert store.whose(b"a", NOW + 600 * NS, LIMITS) is None


def test_whoever_changed_is_logged_out(store: Store) -> None:
    """Another role, password or none at all ends every session, at once and for other processes too."""
    for changed in (
        replace(SUN, role=Role.VIEWER),
        replace(SUN, password="other"),
        replace(SUN, disabled=True),
    ):
        store.put_user(SUN, ENTRY)
        assert _begin(store, b"a")
        store.put_user(changed, ENTRY)
        assert store.whose(b"a", NOW, LIMITS) is None
        assert not _begin(store, b"b"), "the password that was looked at is an old one"
    store.put_user(SUN, ENTRY)
    _begin(store, b"a")
    store.remove_user("sun", ENTRY)
    assert store.whose(b"a", NOW, LIMITS) is None


def test_a_new_session_ends_what_the_browser_had_and_what_is_over(store: Store, path: Path) -> None:
    """No row stays for ever."""
    _begin(store, b"old", NOW - 3600 * NS)
    _begin(store, b"had", NOW - NS)
    _begin(store, b"new", instead_of=b"had")
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT hash FROM session").fetchall() == [(b"new",)]
    database.close()


def test_a_user_has_so_many_sessions(store: Store, path: Path) -> None:
    """The oldest ends."""
    for number in range(MOST_SESSIONS + 3):
        _begin(store, b"%03d" % number, NOW + number)
    assert store.whose(b"002", NOW + 99, LIMITS) is None
    assert store.whose(b"003", NOW + 99, LIMITS) == SUN


@pytest.mark.parametrize("statement", ["UPDATE audit SET user = 'x'", "DELETE FROM audit"])
def test_the_audit_is_only_added_to(store: Store, path: Path, statement: str) -> None:
    """Not even another program changes a row without taking the guard away first."""
    with sqlite3.connect(path) as database, pytest.raises(sqlite3.IntegrityError, match="only added to"):
        database.execute(statement)
    database.close()
    assert store.audit(10)[0] == replace(ENTRY, number=1)


def test_the_audit_comes_newest_first_and_by_pages(store: Store) -> None:
    """Older rows are those before a number."""
    for number in range(5):
        store.note(replace(ENTRY, about=str(number)))
    assert [one.about for one in store.audit(2)] == ["4", "3"]
    assert [one.about for one in store.audit(2, before=5)] == ["2", "1"]


def test_an_event_is_acknowledged_once(store: Store) -> None:
    """Whoever is second is told who was first; thousands are looked up at once."""
    first, second = Acknowledgement(NOW, "sun", "seen"), Acknowledgement(NOW + 1, "ada", "me too")
    assert store.acknowledge("stop:jar_line:1", first) is None
    assert store.acknowledge("stop:jar_line:1", second) == first
    many = [f"stop:jar_line:{number}" for number in range(3000)]
    assert store.acknowledged(many) == {"stop:jar_line:1": first}


def test_a_damaged_file_is_set_aside(path: Path) -> None:
    """Nobody can log in then, but it is no reason for the host to end; what was there is kept."""
    path.parent.mkdir()
    path.write_bytes(b"this is no database at all" * 400)
    with capture_logs() as logs:
        file = File(path)
    assert Store(file).has_users()
    assert Store(file).users() == []
    file.close()
    assert [line["log_level"] for line in logs] == ["critical"]
    assert len(list(path.parent.glob("console.db*"))) >= 2


def test_a_file_of_tomorrow_is_refused(store: Store, path: Path) -> None:
    """A newer program's file is left as it is."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(EdgeError, match="of version 99"):
        File(path)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """One clear line."""
    (tmp_path / "file").touch()
    with pytest.raises(TransientError, match="cannot open"):
        File(tmp_path / "file" / "console.db")
