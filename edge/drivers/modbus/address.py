"""Where a value lives in a Modbus device, and how its bits are to be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from edge.model.tag import Tag

ADDRESS_SPACE = 65_536
_ADDRESS = re.compile(r"(?P<table>[a-z]+):(?P<number>\d{1,6})(?:\.(?P<bit>\d{1,2}))?")
_LAST_BIT = 15


class Table(StrEnum):
    """The four tables of the Modbus application protocol (V1.1b3, 4.3)."""

    COIL = "coil"
    DISCRETE = "discrete"
    INPUT = "input"
    HOLDING = "holding"

    @property
    def is_bits(self) -> bool:
        """Whether an address holds one bit rather than a 16-bit register."""
        return self in (Table.COIL, Table.DISCRETE)


class DataType(StrEnum):
    """What a value is."""

    BOOL = "bool"
    INT16 = "int16"
    INT32 = "int32"
    INT64 = "int64"
    UINT16 = "uint16"
    UINT32 = "uint32"
    UINT64 = "uint64"
    FLOAT32 = "float32"
    FLOAT64 = "float64"
    BCD16 = "bcd16"
    BCD32 = "bcd32"
    STRING = "string"


REGISTERS = {
    DataType.BOOL: 1,
    DataType.INT16: 1,
    DataType.UINT16: 1,
    DataType.BCD16: 1,
    DataType.INT32: 2,
    DataType.UINT32: 2,
    DataType.FLOAT32: 2,
    DataType.BCD32: 2,
    DataType.INT64: 4,
    DataType.UINT64: 4,
    DataType.FLOAT64: 4,
}
"""Registers that a value of each type takes; a string's depends on its length."""


class Order(StrEnum):
    """Order on the wire of the bytes ABCD of a 32-bit value (A most significant); 64-bit values follow suit.

    ABCD big-endian, CDAB low word first, BADC bytes of each word swapped, DCBA little-endian. Of 16-bit values and
    strings only the swap within a word (BADC, DCBA) applies.
    """

    ABCD = "ABCD"
    CDAB = "CDAB"
    BADC = "BADC"
    DCBA = "DCBA"

    @property
    def low_word_first(self) -> bool:
        """Whether the words of a value stand in reverse."""
        return self in (Order.CDAB, Order.DCBA)

    @property
    def swaps_bytes(self) -> bool:
        """Whether the two bytes of each word stand in reverse."""
        return self in (Order.BADC, Order.DCBA)


@dataclass(frozen=True, slots=True)
class Address:
    """A value's place.

    Attributes:
        table: which of the four.
        start: wire address, 0-based, of its first register or bit.
        type: what it is.
        order: of its bytes.
        bit: 0 (least significant) to 15, for a bool in a register.
        length: bytes of a string, even.
    """

    table: Table
    start: int
    type: DataType
    order: Order = Order.ABCD
    bit: int | None = None
    length: int = 0

    @property
    def width(self) -> int:
        """Registers (or bits, in the bit tables) that it takes."""
        return self.length // 2 if self.type is DataType.STRING else REGISTERS[self.type]

    @property
    def stop(self) -> int:
        """The first wire address after it."""
        return self.start + self.width


@dataclass(frozen=True, slots=True)
class ModbusTag:
    """A tag with its place; `value = raw * scale + offset`; read every `scan` seconds."""

    tag: Tag
    address: Address
    scan: float
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a device can take.

    Attributes:
        registers, bits: the most in one request.
        gap: unused registers that are read along rather than making another request.
        pause_ms: rest between two requests.
        connections: how many the device accepts at once.
    """

    registers: int = 125
    bits: int = 2000
    gap: int = 8
    pause_ms: int = 0
    connections: int = 1


@dataclass(frozen=True, slots=True)
class Station:
    """A device behind a connection: its unit id, its limits, its tags."""

    device: str
    unit: int
    limits: Limits
    tags: tuple[ModbusTag, ...]


def parse_address(text: str, base: int = 0) -> tuple[Table, int, int | None]:
    """Return table, wire address and bit of `holding:4` or `holding:1.1`.

    Args:
        text: as in a PLC map.
        base: 1 when the map counts from 1, as manuals do; 0 for wire addresses.

    Raises:
        ValueError: it is not an address, or out of the table's range; says what is wrong.
    """
    match = _ADDRESS.fullmatch(text)
    if match is None or match["table"] not in list(Table):
        raise ValueError(f"an address is TABLE:NUMBER or TABLE:NUMBER.BIT with a table of {', '.join(Table)}")
    table, start = Table(match["table"]), int(match["number"]) - base
    if not 0 <= start < ADDRESS_SPACE:
        raise ValueError(f"{table} addresses run from {base} to {ADDRESS_SPACE - 1 + base}")
    if match["bit"] is None:
        return table, start, None
    if table.is_bits:
        raise ValueError(f"an address of table {table} is a bit already")
    bit = int(match["bit"])
    if bit > _LAST_BIT:
        raise ValueError(f"a register has bits 0 to {_LAST_BIT}")
    return table, start, bit
