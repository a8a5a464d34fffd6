"""Registers, or bits, as they were read, and what they say as any type and order. Pure.

They are decoded by the driver's own decoder, so what a person picks here is what a map will give.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edge.drivers.modbus.address import REGISTERS, Address, DataType, ModbusTag, Order, Table
from edge.drivers.modbus.decoding import Decoder
from edge.drivers.modbus.plan import Request
from edge.model.frame import Value
from edge.model.tag import Tag


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbours of one table.

    Attributes:
        start: wire address of the first one.
        words: what each holds, 0 to 65535 or 0 and 1; None where the device gave none.
    """

    table: Table
    start: int
    words: Sequence[int | None]

    @property
    def addresses(self) -> range:
        """The wire address of each word."""
        return range(self.start, self.start + len(self.words))

    def values(self, kind: DataType, order: Order) -> Mapping[int, Value]:
        """Return what begins at each address, as far as all of its registers were read; None for no number."""
        width = REGISTERS[kind]
        places = [
            address
            for number, address in enumerate(self.addresses)
            if len(found := self.words[number : number + width]) == width and None not in found
        ]
        if not places:
            return {}
        tags = tuple(
            ModbusTag(Tag(str(address)), Address(self.table, address, kind, order), 1.0) for address in places
        )
        request = Request(self.table, self.start, len(self.words), tags)
        values, _ = Decoder(request).decode(b"".join((word or 0).to_bytes(2, "big") for word in self.words))
        return dict(zip(places, values, strict=True))

    def texts(self, order: Order, shortest: int = 4) -> Mapping[int, str]:
        """Return the runs of printable characters, by the register in which each begins."""
        runs: dict[int, str] = {}
        begin = None
        for address, word in zip(self.addresses, self.words, strict=True):
            pair = (word or 0).to_bytes(2, "little" if order.swaps_bytes else "big")
            text = "".join(chr(byte) for byte in pair if chr(byte).isprintable() and byte < 0x80)  # noqa: PLR2004 - ASCII
            begin = address if begin is None else begin
            runs[begin] = runs.get(begin, "") + text
            if len(text) < len(pair):
                begin = None
        return {address: text for address, text in runs.items() if len(text.strip()) >= shortest}
