"""Where a Modbus device is reached: one connection, any number of unit ids, and what the device behind each can take."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeVar, cast
from urllib.parse import parse_qsl, urlsplit

from edge.drivers.modbus.address import Limits

Parity = Literal["N", "E", "O"]
_N = TypeVar("_N", int, float)
_UNITS = (0, 255)
_UNITS_RTU = (1, 254)
"""In RTU frames nobody answers under 0, the broadcast, nor under 255, which a line that is turned round seems to say."""
_HOST = re.compile(r"[\w.:%-]+")
_STOP_BITS = (1, 2)
_YES_NO = {"true": True, "false": False}


class Transport(StrEnum):
    """How frames travel; the values are the URL schemes of edge.yaml."""

    TCP = "modbus-tcp"
    TLS = "modbus-tls"
    RTU = "modbus-rtu"
    RTU_TCP = "modbus-rtu-tcp"

    @property
    def is_numbered(self) -> bool:
        """Whether frames carry a transaction number, so that a late answer can be told from the right one."""
        return self in (Transport.TCP, Transport.TLS)


_DEFAULT_PORTS = {Transport.TCP: 502, Transport.TLS: 802, Transport.RTU_TCP: 502}


@dataclass(frozen=True, slots=True)
class Tls:
    """Certificates of a Modbus/TCP Security connection, as PEM files.

    Attributes:
        ca: who has signed the device's certificate.
        certificate, key: the node's own, which the device asks for.
    """

    ca: Path
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One connection. Devices with equal endpoints share it.

    Attributes:
        host: host name, or the serial port's device file.
        port: TCP port; 0 for a serial port.
        baud, parity, stop_bits: of the serial line; behind a serial server only `baud` matters, for the read plan.
        timeout: s, for a connection and for an answer.
        pause_after_connect_ms: rest between connecting and the first request.
        close_after_cycle: whether to hang up whenever nothing is due, for devices with few connections.
        tls: for Modbus/TCP Security.
    """

    transport: Transport
    host: str
    port: int = 0
    baud: int = 9600
    parity: Parity = "N"
    stop_bits: int = 1
    timeout: float = 1.0
    pause_after_connect_ms: int = 0
    close_after_cycle: bool = False
    tls: Tls | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host and self.port else self.host
        return f"{self.transport}://{host}:{self.port}" if self.port else f"{self.transport}://{host}"


@dataclass(frozen=True, slots=True)
class Access:
    """What an `endpoint:` says: the connection, the unit behind it, and limits that hold for it in place of the map's."""

    endpoint: Endpoint
    unit: int
    limits: Mapping[str, int | bool] = field(default_factory=dict)

    def limited(self, limits: Limits) -> Limits:
        """Return the limits of a map with those of the endpoint in their place."""
        return replace(limits, **self.limits)  # type: ignore[arg-type]  # its keys are those of Limits


def parse_endpoint(url: str) -> Access:
    """Return what an `endpoint:` says.

    `modbus-tcp://HOST[:502]?unit=1`, `modbus-tls://HOST[:802]`, `modbus-rtu-tcp://HOST:PORT?unit=12`,
    `modbus-rtu:///dev/ttyUSB0?baud=9600&parity=N&unit=11`; on each of them `timeout` (s), `pause_after_connect_ms`,
    `pause_ms`, `close_after_cycle`, `registers`, `bits`, `gap`, `even_only`, `busy_retries`.

    Raises:
        ValueError: says what is wrong with it.
    """
    parts = urlsplit(url)
    if parts.scheme not in list(Transport):
        raise ValueError(
            f"an endpoint of a Modbus device starts with {', '.join(f'{t}://' for t in Transport)}"
        )
    transport = Transport(parts.scheme)
    options = _Query(parts.query)
    if parts.fragment:
        raise ValueError(f"nothing of an endpoint stands behind a # (given: #{parts.fragment})")
    unit = options.number("unit", 1, *(_UNITS if transport.is_numbered else _UNITS_RTU))
    endpoint = Endpoint(
        transport,
        *(_serial_port(parts.netloc, parts.path) if transport is Transport.RTU else _address(url)),
        timeout=options.number("timeout", 1.0, 0.05, 60.0),
        pause_after_connect_ms=options.number("pause_after_connect_ms", 0, 0, 60_000),
        close_after_cycle=options.flag("close_after_cycle"),
    )
    if not transport.is_numbered:
        endpoint = replace(endpoint, baud=options.number("baud", 9600, 300, 1_000_000))
    if transport is Transport.RTU:
        endpoint = replace(
            endpoint, parity=options.parity(), stop_bits=options.number("stop", 1, *_STOP_BITS)
        )
    limits = options.limits()
    options.finish()
    return Access(endpoint, unit, limits)


def _serial_port(netloc: str, path: str) -> tuple[str, int]:
    if netloc or not path.strip("/"):
        raise ValueError("a serial port is given with three slashes, as in modbus-rtu:///dev/ttyUSB0")
    return path, 0


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    if not _HOST.fullmatch(parts.hostname or "") or parts.path not in ("", "/") or "@" in parts.netloc:
        raise ValueError(f"an endpoint is {parts.scheme}://HOST:PORT?unit=N")
    port = _DEFAULT_PORTS[Transport(parts.scheme)] if parts.port is None else parts.port
    if port == 0:
        raise ValueError("a port is a number from 1 to 65535, not 0")
    return cast("str", parts.hostname), port


class _Query:
    """The options behind the question mark, each taken once."""

    def __init__(self, text: str) -> None:
        pairs = parse_qsl(text, keep_blank_values=True)
        for key, times in Counter(key for key, _ in pairs).items():
            if times > 1:
                raise ValueError(f"{key} is given {times} times")
        self._left = dict(pairs)

    def number(self, key: str, default: _N, low: _N, high: _N) -> _N:
        text = self._left.pop(key, None)
        if text is None:
            return default
        try:
            number = type(default)(text)
        except ValueError:
            number = None
        if number is None or not low <= number <= high:
            raise ValueError(f"{key} is a number from {low} to {high}, not {text or 'empty'}")
        return number

    def flag(self, key: str) -> bool:
        text = self._left.pop(key, "false")
        if text not in _YES_NO:
            raise ValueError(f"{key} is true or false, not {text or 'empty'}")
        return _YES_NO[text]

    def parity(self) -> Parity:
        parity = self._left.pop("parity", "N")
        if parity not in ("N", "E", "O"):
            raise ValueError(f"parity is N, E or O, not {parity}")
        return cast("Parity", parity)

    def limits(self) -> dict[str, int | bool]:
        numbers = {
            "registers": (1, 125),
            "bits": (1, 2000),
            "gap": (0, 2000),
            "pause_ms": (0, 10_000),
            "busy_retries": (0, 100),
        }
        found: dict[str, int | bool] = {
            key: self.number(key, 0, low, high) for key, (low, high) in numbers.items() if key in self._left
        }
        if "even_only" in self._left:
            found["even_only"] = self.flag("even_only")
        return found

    def finish(self) -> None:
        if self._left:
            raise ValueError(f"unknown option {', '.join(sorted(self._left))}")
