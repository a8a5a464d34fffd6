"""Modbus RTU frames: the checksum, answers, and requests found in a stream of bytes that knows no pauses. Pure."""

from __future__ import annotations

from dataclasses import dataclass

_POLYNOMIAL = 0xA001
_SHORTEST, LONGEST = 4, 256
"""Bytes of a frame, unit id and checksum included."""
_CHECKSUM = 2

_LENGTHS = (
    dict.fromkeys((1, 2, 3, 4, 5, 6, 8), 8) | dict.fromkeys((7, 11, 12, 17), 4) | {22: 10, 24: 6, 43: 7}
)
"""Bytes of a request by its function."""
_COUNTED = {15: 6, 16: 6, 23: 10}
"""Where in a request stands how many bytes follow, by its function."""


def _table() -> tuple[int, ...]:
    entries = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
        entries.append(value)
    return tuple(entries)


_TABLE = _table()


_READ_BYTES = 8
"""A read of any table, with its checksum; garbage before a whole read can never look like the beginning of a longer one."""


def crc16(data: bytes | bytearray) -> bytes:
    """Return the checksum of a frame as it travels: low byte first."""
    value = 0xFFFF
    for byte in data:
        value = value >> 8 ^ _TABLE[(value ^ byte) & 0xFF]
    return value.to_bytes(_CHECKSUM, "little")


def frame(unit: int, pdu: bytes) -> bytes:
    """Return a PDU as it travels from or to a unit."""
    body = bytes((unit,)) + pdu
    return body + crc16(body)


@dataclass(frozen=True, slots=True)
class Request:
    """What a master asks of a unit."""

    unit: int
    pdu: bytes

    @property
    def function(self) -> int:
        """The function code."""
        return self.pdu[0]

    @property
    def wire_bytes(self) -> int:
        """How long it is on the line."""
        return 1 + len(self.pdu) + _CHECKSUM


class RequestReader:
    """Finds requests however they are cut: in pieces, back to back, behind garbage.

    On a line a pause ends a frame; TCP keeps no pauses, so that a frame is whatever has a length that its function
    allows and a checksum that is right. All else is passed over.
    """

    def __init__(self) -> None:
        self._received = bytearray()

    def feed(self, data: bytes) -> list[Request]:
        """Return the requests that are whole now."""
        received = self._received
        received += data
        found = []
        at = done = 0
        while at + _SHORTEST <= len(received):
            end = at + _length(received, at)
            if end > len(received) and end - at == _READ_BYTES:
                # A read that is still coming in: what lies inside it is no frame, even if its checksum fits.
                break
            if (
                at < end <= len(received)
                and crc16(received[at : end - _CHECKSUM]) == received[end - _CHECKSUM : end]
            ):
                found.append(Request(received[at], bytes(received[at + 1 : end - _CHECKSUM])))
                at = done = end
            else:
                at += 1
        del received[: max(done, len(received) - LONGEST + 1)]
        return found


def _length(received: bytearray, at: int) -> int:
    """Return how long the request is that may begin here; 0 = none does, or too little of it is there."""
    function = received[at + 1]
    counter = at + _COUNTED.get(function, 0)
    if counter == at:
        return _LENGTHS.get(function, 0)
    return counter - at + 1 + received[counter] + _CHECKSUM if counter < len(received) else 0
