"""One slave of a serial line: named points at register addresses, and what its make refuses to answer."""

from __future__ import annotations

import struct
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Generic, Protocol, TypeVar

from simulators.faults.kinds import FrozenHeartbeat, ProbeNan, ProbeStuck

READ_HOLDING_REGISTERS, READ_INPUT_REGISTERS = 3, 4
ILLEGAL_FUNCTION, ILLEGAL_DATA_ADDRESS, ILLEGAL_DATA_VALUE = 1, 2, 3

R = TypeVar("R")
ImageFault = FrozenHeartbeat | ProbeStuck | ProbeNan
"""Faults of what is measured; the answers go on."""


class ModbusException(Exception):  # noqa: N818 - the protocol's own word for it
    """A slave refuses a request.

    Attributes:
        code: what it says instead of data.
    """

    def __init__(self, code: int) -> None:
        super().__init__(f"Modbus exception {code}")
        self.code = code


class Unit(Protocol):
    """Whatever has a unit id on the line."""

    def read(self, function: int, start: int, count: int) -> bytes:
        """Return `count` registers from wire address `start`, high byte first.

        Raises:
            ModbusException: the slave answers with an exception.
        """


class Kind(Enum):
    """How a value lies in registers: its format, and the pattern that means "not available"."""

    FLOAT32 = ">f", bytes.fromhex("FFC00000")
    INT64 = ">q", bytes.fromhex("8000000000000000")
    UINT16 = ">H", bytes.fromhex("FFFF")
    INT16 = ">h", bytes.fromhex("8000")

    def __init__(self, layout: str, missing: bytes) -> None:
        self._layout = struct.Struct(layout)
        self.missing = missing
        self.registers = self._layout.size // 2

    def encode(self, value: float) -> bytes:
        """Return a value's registers."""
        return self._layout.pack(value if self is Kind.FLOAT32 else round(value))


@dataclass(frozen=True, slots=True)
class Point(Generic[R]):
    """One value of a reading, by the name that a fault or a map gives it.

    Attributes:
        address: wire address of its first register.
        value: takes it out of a reading, in the unit of the registers.
    """

    name: str
    address: int
    kind: Kind
    value: Callable[[R], float]


@dataclass(frozen=True, slots=True)
class Make(Generic[R]):
    """A type of slave: what it measures, where, and how it wants to be asked.

    Attributes:
        function: the one read function that it knows.
        max_registers: of one request.
        even_only: an odd number of registers is refused.
        served: addresses that may be read; None = those of the points.
    """

    function: int
    points: tuple[Point[R], ...]
    max_registers: int = 125
    even_only: bool = False
    served: Container[int] | None = None


class Instrument(Generic[R]):
    """A slave with a reading to show. Implements Unit."""

    def __init__(self, name: str, make: Make[R], reading: R) -> None:
        addresses = {p.address + n for p in make.points for n in range(p.kind.registers)}
        self.name = name
        self._make = make
        self._reading = reading
        self._served = addresses if make.served is None else make.served
        self._base = min(addresses)
        self._image = bytearray(2 * (max(addresses) + make.max_registers - self._base))
        self._outdated = True
        self._held: dict[ImageFault, dict[Point[R], bytes]] = {}

    @property
    def probes(self) -> tuple[str, ...]:
        """The names of its points."""
        return tuple(point.name for point in self._make.points)

    def show(self, reading: R) -> None:
        """Let every point but the held ones follow a new reading."""
        self._reading = reading
        self._outdated = True

    def read(self, function: int, start: int, count: int) -> bytes:
        """Return `count` registers from wire address `start`, high byte first.

        Raises:
            ModbusException: as its make refuses such a request.
        """
        make = self._make
        if function != make.function:
            raise ModbusException(ILLEGAL_FUNCTION)
        if not 1 <= count <= make.max_registers or (make.even_only and count % 2):
            raise ModbusException(ILLEGAL_DATA_VALUE)
        if not all(address in self._served for address in range(start, start + count)):
            raise ModbusException(ILLEGAL_DATA_ADDRESS)
        if self._outdated:
            self._encode()
        first = 2 * (start - self._base)
        return bytes(self._image[first : first + 2 * count])

    def hold(self, fault: ImageFault) -> None:
        """Keep points as they are, or make one not available, until `release`."""
        self._encode()
        if isinstance(fault, FrozenHeartbeat):
            self._held[fault] = {point: self._shown(point) for point in self._make.points}
        else:
            point = next(point for point in self._make.points if point.name == fault.probe)
            self._held[fault] = {
                point: point.kind.missing if isinstance(fault, ProbeNan) else self._shown(point)
            }
        self._outdated = True

    def release(self, fault: ImageFault) -> None:
        """Let what a fault held follow the reading again."""
        self._held.pop(fault, None)
        self._outdated = True

    def _encode(self) -> None:
        self._write((point, point.kind.encode(point.value(self._reading))) for point in self._make.points)
        for held in self._held.values():
            self._write(held.items())
        self._outdated = False

    def _write(self, registers: Iterable[tuple[Point[R], bytes]]) -> None:
        for point, data in registers:
            first = 2 * (point.address - self._base)
            self._image[first : first + len(data)] = data

    def _shown(self, point: Point[R]) -> bytes:
        first = 2 * (point.address - self._base)
        return bytes(self._image[first : first + 2 * point.kind.registers])


def show(units: Mapping[int, Instrument[R]], readings: Mapping[str, R]) -> None:
    """Let every instrument of a line show the reading of its name."""
    for instrument in units.values():
        instrument.show(readings[instrument.name])
