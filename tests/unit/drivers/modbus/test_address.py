"""Where a value lives in a Modbus device."""

from __future__ import annotations

import pytest

from edge.drivers.modbus.address import DataType, Table, parse_address
from tests.unit.drivers.modbus.tags import tag


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("holding:4", 0, (Table.HOLDING, 4, None)),
        ("holding:1.1", 0, (Table.HOLDING, 1, 1)),
        ("input:1", 1, (Table.INPUT, 0, None)),
        ("coil:65535", 0, (Table.COIL, 65535, None)),
        ("discrete:65536", 1, (Table.DISCRETE, 65535, None)),
    ],
)
def test_addresses(text: str, base: int, expected: tuple[Table, int, int | None]) -> None:
    """A map counts from 0, as the wire does, or from 1, as manuals do."""
    assert parse_address(text, base) == expected


@pytest.mark.parametrize(
    ("text", "base", "complaint"),
    [
        ("holding", 0, "TABLE:NUMBER"),
        ("register:4", 0, "with a table of coil, discrete, input, holding"),
        ("holding:-1", 0, "TABLE:NUMBER"),
        ("holding:65536", 0, "from 0 to 65535"),
        ("holding:0", 1, "from 1 to 65536"),
        ("holding:1.16", 0, "bits 0 to 15"),
        ("coil:1.1", 0, "is a bit already"),
    ],
)
def test_what_is_no_address(text: str, base: int, complaint: str) -> None:
    """The message says what an address looks like or how far it may go."""
    with pytest.raises(ValueError, match=complaint):
        parse_address(text, base)


@pytest.mark.parametrize(
    ("kind", "length", "width"),
    [(DataType.UINT16, 0, 1), (DataType.FLOAT32, 0, 2), (DataType.INT64, 0, 4), (DataType.STRING, 16, 8)],
)
def test_widths(kind: DataType, length: int, width: int) -> None:
    """A value takes as many registers as its type, a string half its bytes."""
    address = tag("v", 10, kind, length=length).address

    assert (address.width, address.stop) == (width, 10 + width)
