"""Users of the console, from the command line to a browser on the other side of TLS."""

from __future__ import annotations

import asyncio
import os
import pty
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from edge.cli import main
from edge.clock import SystemClock
from edge.config.samples import maps_directory
from edge.historian.base import Aggregate, Query
from edge.historian.embedded import EmbeddedHistorian
from tests.certificates import Authority
from tests.servers import free_port
from tests.system.programs import ENVIRONMENT, Outcome, Running, chili_edge, running

PASSWORD = "泡椒坛子里的秘密 42"
MINUTE = 60 * 10**9
READY_S = 30.0


def write_box(folder: Path, console: str) -> Path:
    """Write an edge.yaml of a box whose node and broker are not there; keep a password in a file."""
    (folder / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    config = folder / "edge.yaml"
    config.write_text(
        f"""
site: {{enterprise: e, site: s, line: l, timezone: UTC}}
node: {{id: n}}
devices: {{jar_line: {{map: "{maps_directory() / "jar_line.yaml"}", endpoint: "modbus-tcp://127.0.0.1:1"}}}}
mqtt: {{url: "mqtt://127.0.0.1:{free_port()}"}}
health: {{host: "127.0.0.1:0"}}
console: {console}
""",
        encoding="utf-8",
    )
    return config


def user(config: Path, *arguments: str) -> Outcome:
    """Run `chili-edge console user …`."""
    return chili_edge("console", "user", *arguments, "-c", config)


def added(config: Path, name: str, role: str) -> Outcome:
    """Add a user whose password is in the file."""
    return user(config, "add", name, "--role", role, "--password-file", str(config.parent / "password"))


def test_a_users_life_on_the_command_line(tmp_path: Path) -> None:
    """Added from a file, changed, removed; the audit has it all, and no password is told or stored."""
    config = write_box(tmp_path, '{listen: "127.0.0.1:0"}')
    done = [added(config, "王芳", "supervisor"), user(config, "role", "王芳", "admin"), user(config, "list")]
    assert [one.code for one in done] == [0, 0, 0], [one.err for one in done]
    assert done[-1].out == "王芳  admin\n"
    assert user(config, "remove", "王芳").code == 0
    told = chili_edge("console", "audit", "-c", config)
    assert [line.split("command  ")[1].split(":")[0] for line in told.out.splitlines()] == [
        "user add 王芳",
        "user role 王芳",
        "user remove 王芳",
    ]
    everything = "".join(one.out + one.err for one in (*done, told))
    assert PASSWORD not in everything
    assert PASSWORD.encode() not in b"".join(file.read_bytes() for file in (tmp_path / "var").iterdir())


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("add", "sun", "--password-file", "weak"), "in a row is guessed at once"),
        (("add", "sun", "--password-file", "gone"), "--password-file: cannot read"),
        (("add", "sun"), "give --password-file FILE"),
        (("add", "a b", "--password-file", "password"), "a user's name is"),
        (("role", "sun", "viewer"), "sun: is no user"),
        (("add", "sun", "--password", PASSWORD), "never on the command line"),
    ],
)
def test_what_is_wrong_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], why: str
) -> None:
    """Exit code 2, no traceback, and nobody is added."""
    config = write_box(tmp_path, '{listen: "127.0.0.1:0"}')
    (tmp_path / "weak").write_text("1234567890")
    given = [str(tmp_path / one) if one in {"weak", "gone", "password"} else one for one in arguments]
    assert main(["console", "user", *given, "-c", str(config)]) == 2
    told = capsys.readouterr().err
    assert why in told
    assert len(told.splitlines()) == 1
    assert PASSWORD not in told
    main(["console", "user", "list", "-c", str(config)])
    assert "no users yet" in capsys.readouterr().out


