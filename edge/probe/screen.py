"""A block → lines of text: registers one by one, then in pairs and fours, order beside order. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from edge.drivers.modbus.address import REGISTERS, DataType, Order, Table
from edge.model.frame import Value
from edge.probe.block import Block

_FIRST_OF_PANEL = {Table.COIL: "0x", Table.DISCRETE: "1x", Table.INPUT: "3x", Table.HOLDING: "4x"}
_BITS_PER_LINE = 16
_LEAST, _MOST = 1e-3, 1e7
"""Between these lies what machines measure; in the wrong order a float is nearly always outside."""
_MOST_64 = 10**12
_DIGITS = 7
"""A float32 has no more that mean anything."""
_NOTHING = "·"
_PLACE, _WIDE = 21, 16
_BYTE = 0xFF


def lines(block: Block) -> Iterator[str]:
    """Yield everything that a person may want to compare."""
    if block.table.is_bits:
        yield from _bits(block)
        return
    yield from _registers(block)
    if len(block.words) > 1:
        yield from _several(block, (DataType.FLOAT32, DataType.UINT32, DataType.INT32, DataType.BCD32))
    if len(block.words) >= REGISTERS[DataType.FLOAT64]:
        yield from _several(block, (DataType.FLOAT64, DataType.UINT64, DataType.INT64))
    yield from _texts(block)
    yield from _verdict(block)


def _bits(block: Block) -> Iterator[str]:
    for first in range(0, len(block.words), _BITS_PER_LINE):
        words = block.words[first : first + _BITS_PER_LINE]
        shown = " ".join("-" if word is None else str(word) for word in words)
        yield f"  {block.table}:{block.start + first:<6} {shown}"


def _registers(block: Block) -> Iterator[str]:
    signed = block.values(DataType.INT16, Order.ABCD)
    digits = block.values(DataType.BCD16, Order.ABCD)
    swapped = block.values(DataType.UINT16, Order.BADC)
    prefix = _FIRST_OF_PANEL[block.table]
    yield (
        f"  {'address':<15}{prefix:<8}{'hex':<6}{'uint16':>7}{'int16':>8}{'bcd16':>7}{'swapped':>9}"
        "  bits 15 … 0          text"
    )
    for address, word in zip(block.addresses, block.words, strict=True):
        place = f"  {f'{block.table}:{address}':<15}{prefix[0]}{address + 1:05}  "
        if word is None:
            yield f"{place}refused"
            continue
        bits = f"{word:016b}"
        grouped = " ".join(bits[at : at + 4] for at in range(0, 16, 4))
        text = "".join(_character(byte) for byte in word.to_bytes(2, "big"))
        yield (
            f"{place}{word:04X}  {word:>7}{_integer(signed[address]):>8}{_integer(digits[address]):>7}"
            f"{_integer(swapped[address]):>9}  {grouped}  {text}"
        )


def _several(block: Block, kinds: Sequence[DataType]) -> Iterator[str]:
    """Yield values of several registers, a column for each order; a row that says nothing is left out."""
    width = REGISTERS[kinds[0]]
    found = {(kind, order): block.values(kind, order) for kind in kinds for order in Order}
    rows = [
        (address, kind, cells)
        for address in block.addresses
        for kind in kinds
        if any(cells := [_cell(kind, found[kind, order].get(address)) for order in Order])
    ]
    if not rows:
        return
    yield ""
    yield f"  {f'{width} registers':<{_PLACE}}{'type':<9}" + "".join(f"{order:>{_WIDE}}" for order in Order)
    last = None
    for address, kind, cells in rows:
        place = "" if address == last else f"{block.table}:{address}-{address + width - 1}"
        last = address
        yield f"  {place:<{_PLACE}}{kind:<9}" + "".join(f"{cell or _NOTHING:>{_WIDE}}" for cell in cells)


def _cell(kind: DataType, value: Value) -> str:
    """Return a value that a machine may mean; nothing for the others."""
    if not isinstance(value, int | float) or not value:
        return ""
    if kind in (DataType.FLOAT32, DataType.FLOAT64):
        return f"{value:.{_DIGITS}g}" if _is_plausible(value) else ""
    if kind in (DataType.INT32, DataType.INT64) and value >= 0:
        return ""  # as the unsigned one says
    if REGISTERS[kind] == REGISTERS[DataType.INT64] and abs(value) >= _MOST_64:
        return ""
    return str(int(value))


def _is_plausible(value: float) -> bool:
    return math.isfinite(value) and _LEAST <= abs(value) < _MOST


def _texts(block: Block) -> Iterator[str]:
    for order, name in ((Order.ABCD, "text"), (Order.BADC, "text, low byte first")):
        for address, text in block.texts(order).items():
            yield f"  {name} from {block.table}:{address}: {text!r}"


def _verdict(block: Block) -> Iterator[str]:
    """Yield in which order the most pairs, counted from the first register, are numbers such as machines measure."""
    pairs: Counter[Order] = Counter()
    for order in Order:
        values = block.values(DataType.FLOAT32, order)
        found = (values.get(address) for address in block.addresses[:-1:2])
        pairs[order] = sum(isinstance(value, float) and _is_plausible(value) for value in found)
    if not pairs.total():
        return
    yield ""
    counts = ", ".join(f"{order} {pairs[order]}" for order in sorted(Order, key=lambda one: -pairs[one]))
    yield (
        f"pairs from {block.table}:{block.start} on that are plausible as float32 ({_LEAST:g} to {_MOST:g}):"
        f" {counts} of {len(block.words) // 2}"
    )


def _integer(value: Value) -> str:
    return _NOTHING if value is None else str(int(value))


def _character(byte: int) -> str:
    return chr(byte) if chr(byte).isprintable() and byte < 0x80 else "."  # noqa: PLR2004 - ASCII
