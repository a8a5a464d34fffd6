"""The body of an ATTLOG upload → punches. Pure; a line that is no record never costs the good ones around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from edge.model.calendar import to_ns
from edge.model.personnel import NO_STATUS, PIN, Punch

_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_LEAST_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class LineFault:
    """A line that is no attendance record. It carries nothing of the line, as that may be somebody's.

    Attributes:
        line: its number in the body, from 1.
        reason: what is wrong.
    """

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Upload:
    """What one body holds, in its order."""

    punches: tuple[Punch, ...]
    faults: tuple[LineFault, ...]


def parse(body: bytes, terminal: str, zone: ZoneInfo) -> Upload:
    """Read `PIN, time, status, verify, work code, …` lines, tab separated, 2 to any number of columns.

    Args:
        body: as received.
        terminal: serial number of the sender.
        zone: the terminal's clock shows its local time.
    """
    punches, faults = [], []
    for number, line in enumerate(body.splitlines(), 1):
        if not line.strip():
            continue
        try:
            punches.append(_punch(line, terminal, zone))
        except ValueError as error:
            faults.append(LineFault(number, str(error)))
    return Upload(tuple(punches), tuple(faults))


def _punch(line: bytes, terminal: str, zone: ZoneInfo) -> Punch:
    if not line.isascii():
        raise ValueError("not ASCII")
    columns = [column.strip() for column in line.decode("ascii").split("\t")]
    if len(columns) < _LEAST_COLUMNS:
        raise ValueError("not tab separated")
    return punch_of(
        columns[0], columns[1], columns[2] if len(columns) > _LEAST_COLUMNS else "", terminal, zone
    )


def punch_of(pin: str, time: str, status: str, terminal: str, zone: ZoneInfo) -> Punch:
    """Return the punch of a record's columns.

    Raises:
        ValueError: it is no record; the message repeats nothing of it.
    """
    if not PIN.fullmatch(pin):
        raise ValueError("no PIN of letters and digits")
    return Punch(terminal, pin, _time(time, zone), _status(status))


def _time(text: str, zone: ZoneInfo) -> int:
    if not _TIME.fullmatch(text):
        raise ValueError("no time YYYY-MM-DD HH:MM:SS")
    try:
        return to_ns(datetime.fromisoformat(text).replace(tzinfo=zone))
    except (ValueError, OverflowError):
        raise ValueError("a time that does not exist") from None


def _status(text: str) -> int:
    if not text:
        return NO_STATUS
    if not (text.isdigit() and int(text) <= NO_STATUS):
        raise ValueError("a status that is no number from 0 to 255")
    return int(text)
