"""What every room's `options.py` is built from: strict models, secrets, paths, addresses, times and sizes."""

from __future__ import annotations

import ipaddress
import os
import re
from datetime import time
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
)

_SECRET = re.compile(r"\$\{(?P<kind>env|file):(?P<name>[^}]+)\}")
_LISTEN = re.compile(r"(?P<host>\[[0-9A-Fa-f:]+\]|[^:\[\]\s]+):(?P<port>\d{1,5})")
_DURATION = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>ms|s|min|h)")
_UNITS_S = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[KMGT]?)B")
_FACTORS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_MAX_PORT = 65535
MAX_SECRET_BYTES = 16_384


class Options(BaseModel):
    """A block of edge.yaml or of a PLC map: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=False)


def directory(info: ValidationInfo) -> Path:
    """Return the folder of the file that is being read; relative paths in it start there."""
    context = info.context or {}
    return Path(context.get("directory", "."))


def _resolve_secret(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, str):
        raise ValueError("a secret is given as ${env:NAME} or ${file:PATH}")  # noqa: TRY004 - pydantic collects these
    match = _SECRET.fullmatch(value)
    if match is None:
        raise ValueError("a secret is given as ${env:NAME} or ${file:PATH}, never in the file itself")
    name = match["name"]
    if match["kind"] == "env":
        secret = os.environ.get(name)
        if not secret:
            raise ValueError(f"the environment variable {name} is not set")
        return secret
    path = directory(info) / name
    try:
        with path.open("rb") as file:
            return file.read(MAX_SECRET_BYTES).decode().strip()
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 text") from error


Secret = Annotated[SecretStr, BeforeValidator(_resolve_secret, json_schema_input_type=str)]
"""A password or token, given as `${env:NAME}` or `${file:PATH}`."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("a name is up to 32 letters, digits, _ and -, as it goes into topics and tags")
    return text


Name = Annotated[str, AfterValidator(_name), Field(json_schema_extra={"pattern": f"^{_NAME.pattern}$"})]
"""What people read is `name:`, in any script; this is for machines."""

FilePath = Annotated[Path, AfterValidator(lambda path, info: directory(info) / path)]
"""A path; relative ones start at the folder of the file that names them."""


def _there(path: Path) -> Path:
    if not path.is_file():
        raise ValueError(f"there is no file {path}")
    return path


ExistingFile = Annotated[FilePath, AfterValidator(_there)]
"""A `FilePath` that leads to a file."""


class ListenAddress(NamedTuple):
    """Where a server listens."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def _listen(value: object) -> object:
    match = _LISTEN.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match["port"]) > _MAX_PORT:
        raise ValueError("an address to listen on is host:port, as in 127.0.0.1:8080")
    return ListenAddress(match["host"].strip("[]"), int(match["port"]))


Listen = Annotated[ListenAddress, BeforeValidator(_listen, json_schema_input_type=str)]
"""`host:port`; port 0 takes any free one."""


def _seconds(value: object) -> object:
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("a time is a number and one of ms, s, min, h, as in 500ms or 10s")
    return float(match["number"]) * _UNITS_S[match["unit"]]


Seconds = Annotated[float, BeforeValidator(_seconds, json_schema_input_type=str)]
"""A span of time, written with its unit; inside it is seconds."""


def _bytes(value: object) -> object:
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("a size is a number and one of B, KB, MB, GB, TB, as in 500MB")
    return round(float(match["number"]) * _FACTORS[match["unit"]])


Bytes = Annotated[int, BeforeValidator(_bytes, json_schema_input_type=str)]
"""A size, written with its unit; inside it is bytes."""


def clock_time(value: object) -> object:
    """Return the time of day that a text means."""
    if not isinstance(value, str):
        raise ValueError("a time of day is HH:MM, as in 07:30")  # noqa: TRY004 - pydantic collects these
    try:
        return time.fromisoformat(value)
    except ValueError:
        raise ValueError("a time of day is HH:MM, as in 07:30") from None


ClockTime = Annotated[time, BeforeValidator(clock_time, json_schema_input_type=str)]
"""A time of day, `HH:MM`."""
