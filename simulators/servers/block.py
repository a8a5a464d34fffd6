"""The standard machine block as registers: a snapshot in, 54 words out, in the word order of the controller's make."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime

from simulators.model.snapshot import Snapshot

WORDS = 54
_UINT16 = 0xFFFF
_STRING_BYTES = 16
_BLOCK = struct.Struct(f">4H3I3H4H3H{_STRING_BYTES}s8I2I6H")
_FLOATS = struct.Struct(">8f")
_WORDS_OF_FLOATS = struct.Struct(">8I")


@dataclass(frozen=True, slots=True)
class WordOrder:
    """How a make of controller lays out what is longer than a word.

    Attributes:
        low_word_first: CDAB; otherwise ABCD.
        low_byte_first: strings have the two bytes of each word swapped.
    """

    low_word_first: bool
    low_byte_first: bool = False


ABCD = WordOrder(low_word_first=False)
CDAB = WordOrder(low_word_first=True)
CDAB_LOW_BYTE_FIRST = WordOrder(low_word_first=True, low_byte_first=True)


def encode(snapshot: Snapshot, heartbeat: int, clock: datetime, order: WordOrder) -> bytes:
    """Return the block as it goes over the wire, two bytes per register.

    Args:
        snapshot: what the machine shows.
        heartbeat: seconds that the controller has been on; wraps at 2^16.
        clock: wall clock of the controller.
        order: of 32-bit values and strings.
    """
    floats = _WORDS_OF_FLOATS.unpack(_FLOATS.pack(*snapshot.process_values))
    alarms = (snapshot.alarms >> shift & _UINT16 for shift in (0, 16, 32, 48))
    return _BLOCK.pack(
        heartbeat & _UINT16,
        snapshot.status,
        snapshot.packml_state,
        snapshot.unit_mode,
        double_word(snapshot.total, order),
        double_word(snapshot.good, order),
        double_word(snapshot.reject, order),
        snapshot.total & _UINT16,
        round(snapshot.speed_act * 10),
        round(snapshot.speed_set * 10),
        *alarms,
        snapshot.stop_reason,
        snapshot.recipe,
        snapshot.sku,
        _string(snapshot.batch_id, low_byte_first=order.low_byte_first),
        *(double_word(value, order) for value in floats),
        double_word(snapshot.run_s, order),
        double_word(snapshot.down_s, order),
        *_bcd_clock(clock),
    )


def double_word(value: int, order: WordOrder) -> int:
    """Return 32 bits as they lie in two registers."""
    return (value & _UINT16) << 16 | value >> 16 if order.low_word_first else value


def _string(text: str, *, low_byte_first: bool) -> bytes:
    padded = text.encode("ascii").ljust(_STRING_BYTES, b"\0")
    if not low_byte_first:
        return padded
    swapped = bytearray(padded)
    swapped[0::2], swapped[1::2] = padded[1::2], padded[0::2]
    return bytes(swapped)


def _bcd_clock(clock: datetime) -> tuple[int, ...]:
    parts = (clock.year % 100, clock.month, clock.day, clock.hour, clock.minute, clock.second)
    return tuple(part // 10 << 4 | part % 10 for part in parts)
