"""The `historian:` block of edge.yaml."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from edge.options import ExistingFile, Options, Secret

_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


def _http_url(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("the url of a database starts with http:// or https://")
    if "@" in urlsplit(url).netloc:
        raise ValueError(
            "user and password never stand in the url: use user: and password: ${env:NAME} or ${file:PATH}"
        )
    return url.rstrip("/")


class EmbeddedOptions(Options):
    """One SQLite file under `data_dir`: no server needed.

    Attributes:
        raw_days: raw tags are kept so long, and then one value a minute of them.
        minute_days: those are kept so long; None for ever. What is counted stays for good.
    """

    kind: Literal["embedded"] = "embedded"
    raw_days: Annotated[int, Field(ge=1)] = 30
    minute_days: Annotated[int, Field(ge=1)] | None = None


class InfluxOptions(Options):
    """InfluxDB 1.x, 2.x or 3, or anything that takes its line protocol.

    Attributes:
        database: database (1.x, 3) or bucket (2.x; its DBRP mapping carries the same name).
        api: `v1` writes to /write, `v2` to /api/v2/write; `auto` asks the server for its version.
        token: 2.x and 3.
        user, password: 1.x with authentication.
        create: make the database when it is missing, where we may.
        gzip: compress what is written; `auto` does it unless the server is on this machine.
        ca: PEM file of the authority that signed the server's certificate; the system's own when not given.
        writers: writes at once.
    """

    kind: Literal["influxdb"]
    url: Annotated[str, AfterValidator(_http_url)]
    database: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
    api: Literal["auto", "v1", "v2"] = "auto"
    org: str = "-"
    token: Secret | None = None
    user: str | None = None
    password: Secret | None = None
    create: bool = True
    gzip: Literal["auto"] | bool = "auto"
    ca: ExistingFile | None = None
    writers: Annotated[int, Field(ge=1, le=8)] = 2
    timeout_s: Annotated[float, Field(gt=0)] = 10.0

    @property
    def compresses(self) -> bool:
        """Whether what is written is compressed."""
        if self.gzip == "auto":
            return (urlsplit(self.url).hostname or "") not in _THIS_MACHINE
        return self.gzip

    def secret(self, name: Literal["token", "password"]) -> str:
        """Return a secret's text, `""` when it is not given."""
        value: SecretStr | None = getattr(self, name)
        return value.get_secret_value() if value else ""


HistorianOptions = Annotated[EmbeddedOptions | InfluxOptions, Field(discriminator="kind")]
