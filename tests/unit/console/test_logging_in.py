"""Logging in and out, and when a session is over, as browsers meet it."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from edge.console.access.roles import Role
from edge.console.access.sessions import PLAIN_COOKIE, SECURE_COOKIE, csrf_token, session_hash
from edge.console.access.visitor import Visitor
from tests.unit.console.browser import (
    HERE,
    MOST_CHUNKS,
    PASSWORD,
    Browser,
    Console,
)


async def test_the_cookie_is_for_this_console_alone(open_: Console, tmp_path: Path) -> None:
    """Over TLS it has the prefix that browsers hold to; scripts never see it, other sites never send it."""
    (cookie,) = (await open_.browser().log_in("vera")).cookies
    name, *attributes = cookie.split("; ")
    assert name.startswith(f"{SECURE_COOKIE}=")
    assert {one.lower() for one in attributes} >= {"httponly", "secure", "samesite=strict", "path=/"}
    assert "domain" not in cookie.lower()


async def test_on_this_machine_the_cookie_is_a_plain_one(closed: Console) -> None:
    """Without TLS browsers would not take the other."""
    (cookie,) = (await closed.browser(HERE, "localhost", "http").log_in("vera")).cookies
    assert cookie.startswith(f"{PLAIN_COOKIE}=")
    assert "Secure" not in cookie


async def test_wrong_names_and_passwords_are_refused_alike(open_: Console) -> None:
    """Nothing tells which of the two was wrong, nor who is kept out."""
    open_.change("old", Role.ADMIN, disabled=True)
    answers = [
        await open_.browser(f"10.0.0.{number}").log_in(user, password)
        for number, (user, password) in enumerate(
            (("vera", "wrong"), ("nobody", PASSWORD), ("old", PASSWORD))
        )
    ]
    assert {(answer.status, answer.body) for answer in answers} == {(401, answers[0].body)}
    assert not any(answer.cookies for answer in answers)


async def test_nothing_that_was_typed_is_kept(open_: Console, tmp_path: Path) -> None:
    """Neither a password nor what stood in the field for the name, in the log or in the file."""
    with capture_logs() as logs:
        await open_.browser("10.0.0.1").log_in("my-password-in-the-name", "the password itself")
        await open_.browser("10.0.0.2").log_in("vera", "the password itself")
        await open_.browser("10.0.0.3").log_in("vera")
        await open_.browser("10.0.0.4").post(
            "/api/login", b'{"user": "vera", "password": ["the password itself"]}'
        )
    told = str(logs) + str(open_.store.audit(100))
    held = _held(tmp_path)
    for secret in ("my-password-in-the-name", "the password itself", PASSWORD):
        assert secret not in told
        assert secret.encode() not in held
    assert open_.audit()[-3:] == [
        ("", "login", "failed"),
        ("vera", "login", "failed"),
        ("vera", "login", "done"),
    ]


def _held(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("console.db*"))


async def test_whoever_guesses_has_to_wait(open_: Console) -> None:
    """After a few tries even the right password has to, and is told how long; then it is taken."""
    browser = open_.browser()
    for _ in range(6):
        open_.clock.advance(0.2)
        assert (await browser.log_in("vera", "wrong")).status == 401
    answer = await browser.log_in("vera")
    assert (answer.status, answer.error) == (429, "wait")
    open_.clock.advance(int(answer.headers["retry-after"]) + 60)
    assert (await browser.log_in("vera")).status == 200


async def test_a_session_that_was_planted_is_not_taken_over(open_: Console) -> None:
    """Fixation: what a browser brought with it is another one after logging in, and worth nothing before and after."""
    attacker, victim = open_.browser(), open_.browser("192.168.1.30")
    planted = "A" * 43
    victim.cookies[SECURE_COOKIE] = planted
    assert (await victim.get("/api/figures")).status == 401
    await victim.log_in("sun")
    assert victim.cookies[SECURE_COOKIE] != planted
    attacker.cookies[SECURE_COOKIE] = planted
    assert (await attacker.get("/api/figures")).status == 401


async def test_a_session_of_before_ends_when_one_logs_in_again(open_: Console) -> None:
    """Who steals an old cookie has nothing."""
    browser = await open_.logged_in("vera")
    thief = open_.browser()
    thief.cookies |= browser.cookies
    await browser.log_in("sun")
    assert (await browser.get("/api/names")).status == 200
    assert (await thief.get("/api/figures")).status == 401


async def test_logging_out_ends_the_session(open_: Console) -> None:
    """For whoever has a copy of the cookie, too."""
    browser = await open_.logged_in("sun")
    copy = open_.browser()
    copy.cookies |= browser.cookies
    assert (await browser.post("/api/logout")).status == 200
    assert browser.cookies == {}
    assert (await copy.get("/api/figures")).status == 401
    assert open_.audit()[-1] == ("sun", "logout", "done")


@pytest.mark.parametrize(("hours", "minutes"), [(0, 61), (12, 1)])
async def test_a_session_that_is_over_is_refused(open_: Console, hours: int, minutes: int) -> None:
    """Unused for an hour, or twelve hours old although it is used all the time."""
    browser = await open_.logged_in("sun")
    for _ in range(hours):
        open_.clock.advance(3599)
        assert (await browser.get("/api/names")).status == 200
    open_.clock.advance(minutes * 60)
    assert (await browser.get("/api/names")).error == "login"
    assert (await browser.act("mark", {"text": "x"})).error == "login"


async def test_a_demoted_user_is_refused_at_once(open_: Console) -> None:
    """Two browsers of one user: both are out, and what logs in again is a viewer."""
    one, other = await open_.logged_in("sun"), await open_.logged_in("sun")
    open_.change("sun", Role.VIEWER)
    assert (await one.act("mark", {"text": "x"})).error == "login"
    assert (await other.get("/api/names")).error == "login"
    await one.log_in("sun")
    assert (await one.act("mark", {"text": "x"})).error == "role"
    assert open_.done == []


async def test_a_removed_user_is_refused_at_once(open_: Console) -> None:
    """Also when somebody of the same name is added later."""
    browser = await open_.logged_in("sun")
    open_.remove("sun")
    assert (await browser.get("/api/figures")).error == "login"
    open_.change("sun", Role.ADMIN)
    assert (await browser.get("/api/figures")).error == "login"


async def test_an_open_page_ends_with_its_session(open_: Console) -> None:
    """A stream of figures stops for whoever is kept out meanwhile."""
    browser = await open_.logged_in("vera")
    assert (await browser.get("/api/live")).body.count(b"data: ") == MOST_CHUNKS - 1
    visitor = _visitor("vera", Role.VIEWER, browser)
    open_.remove("vera")
    assert not await open_.access.still(visitor)
    assert (await browser.get("/api/live")).status == 401


async def test_the_screen_on_the_wall_stays_logged_in(open_: Console) -> None:
    """A viewer's open page is in use, though nobody clicks; a supervisor's is not, once they have gone."""
    wall, desk = await open_.logged_in("vera"), await open_.logged_in("sun")
    pages = [
        _visitor("vera", Role.VIEWER, wall),
        _visitor("sun", Role.SUPERVISOR, desk),
    ]
    for _ in range(7):
        open_.clock.advance(600)
        shown = [await open_.access.still(page) for page in pages]
    assert shown == [True, False]
    assert (await wall.get("/api/figures")).status == 200
    assert (await desk.get("/api/figures")).status == 401


def _visitor(user: str, role: Role, browser: Browser) -> Visitor:
    secret = browser.cookies[SECURE_COOKIE]
    return Visitor(browser.peer, role, user, csrf_token(secret), session_hash(secret) or b"")