def test_the_terminal_does_not_show_a_password(tmp_path: Path) -> None:
    """It is asked for twice, and what is typed does not appear."""
    config = write_box(tmp_path, '{listen: "127.0.0.1:0"}')
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "edge", "console", "user", "add", "sun", "-c", str(config)]
    with subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=ENVIRONMENT,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        shown = b""
        for question in (b"password: ", b"again: "):
            while question not in shown:
                shown += os.read(ours, 1024)
            os.write(ours, PASSWORD.encode() + b"\n")
        try:
            while part := os.read(ours, 1024):
                shown += part
        except OSError:
            pass
        assert process.wait(30) == 0, shown
    os.close(ours)
    assert PASSWORD not in shown.decode()
    assert b"sun: may log in as viewer" in shown


def test_a_console_for_others_needs_users(tmp_path: Path) -> None:
    """The host says what to do and does not start."""
    certificate, secret = Authority(tmp_path).sign("console")
    listen = (
        f'{{listen: "0.0.0.0:0", hosts: [chili.lan], tls: {{certificate: {certificate}, key: {secret}}}}}'
    )
    done = chili_edge("run", "--only", "host", "-c", write_box(tmp_path, listen))
    assert done.code == 2
    assert "chili-edge console user add NAME --role admin -c FILE" in done.err


async def test_a_supervisor_explains_a_stop_over_tls(tmp_path: Path) -> None:
    """From the certificate to the ledger; then the command line demotes them, and their page is refused at once."""
    authority = Authority(tmp_path)
    certificate, secret = authority.sign("console")
    config = write_box(
        tmp_path, f'{{listen: "127.0.0.1:0", tls: {{certificate: {certificate}, key: {secret}}}}}'
    )
    now = SystemClock().now()
    begin, end = now - 40 * MINUTE, now - 20 * MINUTE
    place = "loss,category=down,device=jar_line,line=l,reason=0,shift=D,site=s"
    async with EmbeddedHistorian(tmp_path / "var" / "historian.db") as historian:
        await historian.write([f"{place} ms=1200000i,stops=1i,micro=0i {end + MINUTE}"])
    assert (await asyncio.to_thread(added, config, "sun", "supervisor")).code == 0
    async with (
        running(config, "host") as host,
        _browser(host, authority) as browser,
    ):
        stop = {"device": "jar_line", "from": str(begin), "to": str(end), "reason": 3, "why": "夹爪坏了"}
        assert (await browser.post("/api/actions/explain_stop", json=stop)).status_code == 401
        me = (await browser.post("/api/login", json={"user": "sun", "password": PASSWORD})).json()
        browser.headers["x-csrf-token"] = me["csrf"]
        done = await browser.post("/api/actions/explain_stop", json=stop)
        assert (done.status_code, done.json()) == (
            200,
            {"before": {"0": 1_200_000}, "after": {"3": 1_200_000}},
        )
        assert "strict-transport-security" in done.headers
        assert (await asyncio.to_thread(user, config, "role", "sun", "viewer")).code == 0
        assert (await browser.post("/api/actions/explain_stop", json=stop)).status_code == 401
        assert await host.end() == 0
        log = host.log.read_text(encoding="utf-8")
    assert PASSWORD not in log
    assert "Traceback" not in log
    async with EmbeddedHistorian(tmp_path / "var" / "historian.db", read_only=True) as historian:
        lost = await historian.query(Query("loss", "ms", Aggregate.SUM, 0, 2**62, group_by=("reason",)))
    assert {row.tags["reason"]: row.value for row in lost} == {"0": 0, "3": 1_200_000}
    told = await asyncio.to_thread(chili_edge, "console", "audit", "-c", config)
    assert [line.split("  ")[4] for line in told.out.splitlines()] == [
        "user add sun: done",
        "login : done",
        "explain_stop : begun",
        f"explain_stop jar_line {begin}..{end}: 夹爪坏了: done",
        "user role sun: done",
    ]


@asynccontextmanager
async def _browser(host: Running, authority: Authority) -> AsyncIterator[httpx2.AsyncClient]:
    url = (await host.says(r"https://127\.0\.0\.1:\d+"))[0]
    trust = ssl.create_default_context(cafile=str(authority.file))
    headers = {"origin": url, "sec-fetch-site": "same-origin"}
    async with (
        asyncio.timeout(READY_S),
        httpx2.AsyncClient(base_url=url, verify=trust, headers=headers) as client,
    ):
        yield client
