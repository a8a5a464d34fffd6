"""Files with punches → records: a terminal's USB log or a CSV, taken as often as anybody likes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from edge.documents import table
from edge.documents.sheet import Sheet, plain
from edge.drivers.zkteco import attlog, usb
from edge.errors import ConfigurationError, Fault
from edge.model.personnel import Punch
from edge.people.desk import Desk

MAX_BYTES = 30_000_000
_TIME = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[ T]+(\d{1,2}):(\d\d)(?::(\d\d))?")
_COLUMNS = {
    "pin": "pin",
    "考勤号": "pin",
    "time": "time",
    "时间": "time",
    "status": "status",
    "状态": "status",
}


def load(desk: Desk, file: Path, terminal: str | None) -> Iterator[str]:
    """Take a file's punches; yield what became of them, a line each.

    Raises:
        ConfigurationError: it cannot be read, holds no punch, or nobody says of which terminal it is.
    """
    serial = terminal or usb.serial_of(file.name)
    if not serial:
        raise ConfigurationError(f"{file}: say of which terminal it is: --terminal SERIAL")
    if file.suffix.lower() == ".dat":
        upload = usb.parse(_content(file), serial, desk.calendar.zone)
        punches = upload.punches
        faults = [Fault(file, fault.line, 1, "punch", fault.reason) for fault in upload.faults]
    else:
        punches, faults = _of_sheet(table.read(file)[0], serial, desk)
    if not punches:
        raise ConfigurationError.of(faults or [Fault(file, 1, 1, "punch", "there is none in it")])
    new = desk.records.add_punches(punches, desk.now)
    yield f"{file}: {len(punches)} punches, {new} of them new"
    yield from (f"left out: {fault}" for fault in faults)


def _of_sheet(sheet: Sheet, terminal: str, desk: Desk) -> tuple[tuple[Punch, ...], list[Fault]]:
    columns = {
        _COLUMNS[name]: place
        for place, cell in enumerate(sheet.rows[0])
        if (name := plain(cell).lower()) in _COLUMNS
    }
    if not {"pin", "time"} <= set(columns):
        raise ConfigurationError.of(
            [Fault(sheet.file, 1, 1, "punch", "the first line must name pin and time")]
        )
    punches, faults = [], []
    for row in range(1, len(sheet.rows)):
        if not any(sheet.rows[row]):
            continue
        cells = {name: plain(sheet.text(row, place)) for name, place in columns.items()}
        try:
            time = _time(cells["time"])
        except ValueError:
            faults.append(
                Fault(sheet.file, int(sheet.row_name(row)), columns["time"] + 1, "time", "is no time")
            )
            continue
        try:
            punches.append(
                attlog.punch_of(cells["pin"], time, cells.get("status", ""), terminal, desk.calendar.zone)
            )
        except ValueError as error:
            faults.append(Fault(sheet.file, int(sheet.row_name(row)), 1, "punch", str(error)))
    return tuple(punches), faults


def _time(text: str) -> str:
    """Return a time as Excel and terminals write it, as terminals do.

    Raises:
        ValueError: it is none.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError("no time")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    return f"{year}-{month:02d}-{day:02d} {hour:02d}:{minute:02d}:{second:02d}"


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read ({error.strerror})") from error
    if len(content) > MAX_BYTES:
        raise ConfigurationError(f"{file}: is longer than {MAX_BYTES} bytes: no terminal's log")
    return content
