"""What changes something, as browsers meet it: actions, and pages of others that try."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.console.browser import (
    FOREIGN,
    HERE,
    HOST,
    LOOPBACK,
    Console,
    console,
)


async def test_an_action_is_done_and_written_down(open_: Console) -> None:
    """Who, when, from where, before and after; it is written down before it is begun, too."""
    browser = await open_.logged_in("sun")
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
    browser = await open_.logged_in("sun")
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
    browser = await open_.logged_in("sun")
    answer = await browser.post("/api/actions/mark", {"text": "x"}, **headers)
    assert answer.error == error
    assert (await browser.post("/api/logout", {}, **headers)).error == error
    if error != "csrf":
        assert (await browser.log_in("vera", **headers)).error == error
    assert open_.done == []
    assert (await browser.get("/api/me")).json["user"] == "sun"


async def test_the_token_of_one_session_is_none_of_another(open_: Console) -> None:
    """Two browsers of one user have two."""
    one, other = await open_.logged_in("sun"), await open_.logged_in("sun")
    other.csrf = one.csrf
    assert (await other.act("mark", {"text": "x"})).error == "csrf"


async def test_a_viewer_does_nothing_and_is_written_down(open_: Console) -> None:
    """Whoever tries what their role does not allow is in the audit."""
    browser = await open_.logged_in("vera")
    assert (await browser.act("mark", {"text": "x"})).error == "role"
    assert open_.audit()[-1] == ("vera", "mark", "refused")


@pytest.mark.parametrize("path", ["/api/login", "/api/logout", "/api/actions/mark"])
async def test_nothing_is_changed_by_a_get(open_: Console, path: str) -> None:
    """A link or a picture on a foreign page does nothing."""
    browser = await open_.logged_in("sun")
    answer = await browser.get(path)
    assert (answer.status, answer.error) == (405, "method")


async def test_me_says_who_one_is(open_: Console) -> None:
    """What a page needs to know of its user."""
    browser = await open_.logged_in("sun")
    assert (await browser.get("/api/me")).json == {
        "user": "sun",
        "role": "supervisor",
        "csrf": browser.csrf,
        "languages": ["zh", "en"],
    }


async def test_a_download_has_its_name(open_: Console) -> None:
    """Also one in Chinese, and the browser saves it rather than showing it."""
    answer = await (await open_.logged_in("vera")).get("/files/report")
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
