"""The roster: a CSV file, as Excel writes it → workers, or every fault of the file at once."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.errors import ConfigurationError, Fault
from edge.model.personnel import Worker, WorkerKind

COLUMNS = ("pin", "name", "kind", "team", "shift")
"""The header, in any order."""
MAX_BYTES = 1024 * 1024
_PIN = re.compile(r"[0-9A-Za-z]{1,24}")
_MAX_TEXT = 32
_ENCODINGS = ("utf-8-sig", "gb18030")
"""gb18030 contains GBK, in which a Chinese Excel saves CSV."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the file: its cells, and the column (from 1) at which each begins."""

    line: int
    cells: tuple[str, ...]
    places: tuple[int, ...]


def read_roster(path: Path, shifts: Collection[str]) -> tuple[Worker, ...]:
    """Read a roster file.

    Args:
        path: the file.
        shifts: keys of the shifts that a worker may be planned for.

    Raises:
        ConfigurationError: with every fault, by line and column.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigurationError.of(
            [Fault(path, 1, 1, "roster", f"cannot be read: {error.strerror}")]
        ) from error
    workers, faults = parse_roster(content, path, shifts)
    if faults:
        raise ConfigurationError.of(faults)
    return workers


def parse_roster(
    content: bytes, path: Path, shifts: Collection[str]
) -> tuple[tuple[Worker, ...], list[Fault]]:
    """Return the workers of a roster file's content, and everything that is wrong with it."""
    if len(content) > MAX_BYTES:
        return (), [Fault(path, 1, 1, "roster", f"is larger than {MAX_BYTES // 1024} KiB: no roster")]
    text = _text(content)
    if text is None:
        return (), [Fault(path, 1, 1, "roster", "is neither UTF-8 nor GBK text: save it as CSV UTF-8")]
    return _Reader(path, shifts).read(text)


def _text(content: bytes) -> str | None:
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


class _Reader:
    def __init__(self, path: Path, shifts: Collection[str]) -> None:
        self._path = path
        self._shifts = shifts
        self._faults: list[Fault] = []
        self._lines: dict[str, int] = {}
        """The line on which each PIN was first seen."""

    def read(self, text: str) -> tuple[tuple[Worker, ...], list[Fault]]:
        rows = self._rows(text)
        header = next(rows, _Row(1, (), ()))
        if not self._check_header(header):
            return (), self._faults
        workers = [self._worker(row, header.cells) for row in rows]
        return tuple(worker for worker in workers if worker is not None), self._faults

    def _rows(self, text: str) -> Iterator[_Row]:
        """Yield the lines that are not empty; Excel leaves lines of nothing but commas at the end."""
        for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
            try:
                cells = next(csv.reader([line], strict=True), [])
            except csv.Error:
                self._fault(number, 1, "roster", "a quotation mark is opened and not closed on this line")
                continue
            if any(cell.strip() for cell in cells):
                yield _Row(number, tuple(cell.strip() for cell in cells), tuple(_places(line)))

    def _check_header(self, header: _Row) -> bool:
        missing = [name for name in COLUMNS if name not in header.cells]
        if missing:
            self._fault(
                header.line,
                1,
                "roster",
                f"the first line must name the columns {','.join(COLUMNS)}; missing: {','.join(missing)}",
            )
        for place, name in zip(header.places, header.cells, strict=True):
            if name not in COLUMNS:
                self._fault(header.line, place, name or "roster", "no such column")
            elif header.cells.count(name) > 1:
                self._fault(header.line, place, name, "is there twice")
        return not self._faults

    def _worker(self, row: _Row, header: Sequence[str]) -> Worker | None:
        before = len(self._faults)
        if len(row.cells) != len(header):
            self._fault(row.line, 1, "roster", f"{len(row.cells)} columns instead of {len(header)}")
            return None
        cells = dict(zip(header, row.cells, strict=True))
        places = dict(zip(header, row.places, strict=True))
        for key, message in self._wrong(cells, row.line):
            self._fault(row.line, places[key], key, message)
        if len(self._faults) > before:
            return None
        return Worker(cells["pin"], cells["name"], WorkerKind(cells["kind"]), cells["team"], cells["shift"])

    def _wrong(self, cells: dict[str, str], line: int) -> Iterator[tuple[str, str]]:
        pin = cells["pin"]
        if not _PIN.fullmatch(pin):
            yield (
                "pin",
                f"should be 1 to 24 letters or digits, as the terminal knows it (given: {pin[:_MAX_TEXT]})",
            )
        elif (first := self._lines.setdefault(pin, line)) != line:
            yield "pin", f"is that of line {first}, too (given: {pin})"
        if not cells["name"]:
            yield "name", "is missing"
        if cells["kind"] not in list(WorkerKind):
            yield "kind", f"should be {' or '.join(WorkerKind)} (given: {cells['kind'][:_MAX_TEXT]})"
        if not 0 < len(cells["team"]) <= _MAX_TEXT:
            yield "team", f"should be 1 to {_MAX_TEXT} characters"
        if cells["shift"] not in self._shifts:
            known = ", ".join(self._shifts) or "none"
            yield "shift", f"no such shift; there are: {known} (given: {cells['shift'][:_MAX_TEXT]})"

    def _fault(self, line: int, column: int, key: str, message: str) -> None:
        self._faults.append(Fault(self._path, line, column, key, message))


def _places(line: str) -> Iterator[int]:
    """Yield the column at which each cell of a line begins, from 1."""
    yield 1
    quoted = False
    for place, character in enumerate(line, 1):
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            yield place + 1
