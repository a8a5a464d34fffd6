"""Forged frames of Modbus: sound in themselves, but not what was asked for. Pure."""

from __future__ import annotations

from simulators.servers.mbap import PREFIX
from simulators.servers.rtu import frame as rtu_frame

_UNIT = PREFIX.size
_CHECKSUM_BYTES = 2


def with_number_zero(frame: bytes) -> bytes:
    """Return a Modbus TCP frame under transaction number 0; other bytes as they are."""
    return bytes(2) + frame[2:] if _is_tcp(frame) else frame


def with_next_unit(frame: bytes) -> bytes:
    """Return a frame that comes from the unit after the one that has sent it, with a checksum that is right again."""
    if _is_tcp(frame):
        return frame[:_UNIT] + bytes([(frame[_UNIT] + 1) % 256]) + frame[_UNIT + 1 :]
    return rtu_frame((frame[0] + 1) % 256, frame[1:-_CHECKSUM_BYTES])


def _is_tcp(frame: bytes) -> bool:
    if len(frame) <= PREFIX.size:
        return False
    _, protocol, length = PREFIX.unpack_from(frame)
    return (protocol, length) == (0, len(frame) - PREFIX.size)
