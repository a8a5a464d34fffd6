"""A row by what its cells hold, what holds for all rows, and the faults that are found on the way. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from edge.documents.sheet import Sheet, is_nothing
from edge.drivers.modbus.address import REGISTERS, DataType, Table
from edge.drivers.modbus.notation import Brand
from edge.map_import import data_types
from edge.map_import.addresses import Style
from edge.map_import.columns import Columns
from edge.map_import.entry import Remark
from edge.map_import.headings import Column

T = TypeVar("T")


class Faulty(Exception):  # noqa: N818 - it carries faults to the next function, it is not raised to the user
    """A row is no tag."""

    def __init__(self, remarks: list[Remark]) -> None:
        super().__init__(len(remarks))
        self.remarks = remarks


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for all rows.

    Attributes:
        style: how addresses are understood.
        byte_offsets: whether they are offsets in bytes, as in a data block of Siemens.
        table: what addresses without a table are taken from; None when nothing says it.
        length_bytes: how many bytes one is in the column of lengths.
    """

    style: Style
    brand: Brand | None
    byte_offsets: bool
    table: Table | None
    length_bytes: float


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row by what they hold; `table` replaces an empty cell of the table."""

    sheet: Sheet
    where: Columns
    number: int
    table: str = ""

    def text(self, kind: Column) -> str:
        """Return what a cell says, empty when it says nothing."""
        text = self.sheet.text(self.number, self.where.at.get(kind))
        if kind is Column.TABLE and is_nothing(text):
            return self.table
        return "" if is_nothing(text) else text

    def column(self, kind: Column) -> int:
        """Return where a kind stands; the address when it has no column."""
        return self.where.at.get(kind, self.where.at[Column.ADDRESS])

    def remark(self, kind: Column, text: str) -> Remark:
        """Return something said of a cell of this row."""
        return Remark(self.number, self.column(kind), text)

    def width(self) -> int:
        """Return the bytes of the row's type, 0 if it is not a number."""
        try:
            kind = data_types.parse(self.text(Column.TYPE)).type
        except ValueError:
            return 0
        return 0 if kind in (DataType.BOOL, DataType.STRING) else 2 * REGISTERS[kind]

    def continues(self, former: int) -> bool:
        """Return whether the row is the second half of a value whose name and type are merged over both."""
        kinds = [kind for kind in (Column.NAME, Column.DESCRIPTION, Column.TYPE) if kind in self.where.at]
        cells = {(self.number, self.column(kind)) for kind in kinds}
        return former < self.number and bool(cells) and cells <= self.sheet.merged


@dataclass(slots=True)
class Findings:
    """Collects all faults of a row, so that it need not be imported once per fault."""

    row: Row
    faults: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)

    def of(self, kind: Column, parse: Callable[[str], T]) -> T | None:
        """Return what a cell means; None when it is empty or wrong."""
        text = self.row.text(kind)
        if not text:
            return None
        try:
            return parse(text)
        except ValueError as error:
            self.fault(kind, str(error))
            return None

    def fault(self, kind: Column, text: str) -> None:
        """Say what is wrong with a cell."""
        self.faults.append(self.row.remark(kind, text))

    def note(self, kind: Column, text: str) -> None:
        """Say what was taken for granted in a cell."""
        self.notes.append(self.row.remark(kind, text))
