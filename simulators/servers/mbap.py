"""The header of Modbus TCP: transaction, protocol and length, and the unit id that the length counts already. Pure."""

from __future__ import annotations

import struct

PREFIX = struct.Struct(">HHH")
"""What stands before the bytes that its last word counts."""
HEADER = struct.Struct(">HHHB")
"""With the unit id."""
_SHORTEST, _LONGEST = 2, 254
"""Unit id and function code at least, a full frame at most."""


def makes_sense(protocol: int, length: int) -> bool:
    """Return whether a header may begin a frame of Modbus."""
    return protocol == 0 and _SHORTEST <= length <= _LONGEST
