"""Users as an administrator changes them."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from edge.console.access.desk import UserDesk
from edge.console.access.file import File
from edge.console.access.passwords import verify
from edge.console.access.roles import Role
from edge.console.access.store import Store
from edge.errors import ConfigurationError
from tests.fakes import FakeClock
from tests.unit.console.browser import PASSWORD


@pytest.fixture
def store() -> Store:
    """Return an empty store."""
    return Store(File(None))


@pytest.fixture
def desk(store: Store) -> UserDesk:
    """Return the desk of root."""
    return UserDesk(store, FakeClock(), "root", ZoneInfo("Asia/Shanghai"))


def test_a_users_life(desk: UserDesk, store: Store) -> None:
    """Added, changed, kept out, removed: each is in the audit with before and after, and no password is anywhere."""
    desk.add("王芳", "viewer", lambda: PASSWORD)
    desk.role("王芳", "supervisor")
    desk.password("王芳", lambda: PASSWORD + "!")
    desk.role("王芳", "disabled")
    assert desk.users() == ["王芳  supervisor  disabled"]
    desk.remove("王芳")
    lines = list(desk.audit(100))
    assert [line.split("root (command)  command  ")[1] for line in lines] == [
        'user add 王芳: done  - → {"role": "viewer"}',
        'user role 王芳: done  {"role": "viewer"} → {"role": "supervisor"}',
        'user password 王芳: done  {"role": "supervisor"} → {"role": "supervisor"}',
        'user role 王芳: done  {"role": "supervisor"} → {"disabled": true, "role": "supervisor"}',
        'user remove 王芳: done  {"disabled": true, "role": "supervisor"} → -',
    ]
    assert not any("scrypt" in line or PASSWORD in line for line in lines)
    assert "no users yet" in desk.users()[0]


def test_names_are_the_same_however_they_are_typed(desk: UserDesk, store: Store) -> None:
    """Full-width letters and capitals make no second user."""
    desk.add("Ｗａｎｇ", "admin", lambda: PASSWORD)
    found = store.user("wang")
    assert found is not None
    assert found.role is Role.ADMIN
    assert verify(PASSWORD, found.password)
    with pytest.raises(ConfigurationError, match="is a user already"):
        desk.add("WANG", "viewer", lambda: PASSWORD)


@pytest.mark.parametrize("name", ["", "a b", "x" * 33, "_x", "王;芳", "-c"])
def test_a_name_that_cannot_be_one(desk: UserDesk, name: str) -> None:
    """It is said, and no password is asked for."""
    with pytest.raises(ConfigurationError, match="a user's name is"):
        desk.add(name, "viewer", lambda: pytest.fail("asked for a password"))


def test_a_weak_password_changes_nothing(desk: UserDesk, store: Store) -> None:
    """It is refused with what to do, and is not repeated."""
    with pytest.raises(ConfigurationError, match="take a sentence") as error:
        desk.add("sun", "viewer", lambda: "12345678901")
    assert "12345678901" not in str(error.value)
    assert store.users() == []
    assert store.audit(9) == []


def test_a_user_who_is_none(desk: UserDesk) -> None:
    """Each change says so."""
    changes: tuple[Callable[[], list[str]], ...] = (
        lambda: desk.role("sun", "admin"),
        lambda: desk.remove("sun"),
        lambda: desk.password("sun", lambda: PASSWORD),
    )
    for change in changes:
        with pytest.raises(ConfigurationError, match="sun: is no user"):
            change()
