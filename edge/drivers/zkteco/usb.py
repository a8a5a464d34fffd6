"""A terminal's log from a USB stick: `<serial>_attlog.dat`, plain or extended → punches. Pure.

Its columns are not those of the push protocol: PIN (right-aligned), time, device id, status, verification, work code. An
extended file has the serial number on its first line and a checksum on its last.
"""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from edge.drivers.zkteco.attlog import LineFault, Upload, punch_of

_FRAME = re.compile(rb"\s*(?:SN|S|C|CHECKSUM)\b.*", re.IGNORECASE | re.DOTALL)
_NAME = re.compile(r"(?P<serial>[A-Za-z0-9-]{1,40})_attlog\.dat", re.IGNORECASE)
_STATUS = 3
_LEAST_COLUMNS = 2


def parse(body: bytes, terminal: str, zone: ZoneInfo) -> Upload:
    """Read the lines of a log; a line that is no record never costs the good ones around it.

    Args:
        body: of the file.
        terminal: serial number, under which the same records may have been pushed.
        zone: the terminal's clock shows its local time.
    """
    punches, faults = [], []
    for number, line in enumerate(body.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if not line.strip() or _FRAME.fullmatch(line):
            continue
        try:
            columns = [column.strip() for column in line.decode("ascii").split("\t")]
            if len(columns) < _LEAST_COLUMNS:
                raise ValueError("not tab separated")
            status = columns[_STATUS] if len(columns) > _STATUS else ""
            punches.append(punch_of(columns[0], columns[1], status, terminal, zone))
        except UnicodeDecodeError:
            faults.append(LineFault(number, "not ASCII"))
        except ValueError as error:
            faults.append(LineFault(number, str(error)))
    return Upload(tuple(punches), tuple(faults))


def serial_of(name: str) -> str:
    """Return the serial number that a file is named after, empty when it is not."""
    match = _NAME.fullmatch(name)
    return match["serial"] if match else ""
