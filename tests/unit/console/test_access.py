"""Who may see what, as browsers meet it: beyond this machine, at it, behind a proxy."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.unit.console.browser import (
    HERE,
    HOST,
    LOOPBACK,
    Console,
    console,
)

FIGURES = ("/api/figures", "/api/snapshot", "/api/live", "/files/report")
PROXIED = {**LOOPBACK, "behind_proxy": True, "hosts": [HOST]}


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
    viewer = await open_.logged_in("vera")
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
    supervisor = await open_.logged_in("sun")
    assert (await supervisor.get("/api/names")).json["asked_by"] == "sun"
    assert (await supervisor.get("/api/audit")).error == "role"
    assert (await (await open_.logged_in("ada")).get("/api/audit")).json["entries"][0]["user"] == "ada"


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
    here, supervisor = closed.browser(HERE, "127.0.0.1", "http"), await open_.logged_in("sun")
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
