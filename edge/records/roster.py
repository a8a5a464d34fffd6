"""The roster: a CSV file of everybody who may work here → workers, or every fault with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from pathlib import Path

from edge.errors import ConfigurationError, Fault
from edge.model.personnel import Worker, WorkerKind

COLUMNS = ("pin", "name", "kind", "team", "shift")
MAX_WORKERS = 10_000
_ENCODINGS = ("utf-8-sig", "gb18030")
"""As Excel writes CSV in China."""


def read_roster(path: Path, shifts: Collection[str]) -> tuple[Worker, ...]:
    """Read a roster file.

    Args:
        path: CSV with the columns of `COLUMNS` in any order; others are ignored.
        shifts: keys of the shifts that there are.

    Raises:
        ConfigurationError: with every fault by file, line and column.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError.of(
            [Fault(path, 1, 1, "roster", f"cannot be read ({error.strerror})")]
        ) from error
    return parse_roster(_text(content, path), path, shifts)


def parse_roster(text: str, path: Path, shifts: Collection[str]) -> tuple[Worker, ...]:
    """Return the workers of a roster's text; `path` is where faults are said to be.

    Raises:
        ConfigurationError: with every fault by file, line and column.
    """
    rows = csv.reader(io.StringIO(text), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        missing = [column for column in COLUMNS if column not in header]
        if missing:
            raise ConfigurationError.of([Fault(path, 1, 1, "roster", f"has no column {', '.join(missing)}")])
        table = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise ConfigurationError.of(
            [Fault(path, rows.line_num, 1, "roster", f"is not CSV: {error}")]
        ) from error
    workers: dict[str, Worker] = {}
    faults: list[Fault] = []
    for line, row in table:
        cells = {
            column: row[header.index(column)].strip() for column in COLUMNS if header.index(column) < len(row)
        }
        found = [
            Fault(path, line, header.index(column) + 1, column, what)
            for column, what in _wrong(cells, shifts)
        ]
        if not found and cells["pin"] in workers:
            found = [
                Fault(path, line, header.index("pin") + 1, "pin", f"is given twice (given: {cells['pin']})")
            ]
        faults += found
        if not found:
            kind = WorkerKind(cells["kind"])
            workers[cells["pin"]] = Worker(cells["pin"], cells["name"], kind, cells["team"], cells["shift"])
    if len(workers) > MAX_WORKERS:
        faults.append(Fault(path, 1, 1, "roster", f"has more than {MAX_WORKERS} workers"))
    if faults:
        raise ConfigurationError.of(faults)
    return tuple(workers.values())


def _wrong(cells: dict[str, str], shifts: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield column and fault for each cell of a row that is wrong; the column of a place counts cells."""
    for column in COLUMNS:
        if not cells.get(column):
            yield column, "is missing"
    kind, shift = cells.get("kind"), cells.get("shift")
    if kind and kind not in list(WorkerKind):
        yield "kind", f"should be {' or '.join(WorkerKind)} (given: {kind})"
    if shift and shift not in shifts:
        yield "shift", f"no such shift; there are: {', '.join(shifts) or 'none'} (given: {shift})"


def _text(content: bytes, path: Path) -> str:
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigurationError.of([Fault(path, 1, 1, "roster", "is not UTF-8 or GBK text")])
