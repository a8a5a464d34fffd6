"""What ZKTeco terminals send: ATTLOG lines, and the answer to their first question. Pure.

A line is `PIN <tab> local time <tab> status <tab> verify …`, 2 to 20 columns; terminals have no time zone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from edge.model.calendar import to_ns
from edge.model.personnel import Punch

UNDEFINED_STATUS = 255
_PIN = re.compile(r"[A-Za-z0-9]{1,24}")
_TIME = "%Y-%m-%d %H:%M:%S"
_OPTIONS = """\
GET OPTION FROM: {serial}
ATTLOGStamp=None
OPERLOGStamp=9999
ATTPHOTOStamp=None
ErrorDelay=30
Delay=10
TransTimes=00:00;14:05
TransInterval=1
TransFlag=TransData AttLog
Realtime=1
Encrypt=None
"""


@dataclass(frozen=True, slots=True)
class Upload:
    """The punches of one upload, and how many of its lines were none."""

    punches: tuple[Punch, ...]
    bad_lines: int


def parse(body: str, terminal: str, zone: ZoneInfo) -> Upload:
    r"""Return the punches in a body of table ATTLOG.

    Args:
        body: lines that end in `\n` or `\r\n`.
        terminal: serial number of the sender.
        zone: of the terminal's clock.
    """
    lines = [line for line in body.splitlines() if line.strip()]
    punches = tuple(_punches(lines, terminal, zone))
    return Upload(punches, len(lines) - len(punches))


def options(serial: str) -> str:
    """Return the answer to a terminal's handshake.

    It names no time zone: firmware disagrees on hours or minutes, and a wrong one moves the terminal's clock. With
    `ATTLOGStamp=None` the terminal sends everything that it has not had confirmed, and repeats are recognised.
    """
    return _OPTIONS.format(serial=serial)


def _punches(lines: Iterable[str], terminal: str, zone: ZoneInfo) -> Iterable[Punch]:
    for line in lines:
        columns = [column.strip() for column in line.split("\t")]
        try:
            pin, moment = columns[0], datetime.strptime(columns[1], _TIME).replace(tzinfo=zone)
            status = int(columns[2]) if columns[2:3] not in ([], [""]) else UNDEFINED_STATUS
        except (IndexError, ValueError):
            continue
        if _PIN.fullmatch(pin):
            yield Punch(terminal, pin, to_ns(moment), status)
