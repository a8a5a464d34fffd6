"""The machine block against registers written by hand."""

from __future__ import annotations

import struct
from dataclasses import replace
from datetime import datetime

import pytest

from simulators.model.packml import State, UnitMode
from simulators.model.snapshot import Snapshot, Status
from simulators.model.stops import StopReason
from simulators.servers.block import ABCD, CDAB, CDAB_LOW_BYTE_FIRST, WORDS, WordOrder, encode

_CLOCK = datetime(2026, 11, 23, 7, 5, 59)  # noqa: DTZ001 - a controller's clock has no zone
_SNAPSHOT = Snapshot(
    status=Status.AUTO | Status.RUNNING | Status.REMOTE_OK,
    packml_state=State.EXECUTE,
    unit_mode=UnitMode.PRODUCTION,
    total=0x12345678,
    good=0x12340000,
    reject=0x00005678,
    speed_act=56.94,
    speed_set=57.0,
    alarms=1 << 0 | 1 << 17 | 1 << 47 | 1 << 48,
    stop_reason=StopReason.JAM,
    recipe=1,
    sku=2,
    batch_id="JA01-00001-01",
    process_values=(230.5, 1.5, 123456.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    run_s=65_537,
    down_s=2,
)


def _registers(order: WordOrder, snapshot: Snapshot = _SNAPSHOT, heartbeat: int = 65_540) -> list[int]:
    return list(struct.unpack(f">{WORDS}H", encode(snapshot, heartbeat, _CLOCK, order)))


@pytest.mark.parametrize("order", [ABCD, CDAB, CDAB_LOW_BYTE_FIRST])
def test_single_words_are_where_the_table_says(order: WordOrder) -> None:
    """Heartbeat, status, states, shadow counter, speeds, alarms, codes and BCD clock, the same in every order."""
    registers = _registers(order)
    assert len(registers) == 54
    assert registers[0:4] == [4, 0b1000_0000_0011, 6, 1]
    assert registers[10:13] == [0x5678, 569, 570]
    assert registers[13:17] == [0x0001, 0x0002, 0x8000, 0x0001]
    assert registers[17:20] == [3, 1, 2]
    assert registers[48:54] == [0x26, 0x11, 0x23, 0x07, 0x05, 0x59]


def test_abcd() -> None:
    """Siemens: high word first, strings as they read."""
    registers = _registers(ABCD)
    assert registers[4:10] == [0x1234, 0x5678, 0x1234, 0x0000, 0x0000, 0x5678]
    assert registers[28:34] == [0x4366, 0x8000, 0x3FC0, 0x0000, 0x47F1, 0x2000]
    assert registers[44:48] == [1, 1, 0, 2]
    assert struct.pack(">8H", *registers[20:28]) == b"JA01-00001-01\0\0\0"


def test_cdab() -> None:
    """Mitsubishi: low word first, strings as they read."""
    registers = _registers(CDAB)
    assert registers[4:10] == [0x5678, 0x1234, 0x0000, 0x1234, 0x5678, 0x0000]
    assert registers[28:34] == [0x8000, 0x4366, 0x0000, 0x3FC0, 0x2000, 0x47F1]
    assert registers[44:48] == [1, 1, 2, 0]
    assert struct.pack(">8H", *registers[20:28]) == b"JA01-00001-01\0\0\0"


def test_cdab_with_low_byte_first_strings() -> None:
    """Inovance: low word first, and each word of a string has its bytes swapped."""
    registers = _registers(CDAB_LOW_BYTE_FIRST)
    assert registers[4:6] == [0x5678, 0x1234]
    assert registers[28:30] == [0x8000, 0x4366]
    assert struct.pack(">8H", *registers[20:28]) == b"AJ100-00100-" + b"\x001\0\0"


def test_a_batch_id_that_fills_its_field() -> None:
    """Sixteen characters fit and push nothing out of place."""
    registers = _registers(ABCD, replace(_SNAPSHOT, batch_id="0123456789ABCDEF"))
    assert struct.pack(">8H", *registers[20:28]) == b"0123456789ABCDEF"
    assert registers[28] == 0x4366
