"""What an import makes of the rows of a table."""

from __future__ import annotations

from dataclasses import dataclass

from edge.drivers.modbus.address import REGISTERS, DataType, Order, Table


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """Something that is said of a cell."""

    row: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that is a tag.

    Attributes:
        start: wire address; `table`, `bit` and `bits` as in a Place.
        written: how a brand's program writes the address; empty when the map gives its number.
        length: bytes of a string.
        order: when the row says it.
        scale, offset, range, scan: as written in the map; empty when there is nothing to say.
    """

    row: int
    key: str
    table: Table
    start: int
    type: DataType
    bit: int | None = None
    bits: int = 0
    written: str = ""
    length: int = 0
    order: Order | None = None
    scale: str = ""
    offset: str = ""
    unit: str = ""
    range: tuple[str, str] | None = None
    scan: str = ""
    description: str = ""

    @property
    def stop(self) -> int:
        """The first wire address after it."""
        return self.start + (self.length // 2 if self.type is DataType.STRING else REGISTERS[self.type])


@dataclass(frozen=True, slots=True)
class Reading:
    """All rows below a heading, each of which is in one of the three.

    Attributes:
        faults: what keeps rows from being tags; several of a row are possible.
        left_out: rows that are no tags, and why; they are no faults.
        notes: what was taken for granted in tags.
    """

    entries: tuple[Entry, ...]
    faults: tuple[Remark, ...]
    left_out: tuple[Remark, ...]
    notes: tuple[Remark, ...]
