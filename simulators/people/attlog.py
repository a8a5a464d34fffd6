"""The plant's attendance terminals, and the line of text that is a record in one (ZKTeco push, domain §4.4)."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum


class Terminal(StrEnum):
    """Serial numbers: ATT1 at the gate, ATT2 in the workshop where piece workers destem."""

    GATE = "CGKK223812345"
    WORKSHOP = "CGKK223812346"


class Status(IntEnum):
    """The key that was pressed."""

    IN = 0
    OUT = 1
    BREAK_OUT = 2
    BREAK_IN = 3
    OVERTIME_IN = 4
    OVERTIME_OUT = 5
    NONE = 255


class Verify(IntEnum):
    """How the terminal knew who it was."""

    FINGER = 1
    FACE = 15


def attlog_line(pin: str, local: datetime, status: int, verify: int) -> str:
    """Return a record: PIN, time without zone, status, verify, work code and reserved columns, tab separated."""
    return f"{pin}\t{local:%Y-%m-%d %H:%M:%S}\t{status:d}\t{verify:d}\t0\t0\t0\t0\t0\t0"
