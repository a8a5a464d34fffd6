"""The roster: an XLSX or CSV file, as Excel writes it → workers, or every fault of the file at once.

What is wrong is said by its place, never by repeating what is somebody's: the faults may end up in a log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

from edge.documents import table
from edge.documents.sheet import Sheet, plain
from edge.errors import ConfigurationError, Fault
from edge.model.personnel import PIN, YOUNGEST, Worker, WorkerKind, age

COLUMNS = ("pin", "name", "kind", "team", "shift")
"""Every roster has them, in any order."""
OPTIONAL = ("id", "station", "first", "last", "born", "priority")
_HEADINGS = {
    "考勤号": "pin",
    "姓名": "name",
    "用工性质": "kind",
    "类别": "kind",
    "班组": "team",
    "班次": "shift",
    "工号": "id",
    "岗位": "station",
    "入职日期": "first",
    "离职日期": "last",
    "出生日期": "born",
    "优先": "priority",
}
_KINDS = {
    "permanent": WorkerKind.PERMANENT,
    "正式": WorkerKind.PERMANENT,
    "固定": WorkerKind.PERMANENT,
    "seasonal": WorkerKind.SEASONAL,
    "季节": WorkerKind.SEASONAL,
    "季节工": WorkerKind.SEASONAL,
    "临时": WorkerKind.SEASONAL,
    "临时工": WorkerKind.SEASONAL,
}
_FLAGS = {"": False, "no": False, "false": False, "0": False, "否": False} | dict.fromkeys(
    ("yes", "true", "1", "是", "x", "√"), True
)
_ID = re.compile(r"[0-9A-Za-z_-]{1,32}")
_MAX_TEXT = 32
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?:日|[ T]00:00:00)?")
_Cells = Mapping[str, str]


def read_roster(
    path: Path, wrong_turns: Callable[[str], str], sheet: str | None = None
) -> tuple[Worker, ...]:
    """Read a roster file.

    Args:
        path: the file.
        wrong_turns: what is wrong with a pattern of shifts, empty when nothing is.
        sheet: of a workbook; the first one when None.

    Raises:
        ConfigurationError: with every fault, by row and column.
    """
    workers, faults = parse_roster(table.read(path, sheet)[0], wrong_turns)
    if faults:
        raise ConfigurationError.of(faults)
    return workers


def parse_roster(sheet: Sheet, wrong_turns: Callable[[str], str]) -> tuple[tuple[Worker, ...], list[Fault]]:
    """Return the workers of a sheet, and everything that is wrong with it."""
    return _Reader(sheet, wrong_turns).read()


class _Reader:
    def __init__(self, sheet: Sheet, wrong_turns: Callable[[str], str]) -> None:
        self._sheet = sheet
        self._wrong_turns = wrong_turns
        self._faults: list[Fault] = []
        self._workers: dict[int, Worker] = {}
        """By row."""

    def read(self) -> tuple[tuple[Worker, ...], list[Fault]]:
        rows = [row for row, cells in enumerate(self._sheet.rows) if any(cells)]
        columns = self._header(rows[0] if rows else 0)
        if not self._faults:
            for row in rows[1:]:
                self._read(row, columns)
            self._check_twice()
        return tuple(self._workers.values()), self._faults

    def _header(self, row: int) -> dict[str, int]:
        cells = [plain(cell).lower() for cell in self._sheet.rows[row]] if self._sheet.rows else []
        names = [_HEADINGS.get(cell, cell) for cell in cells]
        missing = [name for name in COLUMNS if name not in names]
        if missing:
            wanted = ",".join(COLUMNS)
            self._fault(
                row,
                0,
                "roster",
                f"the first line must name the columns {wanted}; missing: {','.join(missing)}",
            )
        for column, name in enumerate(names):
            if name not in COLUMNS and name not in OPTIONAL:
                if name or any(len(cells) > column and cells[column] for cells in self._sheet.rows):
                    self._fault(row, column, name[:_MAX_TEXT] or "roster", "no such column")
            elif names.index(name) != column:
                self._fault(row, column, name, "is there twice")
        return {name: column for column, name in enumerate(names)}

    def _read(self, row: int, columns: Mapping[str, int]) -> None:
        if any(self._sheet.rows[row][len(columns) :]):
            self._fault(row, len(columns), "roster", f"more than {len(columns)} columns")
            return
        cells = {name: plain(self._sheet.text(row, column)) for name, column in columns.items()}
        cells["name"] = self._sheet.text(row, columns["name"])
        wrong = list(self._wrong(cells))
        for key, message in wrong:
            self._fault(row, columns[key], key, message)
        if not wrong:
            self._workers[row] = _worker(cells)

    def _wrong(self, cells: _Cells) -> Iterator[tuple[str, str]]:
        if not PIN.fullmatch(cells["pin"]):
            yield "pin", "should be 1 to 24 letters or digits, as the terminal knows it"
        if cells.get("id") and not _ID.fullmatch(cells["id"]):
            yield "id", "should be up to 32 letters, digits, - and _"
        if not cells["name"]:
            yield "name", "is missing"
        if cells["kind"].lower() not in _KINDS:
            yield "kind", f"should be {' or '.join(WorkerKind)} (given: {cells['kind'][:_MAX_TEXT]})"
        if not 0 < len(cells["team"]) <= _MAX_TEXT:
            yield "team", f"should be 1 to {_MAX_TEXT} characters"
        if wrong := self._wrong_turns(cells["shift"]):
            yield "shift", wrong
        if cells.get("priority", "").lower() not in _FLAGS:
            yield "priority", "should be yes or no"
        yield from _wrong_days(cells)

    def _check_twice(self) -> None:
        """A PIN may pass from one worker to another, but nobody shares it at one time, and an id is one person's for good."""
        ids: dict[str, int] = {}
        pins: dict[str, list[int]] = {}
        for row, worker in self._workers.items():
            if (first := ids.setdefault(worker.id, row)) != row:
                self._fault(row, 0, "pin", f"is that of line {self._line(first)}, too")
                continue
            sharing = pins.setdefault(worker.pin, [])
            if shared := next((other for other in sharing if _meet(self._workers[other], worker)), None):
                self._fault(row, 0, "pin", f"is that of line {self._line(shared)} at the same time")
            sharing.append(row)

    def _fault(self, row: int, column: int, key: str, message: str) -> None:
        self._faults.append(Fault(self._sheet.file, self._line(row), column + 1, key, message))

    def _line(self, row: int) -> int:
        return int(self._sheet.row_name(row)) if row < len(self._sheet.rows) else 1


def _wrong_days(cells: _Cells) -> Iterator[tuple[str, str]]:
    days: dict[str, date | None] = {}
    for key in ("first", "last", "born"):
        try:
            days[key] = _day(cells.get(key, ""))
        except ValueError:
            yield key, "should be a date like 2026-08-01"
    first, last, born = (days.get(key) for key in ("first", "last", "born"))
    if first and last and last < first:
        yield "last", "is before the first day"
    if born and first and age(born, first) < YOUNGEST:
        yield "born", f"nobody under {YOUNGEST} may be employed"


def _worker(cells: _Cells) -> Worker:
    return Worker(
        cells["pin"],
        cells["name"],
        _KINDS[cells["kind"].lower()],
        cells["team"],
        cells["shift"],
        id=cells.get("id", ""),
        station=cells.get("station", ""),
        first=_day(cells.get("first", "")),
        last=_day(cells.get("last", "")),
        born=_day(cells.get("born", "")),
        priority=_FLAGS[cells.get("priority", "").lower()],
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError("no date")
    return date(*map(int, match.groups()))


def _meet(one: Worker, other: Worker) -> bool:
    return (one.last is None or other.first is None or other.first <= one.last) and (
        other.last is None or one.first is None or one.first <= other.last
    )
