"""The checksum of RTU frames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.modbus.checksum import checksum
from tests.unit.drivers.modbus.plc import crc


@pytest.mark.parametrize(
    ("frame", "end"),
    [("01 04 02 FF FF", "B8 80"), ("11 03 00 6B 00 03", "76 87"), ("02 07", "41 12"), ("", "FF FF")],
)
def test_published_frames(frame: str, end: str) -> None:
    """Frames of the specification and of manuals end as they say."""
    assert checksum(bytes.fromhex(frame)) == bytes.fromhex(end)


@given(st.binary(max_size=260))
def test_is_what_the_definition_gives_bit_by_bit(data: bytes) -> None:
    """The table is the polynomial worked out beforehand, no more."""
    assert checksum(data) == crc(data)
