"""Where a value lives in a Modbus device."""

from __future__ import annotations

import pytest

from edge.drivers.modbus.address import DataType
from tests.unit.drivers.modbus.tags import tag


@pytest.mark.parametrize(
    ("kind", "length", "width"),
    [(DataType.UINT16, 0, 1), (DataType.FLOAT32, 0, 2), (DataType.INT64, 0, 4), (DataType.STRING, 16, 8)],
)
def test_widths(kind: DataType, length: int, width: int) -> None:
    """A value takes as many registers as its type, a string half its bytes."""
    address = tag("v", 10, kind, length=length).address

    assert (address.width, address.stop) == (width, 10 + width)
