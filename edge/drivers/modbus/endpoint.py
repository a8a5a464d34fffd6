"""Where a Modbus device is reached: one connection, any number of unit ids."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeVar, cast
from urllib.parse import parse_qsl, urlsplit

Parity = Literal["N", "E", "O"]
_N = TypeVar("_N", int, float)
_DEFAULT_PORT = 502
_LAST_UNIT = 255
_STOP_BITS = (1, 2)


class Transport(StrEnum):
    """How frames travel; the values are the URL schemes of edge.yaml."""

    TCP = "modbus-tcp"
    RTU = "modbus-rtu"
    RTU_TCP = "modbus-rtu-tcp"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One connection. Devices with equal endpoints share it.

    Attributes:
        host: host name, or the serial port's device file.
        port: TCP port; 0 for a serial port.
        timeout: s, for a connection and for an answer.
    """

    transport: Transport
    host: str
    port: int = 0
    baud: int = 9600
    parity: Parity = "N"
    stop_bits: int = 1
    timeout: float = 1.0

    def __str__(self) -> str:
        return (
            f"{self.transport}://{self.host}:{self.port}" if self.port else f"{self.transport}://{self.host}"
        )


def parse_endpoint(url: str) -> tuple[Endpoint, int]:
    """Return the connection and the unit id of an `endpoint:`.

    `modbus-tcp://HOST[:502]?unit=1`, `modbus-rtu-tcp://HOST:PORT?unit=12`,
    `modbus-rtu:///dev/ttyUSB0?baud=9600&parity=N&unit=11`; `timeout=` in seconds on each.

    Raises:
        ValueError: says what is wrong with it.
    """
    parts = urlsplit(url)
    if parts.scheme not in list(Transport):
        raise ValueError(
            f"an endpoint of a Modbus device starts with {', '.join(f'{t}://' for t in Transport)}"
        )
    transport = Transport(parts.scheme)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unit = _number(options, "unit", 1, 0, _LAST_UNIT)
    timeout = _number(options, "timeout", 1.0, 0.05, 60.0)
    serial = transport is Transport.RTU
    if serial:
        if parts.netloc or not parts.path.strip("/"):
            raise ValueError("a serial port is given with three slashes, as in modbus-rtu:///dev/ttyUSB0")
        parity = options.pop("parity", "N")
        if parity not in ("N", "E", "O"):
            raise ValueError(f"parity is N, E or O, not {parity}")
        endpoint = Endpoint(
            transport,
            parts.path,
            baud=_number(options, "baud", 9600, 300, 1_000_000),
            parity=cast("Parity", parity),
            stop_bits=_number(options, "stop", 1, *_STOP_BITS),
            timeout=timeout,
        )
    else:
        if not parts.hostname or parts.path not in ("", "/"):
            raise ValueError(f"an endpoint is {transport}://HOST:PORT?unit=N")
        endpoint = Endpoint(transport, parts.hostname, parts.port or _DEFAULT_PORT, timeout=timeout)
    if options:
        raise ValueError(f"unknown option {', '.join(sorted(options))}")
    return endpoint, unit


def _number(options: dict[str, str], key: str, default: _N, low: _N, high: _N) -> _N:
    text = options.pop(key, None)
    if text is None:
        return default
    try:
        number = type(default)(text)
    except ValueError:
        number = None
    if number is None or not low <= number <= high:
        raise ValueError(f"{key} is a number from {low} to {high}, not {text or 'empty'}")
    return number
