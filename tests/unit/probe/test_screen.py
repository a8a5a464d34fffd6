"""What a person sees of registers."""

from __future__ import annotations

import struct

import pytest

from edge.drivers.modbus.address import DataType, Order, Table
from edge.probe.block import Block
from edge.probe.screen import lines


def shown(*words: int | None, table: Table = Table.HOLDING, start: int = 100) -> list[str]:
    """Return the screen of some words."""
    return list(lines(Block(table, start, words)))


def words(format_: str, *values: float) -> tuple[int, ...]:
    """Return values as registers, the most significant first."""
    data = struct.pack(f">{format_}", *values)
    return struct.unpack(f">{len(data) // 2}H", data)


@pytest.mark.parametrize(
    ("registers", "order"),
    [
        ((0x4366, 0x8000), Order.ABCD),
        ((0x8000, 0x4366), Order.CDAB),
        ((0x6643, 0x0080), Order.BADC),
        ((0x0080, 0x6643), Order.DCBA),
    ],
)
def test_the_right_order_of_a_float_is_the_one_column_that_makes_sense(
    registers: tuple[int, int], order: Order
) -> None:
    """230.5 stands below its order and nothing stands below the others; the last line counts it."""
    screen = shown(*registers)
    (row,) = [line for line in screen if "float32  " in line]
    assert row.split()[2:] == ["230.5" if each is order else "·" for each in Order]
    assert screen[-1].split("): ")[1].startswith(f"{order} 1, ")


def test_a_register_is_shown_in_every_way_that_it_may_be_meant() -> None:
    """Hexadecimal, signed, digits, swapped, bits and letters; and its number on a panel."""
    (row,) = [line for line in shown(0xFFF6) if "holding:100" in line]
    assert row.split() == [
        "holding:100",
        "400101",
        "FFF6",
        "65526",
        "-10",
        "·",
        "63231",
        "1111",
        "1111",
        "1111",
        "0110",
        "..",
    ]
    (digits,) = [line for line in shown(0x1234) if "holding:100" in line]
    assert digits.split()[2:7] == ["1234", "4660", "4660", "1234", "13330"]


def test_what_was_refused_is_part_of_no_value() -> None:
    """The pair beside a hole is shown, the two that reach into it are not."""
    screen = shown(0x4366, 0x8000, None, 0x4366, 0x8000)
    assert "  holding:102    400103  refused" in screen
    pairs = [line.split()[0] for line in screen if "float32  " in line]
    assert pairs == ["holding:100-101", "holding:103-104"]


def test_counters_show_by_their_size() -> None:
    """A small total is small in one order only."""
    (row,) = [line for line in shown(*words("I", 3110111)) if "uint32 " in line]
    assert row.split()[2] == "3110111"


def test_four_registers_are_shown_where_they_are_a_number() -> None:
    """1,234,567 Wh as a signed 64-bit number, low word first."""
    (row,) = [line for line in shown(*words("q", 1_234_567)[::-1]) if "uint64 " in line]
    assert row.split()[2:4] == ["·", "1234567"]


def test_text_is_found_in_either_order() -> None:
    """Inovance has the low byte first."""
    swapped = struct.unpack("<4H", b"B-000017")
    assert "  text, low byte first from holding:100: 'B-000017'" in shown(*swapped)


def test_bits_are_shown_sixteen_to_a_line() -> None:
    """Each line begins with the address of its first bit."""
    screen = shown(*([0, 1] * 9), None, table=Table.COIL, start=0x5000)
    assert screen == ["  coil:20480  " + " ".join("01" * 8), "  coil:20496  0 1 -"]


def test_a_value_is_read_as_a_map_would_read_it() -> None:
    """The driver's own decoder, wherever a value begins."""
    block = Block(Table.INPUT, 7, (1, *words("f", 1.5), None, 2))
    assert block.values(DataType.FLOAT32, Order.ABCD)[8] == 1.5
    assert set(block.values(DataType.FLOAT32, Order.ABCD)) == {7, 8}
    assert Block(Table.INPUT, 7, (None, None)).values(DataType.INT16, Order.ABCD) == {}
