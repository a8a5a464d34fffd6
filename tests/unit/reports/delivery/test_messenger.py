"""Reports on their way: a real mail server and a real webhook on this machine."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from edge.errors import ConfigurationError, TransientError
from edge.reports.delivery.issue import Made
from edge.reports.delivery.messenger import messenger
from edge.reports.options import DestinationOptions, MailOptions
from tests.servers import free_port

TEXT = "9月15日 产量4.72万斤(计划4.80, 98%)"


class Mailbox:
    """A mail server that keeps what it gets, or refuses it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail."""
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.mails.append(email.message_from_bytes(content, policy=email.policy.default))
        return self.answer


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A mail server and its port."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, controller.port
    controller.stop()


@pytest.fixture
def report(tmp_path: Path) -> Made:
    """A report with a file whose name is Chinese."""
    file = tmp_path / "生产日报-2026-09-15.pdf"
    file.write_bytes(b"%PDF-1.7 a report")
    return Made(1, 0, "digest", "生产日报 2026-09-15", TEXT, (file,))


def mail_to(port: int) -> DestinationOptions:
    """Return a mail server on this machine as a destination."""
    return DestinationOptions(
        mail=MailOptions.model_validate(
            {
                "host": "127.0.0.1",
                "port": port,
                "security": "none",
                "from": "edge@plant.example",
                "to": ["boss@plant.example", "county@plant.example"],
            }
        )
    )


def test_a_mail_has_the_text_and_the_files(mailbox: tuple[Mailbox, int], report: Made) -> None:
    """One for each who gets it, with the file byte for byte."""
    box, port = mailbox

    messenger(mail_to(port), "office").deliver(report)

    assert {mail["To"] for mail in box.mails} == {"boss@plant.example", "county@plant.example"}
    for mail in box.mails:
        assert mail["Subject"] == "生产日报 2026-09-15"
        body = mail.get_body(("plain",))
        assert body is not None
        assert TEXT in body.get_content()
        (attached,) = mail.iter_attachments()
        assert attached.get_filename() == "生产日报-2026-09-15.pdf"
        assert attached.get_payload(decode=True) == b"%PDF-1.7 a report"


def test_a_mail_that_is_refused_says_why(mailbox: tuple[Mailbox, int], report: Made) -> None:
    """In the server's own words where there are any, and never with a password."""
    box, port = mailbox
    box.answer = "552 mailbox is full"

    with pytest.raises(TransientError) as refused:
        messenger(mail_to(port), "office").deliver(report)

    assert str(refused.value)
    assert box.mails == []


def test_a_server_that_is_away_is_an_error_of_now(report: Made) -> None:
    """So it is tried again."""
    with pytest.raises(TransientError):
        messenger(mail_to(free_port()), "office").deliver(report)


class _Hook(BaseHTTPRequestHandler):
    said: list[dict[str, Any]]
    status: int

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).said.append(json.loads(body))
        self.send_response(type(self).status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture
def hook() -> Iterator[tuple[type[_Hook], str]]:
    """A webhook and its address as Apprise writes it."""
    handler = type("Hook", (_Hook,), {"said": [], "status": 200})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield handler, f"json://127.0.0.1:{server.server_port}/robot/secret-token"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_gets_title_and_text(hook: tuple[type[_Hook], str], report: Made) -> None:
    """Any address that Apprise knows is a destination."""
    handler, url = hook

    messenger(DestinationOptions.model_construct(url=SecretStr(url)), "robot").deliver(report)

    (said,) = handler.said
    assert (said["title"], said["message"]) == ("生产日报 2026-09-15", TEXT)


def test_a_webhook_that_fails_keeps_its_token(hook: tuple[type[_Hook], str], report: Made) -> None:
    """What is told of a failure has no secret in it."""
    handler, url = hook
    handler.status = 500

    with pytest.raises(TransientError) as refused:
        messenger(DestinationOptions.model_construct(url=SecretStr(url)), "robot").deliver(report)

    assert "secret-token" not in str(refused.value)
    assert "500" in str(refused.value)


def test_an_address_of_no_service_is_refused_at_the_start() -> None:
    """With its key, and without the address: it may be a secret."""
    with pytest.raises(ConfigurationError, match=r"reports\.destinations\.robot") as refused:
        messenger(DestinationOptions.model_construct(url=SecretStr("nonsense://secret-token")), "robot")

    assert "secret-token" not in str(refused.value)


def test_a_folder_gets_the_files_whole(tmp_path: Path, report: Made) -> None:
    """It is made where it is missing; a place that cannot be written is an error of now."""
    destination = messenger(DestinationOptions.model_construct(folder=tmp_path / "a" / "b"), "archive")

    destination.deliver(report)
    destination.deliver(report)

    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["生产日报-2026-09-15.pdf"]
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TransientError, match="file"):
        messenger(DestinationOptions.model_construct(folder=tmp_path / "file"), "archive").deliver(report)
