"""Scheduled reports, end to end: a host, its short processes, a real mail server and a real webhook on this machine."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from edge.clock import SystemClock
from edge.config.samples import maps_directory
from edge.config.settings import load
from edge.host import open_historian
from edge.model.calendar import NS
from tests.servers import Server, free_port
from tests.system.programs import Outcome, chili_edge, running

PATIENCE_S = 60.0
POLL_S = 0.2


class Mailbox:
    """A mail server that keeps what it gets, or refuses it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refused = 0
        self.full = False

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail."""
        if self.full:
            self.refused += 1
            return "452 the mailbox is full"
        assert isinstance(envelope.content, bytes)
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


class _Robot(BaseHTTPRequestHandler):
    said: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).said.append(json.loads(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A mail server and its port."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, controller.port
    controller.stop()


@pytest.fixture
def robot() -> Iterator[tuple[list[dict[str, Any]], str]]:
    """What a webhook is told, and its address as Apprise writes it."""
    said: list[dict[str, Any]] = []
    handler = type("Robot", (_Robot,), {"said": said})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield said, f"json://127.0.0.1:{server.server_port}/robot"
    server.shutdown()
    thread.join()
    server.server_close()


async def _until(is_so: Callable[[], Awaitable[bool]], what: str) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not await is_so():
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        raise AssertionError(f"it was never so: {what}") from None


@pytest.mark.timeout(180)
async def test_a_report_reaches_folder_mail_and_robot_and_a_correction_is_its_second_edition(
    mosquitto: Server,
    mailbox: tuple[Mailbox, int],
    robot: tuple[list[dict[str, Any]], str],
    tmp_path: Path,
) -> None:
    """What is refused is shown and tried again; the figures are those of the day; nothing is sent twice."""
    box, smtp = mailbox
    told, url = robot
    (tmp_path / "robot").write_text(url, encoding="utf-8")
    config = tmp_path / "edge.yaml"
    config.write_text(
        f"""
site: {{enterprise: e, site: s, line: l, timezone: Asia/Shanghai}}
node: {{id: n}}
devices: {{jar_line: {{map: "{maps_directory() / "jar_line.yaml"}", name: 罐装线, endpoint: "modbus-tcp://127.0.0.1:1?unit=1"}}}}
products: {{jar_280: {{name: 酸椒 280g, sku: 1, net_weight_g: 280, price_yuan_per_jin: 6}}}}
mqtt: {{url: "mqtt://127.0.0.1:{mosquitto.port}"}}
console: {{listen: "127.0.0.1:0"}}
reports:
  destinations:
    archive: {{folder: issued}}
    office: {{mail: {{host: 127.0.0.1, port: {smtp}, security: none, from: edge@plant.example, to: [boss@plant.example]}}}}
    robot: {{url: "${{file:robot}}"}}
  schedule:
    daily: {{report: day, at: 07:30, forms: [pdf, csv], to: [archive, office, robot]}}
""",
        encoding="utf-8",
    )
    settings = load(config)
    calendar = settings.plant.calendar
    day = calendar.production_day(SystemClock().now()) - timedelta(days=1)
    noon = calendar.day_span(day)[0] + 5 * 3600 * NS
    place = "device=jar_line,line=l"
    async with open_historian(settings) as historian:
        await historian.write(
            [
                f"count,counter=good,{place},site=s,sku=jar_280 n=1000i,g=280000i {noon}",
                f"oee,{place},site=s,sku=jar_280 pq=1000i,gq=1000i,g=280000i {noon}",
            ]
        )
    box.full = True

    async def ask(*words: str) -> Outcome:
        return await asyncio.to_thread(chili_edge, "reports", *words, "-c", config)

    async def lists(text: str) -> bool:
        return text in (await ask("list")).out

    async with running(config, "host") as host:
        await host.says("host runs")
        asked = await ask("issue", "daily")
        await _until(lambda: lists("office: waits"), "the mail was refused")
        await _until(lambda: lists("robot: delivered"), "the robot was told")
        first = (await ask("list")).out
        box.full = False
        again = await ask("again", first.split()[0])
        await _until(lambda: lists("office: delivered"), "the mail arrived")
        corrected = await asyncio.to_thread(
            chili_edge,
            *("ledger", "correct", "jar_line", "good", "-100", "--at", f"{day}T12:30", "--sku", "jar_280"),
            *("--who", "王芳", "--why", "counted by hand", "-c", config),
        )
        await ask("issue", "daily")
        await _until(lambda: lists("edition 2"), "the corrected day was issued again")
        await _until(lambda: _is(len(told) == 2), "the robot was told of it")
        assert await host.end() == 0

    assert (asked.code, again.out) == (0, "1 deliveries are tried again\n"), asked.err
    assert box.refused
    assert corrected.out.startswith("booked -100 pieces"), corrected.err
    files = sorted(path.name for path in (tmp_path / "issued").iterdir())
    assert files == [f"day-{day}-v2.csv", f"day-{day}-v2.pdf", f"day-{day}.csv", f"day-{day}.pdf"]
    assert [mail["To"] for mail in box.mails] == ["boss@plant.example"] * 2
    assert {part.get_filename() for part in box.mails[0].iter_attachments()} == {
        f"day-{day}.csv",
        f"day-{day}.pdf",
    }
    assert "560" in told[0]["message"]
    assert "504" in told[1]["message"]
    assert "2" in told[1]["title"]
    text = (tmp_path / "issued" / f"day-{day}-v2.csv").read_text(encoding="utf-8-sig")
    assert "王芳" in text


async def _is(so: bool) -> bool:
    return so
