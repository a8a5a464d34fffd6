"""Where a value lives in a Modbus device, and how its bits are to be read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from edge.model.tag import Tag

ADDRESS_SPACE = 65_536


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
class Place:
    """What the text of an address says.

    Attributes:
        table: which of the four.
        start: wire address, 0-based, of its register or bit.
        bit: 0 (least significant) to 15, when it is part of a register.
        bits: how many bits from there on; 0 when it is no part of a register.
    """

    table: Table
    start: int
    bit: int | None = None
    bits: int = 0


@dataclass(frozen=True, slots=True)
class Address:
    """A value's place, and how it is read.

    Attributes:
        table: which of the four.
        start: wire address, 0-based, of its first register or bit.
        type: what it is.
        order: of its bytes.
        bit: 0 (least significant) to 15, of a bool or a bit field in a register.
        bits: of a bit field; 0 = a whole value, or a bool.
        length: bytes of a string, even.
    """

    table: Table
    start: int
    type: DataType
    order: Order = Order.ABCD
    bit: int | None = None
    bits: int = 0
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
    """A tag with its place; `value = raw * scale + offset`; read every `scan` seconds.

    Attributes:
        no_value: raw numbers, unsigned, by which the device says that it has none.
        twice: whether it counts only when two readings in a row agree, as for a counter that the PLC writes in halves.
    """

    tag: Tag
    address: Address
    scan: float
    scale: float = 1.0
    offset: float = 0.0
    no_value: tuple[int, ...] = ()
    twice: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What a device can take.

    Attributes:
        registers, bits: the most in one request.
        gap: the most unused registers (or bits) that are read along; None leaves it to what a request costs.
        pause_ms: rest before each request to it.
        connections: how many the device accepts at once; the node makes one.
        even_only: whether it answers even counts of registers only.
        busy_retries: how often it is asked again when it says that it is busy (exceptions 5 and 6).
    """

    registers: int = 125
    bits: int = 2000
    gap: int | None = None
    pause_ms: int = 0
    connections: int = 1
    even_only: bool = False
    busy_retries: int = 3


@dataclass(frozen=True, slots=True)
class Station:
    """A device behind a connection: its unit id, its limits, its tags."""

    device: str
    unit: int
    limits: Limits
    tags: tuple[ModbusTag, ...]
