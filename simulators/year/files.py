"""Compressed text files that are the same byte for byte whenever they are written: one per source and month."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

_LEVEL = 1
"""Readings are written once and read once; a better compression costs more than it saves."""
_LINES = 2000
"""Kept before they are compressed."""


class MonthlyFile:
    """A log that begins a new file each month: `<directory>/<YYYY-MM><suffix>`.

    The directory is made when the first line comes.
    """

    def __init__(self, directory: Path, suffix: str, header: str | None = None) -> None:
        self._directory = directory
        self._suffix = suffix
        self._header = header
        self._month = ""
        self._open = ExitStack()
        self._file: gzip.GzipFile | None = None
        self._lines: list[str] = []

    def write(self, month: str, line: str) -> None:
        """Add a line.

        Args:
            month: YYYY-MM of the file that it belongs to; months come in order.
            line: without its line end.
        """
        if month != self._month:
            self.close()
            self._directory.mkdir(parents=True, exist_ok=True)
            self._file = _compressed(self._open, self._directory / f"{month}{self._suffix}")
            self._month = month
            if self._header is not None:
                self._lines.append(self._header)
        self._lines.append(line)
        if len(self._lines) >= _LINES:
            self._flush()

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self._file = None
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _flush(self) -> None:
        if self._file is not None and self._lines:
            self._file.write(("\n".join(self._lines) + "\n").encode())
        self._lines = []


def write_csv(path: Path, header: str, rows: Iterable[str]) -> None:
    """Write a plain text table, compressed when the name ends in `.gz`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{line}\n" for line in (header, *rows)).encode()
    with ExitStack() as stack:
        file = _compressed(stack, path) if path.suffix == ".gz" else stack.enter_context(path.open("wb"))
        file.write(text)


def _compressed(stack: ExitStack, path: Path) -> gzip.GzipFile:
    """Open for writing, without the name and the time that gzip would put inside."""
    file = stack.enter_context(path.open("wb"))
    return stack.enter_context(
        gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=file, mtime=0)
    )
