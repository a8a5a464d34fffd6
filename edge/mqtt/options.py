"""The `mqtt:` block of edge.yaml."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, model_validator

from edge.options import FilePath, Options, Secret

_SCHEMES = {"mqtt": 1883, "mqtts": 8883}


def _urls(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class MqttOptions(Options):
    """Broker, credentials and window.

    Attributes:
        url: `mqtt://[user@]host[:port]` or `mqtts://…`; several are one cluster, tried in turn.
        password: of the user in the url.
        ca: PEM file of the authority that signed the broker's certificate; the system's own when not given.
        window: batches sent and not yet PUBACKed.
        ack_timeout_s: an unacknowledged batch is sent again after this time.
    """

    url: Annotated[tuple[str, ...], BeforeValidator(_urls, json_schema_input_type=str | list[str]), Field(min_length=1)]
    password: Secret | None = None
    ca: FilePath | None = None
    window: Annotated[int, Field(ge=1, le=64)] = 20
    ack_timeout_s: Annotated[float, Field(gt=0)] = 30.0

    @model_validator(mode="after")
    def _check(self) -> MqttOptions:
        for url in self.url:
            broker(url)
        if self.ca is not None and not self.ca.is_file():
            raise ValueError(f"ca: there is no file {self.ca}")
        return self


def broker(url: str) -> tuple[str, int, str | None, bool]:
    """Return host, port, user and whether TLS is used.

    Raises:
        ValueError: it is not the url of a broker.
    """
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise ValueError(f"a broker is mqtt://[user@]host[:port] or mqtts://…, not {url}")
    if parts.password is not None:
        raise ValueError("a password never stands in the url: use password: ${env:NAME} or ${file:PATH}")
    return parts.hostname, parts.port or _SCHEMES[parts.scheme], parts.username, parts.scheme == "mqtts"
