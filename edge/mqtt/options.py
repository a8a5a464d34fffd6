"""The `mqtt:` block of edge.yaml."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from edge.options import ExistingFile, Options, Secret

_SCHEMES = {"mqtt": 1883, "mqtts": 8883}


def _urls(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _checked(url: str) -> str:
    broker(url)
    return url


class MqttOptions(Options):
    """Broker, credentials and window.

    Attributes:
        url: `mqtt://[user@]host[:port]` or `mqtts://…`; several are one cluster, tried in turn.
        password: of the user in the url.
        ca: PEM file of the authority that signed the broker's certificate; the system's own when not given.
        certificate, key: PEM files of our own, for a broker that asks who we are.
        version: of MQTT. Only 5 says why a message is not delivered and who threw us out.
        window: batches sent and not yet PUBACKed.
        ack_timeout_s: an unacknowledged batch is sent again after this time.
    """

    url: Annotated[
        tuple[Annotated[str, AfterValidator(_checked)], ...],
        BeforeValidator(_urls, json_schema_input_type=str | list[str]),
        Field(min_length=1),
    ]
    password: Secret | None = None
    ca: ExistingFile | None = None
    certificate: ExistingFile | None = None
    key: ExistingFile | None = None
    version: Literal["3.1.1", "5"] = "3.1.1"
    window: Annotated[int, Field(ge=1, le=64)] = 20
    ack_timeout_s: Annotated[float, Field(gt=0)] = 30.0

    @model_validator(mode="after")
    def _pair(self) -> MqttOptions:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key go together")
        if self.password is not None and not any(broker(url)[2] for url in self.url):
            raise ValueError("a password needs its user: mqtt://user@host")
        return self


def broker(url: str) -> tuple[str, int, str | None, bool]:
    """Return host, port, user and whether TLS is used.

    Raises:
        ValueError: it is not the url of a broker.
    """
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise ValueError("a broker is mqtt://[user@]host[:port] or mqtts://…")
    if parts.password is not None:
        raise ValueError("a password never stands in the url: use password: ${env:NAME} or ${file:PATH}")
    return parts.hostname, parts.port or _SCHEMES[parts.scheme], parts.username, parts.scheme == "mqtts"
