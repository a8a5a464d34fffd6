"""The way of a report to people: a folder, mail, or any address that Apprise knows; the only module that imports it."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlencode

import apprise

from edge.errors import ConfigurationError, TransientError
from edge.reports.delivery.files import put
from edge.reports.delivery.issue import Made
from edge.reports.options import DestinationOptions, MailOptions

TIMEOUT_S = 8.0
"""Of a service that does not answer; the host, which ends within 10 s, waits for it."""
_MODES = {"tls": "ssl", "starttls": "starttls", "none": "insecure"}


class Messenger(Protocol):
    """Takes reports to one destination."""

    def deliver(self, made: Made) -> None:
        """Deliver; blocks.

        Raises:
            TransientError: it did not arrive; says why.
        """
        ...


def messenger(options: DestinationOptions, key: str) -> Messenger:
    """Return the messenger of a destination.

    Args:
        options: of edge.yaml.
        key: its key there, for errors.

    Raises:
        ConfigurationError: Apprise does not know such an address.
    """
    if options.folder is not None:
        return _Folder(options.folder)
    url = _mail_url(options.mail) if options.mail is not None else options.secret_url
    return _Message(url, key)


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, made: Made) -> None:
        """Put the files there, each at one blow: whoever watches the folder never sees half a file."""
        try:
            for file in made.files:
                put(self._folder / file.name, file.read_bytes())
        except OSError as error:
            raise TransientError(f"{self._folder}: {error.strerror or error}") from error


class _Message:
    def __init__(self, url: str, key: str) -> None:
        # Nothing is kept on disk, and no address with its token is ever logged.
        asset = apprise.AppriseAsset(
            app_id="chili-edge", app_desc="", secure_logging=True, storage_mode="memory", async_mode=False
        )
        with warnings.catch_warnings():
            # Apprise looks for a module that Python 3.13 has no more.
            warnings.filterwarnings("ignore", "'imghdr' is deprecated", DeprecationWarning)
            self._service = apprise.Apprise.instantiate(url, asset=asset)
        if self._service is None:
            raise ConfigurationError(
                f"reports.destinations.{key}: nothing can be sent there: an address is one that Apprise knows, like wecombot://…,"
                " dingtalk://…; mail goes from and to addresses like office@plant.cn"
            )
        self._service.socket_connect_timeout = self._service.socket_read_timeout = TIMEOUT_S

    def deliver(self, made: Made) -> None:
        """Send the text, and the files where the service takes any."""
        service = self._service
        assert service is not None  # noqa: S101 - refused at the start
        files = [str(file) for file in made.files] if service.attachment_support else []
        with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as log:  # type: ignore[no-untyped-call]
            arrived = service.notify(
                body=made.text, title=made.title, notify_type=apprise.NotifyType.INFO, attach=files or None
            )
            said = log.getvalue()
        if not arrived:
            raise TransientError(_reason(said))


def _mail_url(mail: MailOptions) -> str:
    """Return a mail server as Apprise writes it."""
    user = ""
    if mail.user is not None and mail.password is not None:
        user = f"{quote(mail.user, safe='')}:{quote(mail.password.get_secret_value(), safe='')}@"
    scheme = "mailto" if mail.security == "none" else "mailtos"
    query = urlencode(
        {"from": mail.sender, "to": ",".join(mail.to), "mode": _MODES[mail.security], "format": "text"}
    )
    return f"{scheme}://{user}{mail.host}:{mail.known_port}?{query}"


def _reason(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it was not taken, and the service did not say why"
