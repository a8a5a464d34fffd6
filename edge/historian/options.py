"""The `historian:` block of edge.yaml."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from edge.options import Options, Secret


def _http_url(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("the url of a database starts with http:// or https://")
    return url.rstrip("/")


class EmbeddedOptions(Options):
    """One SQLite file under `data_dir`: no server needed."""

    kind: Literal["embedded"] = "embedded"


class InfluxOptions(Options):
    """InfluxDB 1.x, 2.x or 3, or anything that takes its line protocol.

    Attributes:
        database: database (1.x, 3) or bucket (2.x; its DBRP mapping carries the same name).
        api: `v1` writes to /write, `v2` to /api/v2/write; `auto` asks the server for its version.
        token: 2.x and 3.
        user, password: 1.x with authentication.
    """

    kind: Literal["influxdb"]
    url: Annotated[str, AfterValidator(_http_url)]
    database: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
    api: Literal["auto", "v1", "v2"] = "auto"
    org: str = "-"
    token: Secret | None = None
    user: str | None = None
    password: Secret | None = None
    timeout_s: Annotated[float, Field(gt=0)] = 10.0

    def secret(self, name: Literal["token", "password"]) -> str:
        """Return a secret's text, `""` when it is not given."""
        value: SecretStr | None = getattr(self, name)
        return value.get_secret_value() if value else ""


HistorianOptions = Annotated[EmbeddedOptions | InfluxOptions, Field(discriminator="kind")]
