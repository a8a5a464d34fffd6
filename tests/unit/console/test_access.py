"""Who may see and do what, as browsers meet it: beyond this machine, at it, behind a proxy, logged in and out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from edge.console.access.roles import Role
from edge.console.access.sessions import PLAIN_COOKIE, SECURE_COOKIE, csrf_token, session_hash
from edge.console.access.visitor import Visitor
from tests.unit.console.browser import FOREIGN, HERE, HOST, MOST_CHUNKS, PASSWORD, Browser, Console, console

FIGURES = ("/api/figures", "/api/snapshot", "/api/live", "/files/report")
LOOPBACK: dict[str, Any] = {"listen": "127.0.0.1:8080", "tls": None, "hosts": []}
PROXIED = {**LOOPBACK, "behind_proxy": True, "hosts": [HOST]}


@pytest.fixture
async def open_(tmp_path: Path) -> AsyncIterator[Console]:
    """Return a console that others can reach."""
    async with console(tmp_path) as made:
        yield made


@pytest.fixture
async def closed(tmp_path: Path) -> AsyncIterator[Console]:
    """Return a console of this machine alone."""
    async with console(tmp_path, **LOOPBACK) as made:
        yield made


async def _logged_in(made: Console, user: str) -> Browser:
    browser = made.browser()
    assert (await browser.log_in(user)).status == 200
    return browser


# Looking


@pytest.mark.parametrize("path", FIGURES)
async def test_beyond_this_machine_nobody_sees_figures(open_: Console, path: str) -> None:
    """The page itself has none, so that it can ask for the password."""
    stranger = open_.browser()
    answer = await stranger.get(path)
    assert (answer.status, answer.error) == (401, "login")
    assert (await stranger.get("/people")).status == 200
    assert (await stranger.get("/api/me")).json["role"] == "nobody"


@pytest.mark.parametrize("path", FIGURES)
async def test_a_viewer_sees_figures(open_: Console, path: str) -> None:
    """Once logged in."""
    viewer = await _logged_in(open_, "vera")
    assert (await viewer.get(path)).status == 200
    assert (await viewer.get("/api/names")).error == "role"


@pytest.mark.parametrize("path", FIGURES)
async def test_at_this_machine_one_looks_without_a_password(closed: Console, path: str) -> None:
    """And does no more than that."""
    here = closed.browser(HERE, "127.0.0.1:8080", "http")
    assert (await here.get(path)).status == 200
    assert (await here.get("/api/names")).error == "login"
    assert (await here.act("mark", {"text": "x"})).error == "login"
    assert (await here.post("/api/logout")).error == "login"
    assert closed.done == []


@pytest.mark.parametrize("header", ["x_forwarded_for", "forwarded", "via", "x_real_ip"])
async def test_what_came_through_a_proxy_is_not_at_this_machine(closed: Console, header: str) -> None:
    """A proxy that nobody told us of shows no figures to its clients."""
    here = closed.browser(HERE, "localhost", "http")
    assert (await here.get("/api/figures", **{header: "203.0.113.7"})).error == "login"


async def test_behind_our_proxy_everybody_logs_in(tmp_path: Path) -> None:
    """Also a request without any word of the proxy; with a session it is as anywhere, and the audit knows the address."""
    async with console(tmp_path, **PROXIED) as made:
        browser = made.browser(HERE)
        assert (await browser.get("/api/figures")).error == "login"
        answer = await browser.log_in("vera", x_forwarded_for="1.1.1.1, 203.0.113.7")
        assert answer.status == 200
        assert "Secure" in answer.cookies[0]
        assert (await browser.get("/api/figures")).status == 200
        assert made.store.audit(1)[0].address == "203.0.113.7"


@pytest.mark.parametrize("host", ["evil.example", "", "chili.lan.evil.example", "10.0.0.1", "chili.lan:1:2"])
async def test_a_foreign_name_is_refused(open_: Console, host: str) -> None:
    """Whoever makes a name of theirs lead here reads nothing, not even the page."""
    for path in ("/", "/api/me", "/static/main.js"):
        answer = await open_.browser(host=host).get(path)
        assert (answer.status, answer.error) == (400, "host")


async def test_supervisors_are_asked_by_name(open_: Console) -> None:
    """A question about people knows who asks."""
    supervisor = await _logged_in(open_, "sun")
    assert (await supervisor.get("/api/names")).json["asked_by"] == "sun"
    assert (await supervisor.get("/api/audit")).error == "role"
    assert (await (await _logged_in(open_, "ada")).get("/api/audit")).json["entries"][0]["user"] == "ada"


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [("/api/figures?bad=1", 400, "bad"), ("/api/away", 503, "away"), ("/api/slow", 503, "slow")],
)
async def test_what_cannot_be_answered_says_so(closed: Console, path: str, status: int, error: str) -> None:
    """With a sentence in both languages, and without the address of anything."""
    answer = await closed.browser(HERE, "127.0.0.1", "http").get(path)
    assert (answer.status, answer.error) == (status, error)
    assert "10.0.0.9" not in answer.body.decode()


async def test_a_fault_of_ours_is_told_to_the_log_alone(closed: Console, open_: Console) -> None:
    """The browser reads a sentence, the log where it was, and neither what was typed; what comes next is answered."""
    here, supervisor = closed.browser(HERE, "127.0.0.1", "http"), await _logged_in(open_, "sun")
    with capture_logs() as logs:
        answers = [
            await here.get("/api/broken?what=typed-words"),
            await supervisor.act("mark", {"text": "broken"}),
        ]
    assert [(one.status, one.error) for one in answers] == [(500, "fault")] * 2
    assert [line["kind"] for line in logs] == ["ValueError"] * 2
    assert "_broken" in logs[0]["where"]
    assert "typed" not in str([one.body for one in answers]) + str(logs)
    assert (await here.get("/api/figures")).status == 200


# Logging in


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
    browser = await _logged_in(open_, "vera")
    thief = open_.browser()
    thief.cookies |= browser.cookies
    await browser.log_in("sun")
    assert (await browser.get("/api/names")).status == 200
    assert (await thief.get("/api/figures")).status == 401


async def test_logging_out_ends_the_session(open_: Console) -> None:
    """For whoever has a copy of the cookie, too."""
    browser = await _logged_in(open_, "sun")
    copy = open_.browser()
    copy.cookies |= browser.cookies
    assert (await browser.post("/api/logout")).status == 200
    assert browser.cookies == {}
    assert (await copy.get("/api/figures")).status == 401
    assert open_.audit()[-1] == ("sun", "logout", "done")


@pytest.mark.parametrize(("hours", "minutes"), [(0, 61), (12, 1)])
async def test_a_session_that_is_over_is_refused(open_: Console, hours: int, minutes: int) -> None:
    """Unused for an hour, or twelve hours old although it is used all the time."""
    browser = await _logged_in(open_, "sun")
    for _ in range(hours):
        open_.clock.advance(3599)
        assert (await browser.get("/api/names")).status == 200
    open_.clock.advance(minutes * 60)
    assert (await browser.get("/api/names")).error == "login"
    assert (await browser.act("mark", {"text": "x"})).error == "login"


async def test_a_demoted_user_is_refused_at_once(open_: Console) -> None:
    """Two browsers of one user: both are out, and what logs in again is a viewer."""
    one, other = await _logged_in(open_, "sun"), await _logged_in(open_, "sun")
    open_.change("sun", Role.VIEWER)
    assert (await one.act("mark", {"text": "x"})).error == "login"
    assert (await other.get("/api/names")).error == "login"
    await one.log_in("sun")
    assert (await one.act("mark", {"text": "x"})).error == "role"
    assert open_.done == []


async def test_a_removed_user_is_refused_at_once(open_: Console) -> None:
    """Also when somebody of the same name is added later."""
    browser = await _logged_in(open_, "sun")
    open_.remove("sun")
    assert (await browser.get("/api/figures")).error == "login"
    open_.change("sun", Role.ADMIN)
    assert (await browser.get("/api/figures")).error == "login"


async def test_an_open_page_ends_with_its_session(open_: Console) -> None:
    """A stream of figures stops for whoever is kept out meanwhile."""
    browser = await _logged_in(open_, "vera")
    assert (await browser.get("/api/live")).body.count(b"data: ") == MOST_CHUNKS - 1
    visitor = _visitor("vera", Role.VIEWER, browser)
    open_.remove("vera")
    assert not await open_.access.still(visitor)
    assert (await browser.get("/api/live")).status == 401


async def test_the_screen_on_the_wall_stays_logged_in(open_: Console) -> None:
    """A viewer's open page is in use, though nobody clicks; a supervisor's is not, once they have gone."""
    wall, desk = await _logged_in(open_, "vera"), await _logged_in(open_, "sun")
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


# Doing


async def test_an_action_is_done_and_written_down(open_: Console) -> None:
    """Who, when, from where, before and after; it is written down before it is begun, too."""
    browser = await _logged_in(open_, "sun")
    answer = await browser.act("mark", {"text": "泡"})
    assert answer.json == {"before": {"marks": 0}, "after": {"marks": 1}, "seen": "泡"}
    assert open_.done == [("sun", "泡")]
    done, begun = open_.store.audit(2)
    assert (begun.what, begun.outcome) == ("mark", "begun")
    assert (done.user, done.role, done.address, done.about) == ("sun", "supervisor", browser.peer, "a mark")
    assert (done.before, done.after, done.time) == ({"marks": 0}, {"marks": 1}, open_.clock.now())


@pytest.mark.parametrize(
    ("sent", "status", "error"),
    [
        ({"text": "wrong"}, 400, "bad"),
        ({"text": "away"}, 503, "unsure"),
        ({"text": 5}, 400, "bad"),
        ({}, 400, "bad"),
        ({"text": "x", "more": 1}, 400, "bad"),
        (b"{", 400, "bad"),
        (b"[" * 60_000, 400, "bad"),
        (b"\xff\xfe", 400, "bad"),
        (b"{}" + b" " * 70_000, 413, "large"),
    ],
)
async def test_what_cannot_be_done_says_so(open_: Console, sent: object, status: int, error: str) -> None:
    """And nothing is done."""
    browser = await _logged_in(open_, "sun")
    answer = await browser.act("mark", sent)
    assert (answer.status, answer.error) == (status, error)
    assert open_.done == []


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"origin": FOREIGN, "sec_fetch_site": "cross-site"}, "origin"),
        ({"origin": FOREIGN, "sec_fetch_site": ""}, "origin"),
        ({"origin": "null", "sec_fetch_site": ""}, "origin"),
        ({"origin": "", "sec_fetch_site": ""}, "origin"),
        ({"origin": f"http://{HOST}", "sec_fetch_site": ""}, "origin"),
        ({"sec_fetch_site": "same-site"}, "origin"),
        ({"x_csrf_token": ""}, "csrf"),
        ({"x_csrf_token": "0" * 64}, "csrf"),
        ({"x_csrf_token": "é"}, "csrf"),
        ({"content_type": "text/plain"}, "json"),
        ({"content_type": "application/x-www-form-urlencoded"}, "json"),
    ],
)
async def test_a_foreign_page_does_nothing(open_: Console, headers: dict[str, str], error: str) -> None:
    """Though the browser were to send the cookie: neither acting nor logging out, nor logging in as somebody else."""
    browser = await _logged_in(open_, "sun")
    answer = await browser.post("/api/actions/mark", {"text": "x"}, **headers)
    assert answer.error == error
    assert (await browser.post("/api/logout", {}, **headers)).error == error
    if error != "csrf":
        assert (await browser.log_in("vera", **headers)).error == error
    assert open_.done == []
    assert (await browser.get("/api/me")).json["user"] == "sun"


async def test_the_token_of_one_session_is_none_of_another(open_: Console) -> None:
    """Two browsers of one user have two."""
    one, other = await _logged_in(open_, "sun"), await _logged_in(open_, "sun")
    other.csrf = one.csrf
    assert (await other.act("mark", {"text": "x"})).error == "csrf"


async def test_a_viewer_does_nothing_and_is_written_down(open_: Console) -> None:
    """Whoever tries what their role does not allow is in the audit."""
    browser = await _logged_in(open_, "vera")
    assert (await browser.act("mark", {"text": "x"})).error == "role"
    assert open_.audit()[-1] == ("vera", "mark", "refused")


@pytest.mark.parametrize("path", ["/api/login", "/api/logout", "/api/actions/mark"])
async def test_nothing_is_changed_by_a_get(open_: Console, path: str) -> None:
    """A link or a picture on a foreign page does nothing."""
    browser = await _logged_in(open_, "sun")
    answer = await browser.get(path)
    assert (answer.status, answer.error) == (405, "method")


async def test_me_says_who_one_is(open_: Console) -> None:
    """What a page needs to know of its user."""
    browser = await _logged_in(open_, "sun")
    assert (await browser.get("/api/me")).json == {
        "user": "sun",
        "role": "supervisor",
        "csrf": browser.csrf,
        "languages": ["zh", "en"],
    }


async def test_a_download_has_its_name(open_: Console) -> None:
    """Also one in Chinese, and the browser saves it rather than showing it."""
    answer = await (await _logged_in(open_, "vera")).get("/files/report")
    assert answer.body == b"%PDF s3cr3t"
    assert answer.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''%E6%97%A5%E6%8A%A5%202026-09-15.pdf"
    )


async def test_hsts_is_for_tls_alone(open_: Console, tmp_path: Path) -> None:
    """Under TLS the browser comes back by TLS."""
    assert "strict-transport-security" in (await open_.browser().get("/")).headers
    folder = tmp_path / "closed"
    folder.mkdir()
    async with console(folder, **LOOPBACK) as made:
        answer = await made.browser(HERE, "127.0.0.1", "http").get("/")
    assert "strict-transport-security" not in answer.headers
