"""The files of a folder of readings: months in order, line by line, with file and line number for every damage."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from edge.errors import ConfigurationError
from edge.model.calendar import to_ns

_CHUNK = 1 << 20
_LONGEST_MONTH = 31
_MONTH = re.compile(r"(?P<month>\d{4}-(?:0[1-9]|1[0-2]))\..+")


@dataclass(frozen=True, slots=True)
class MonthFile:
    """A month of something; `month` is `YYYY-MM`."""

    month: str
    path: Path

    def span(self, zone: ZoneInfo) -> tuple[int, int]:
        """Return where the month begins and where it is over, ns UTC."""
        first = datetime.fromisoformat(f"{self.month}-01").replace(tzinfo=zone)
        following = (first + timedelta(days=_LONGEST_MONTH)).replace(day=1)
        return to_ns(first), to_ns(following)


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, from 1."""

    path: Path
    line: int

    def damaged(self, reason: object) -> ConfigurationError:
        """Return the error that says what is wrong here."""
        return ConfigurationError(f"{self.path}:{self.line}: {reason}")


def months(folder: Path, suffix: str) -> tuple[MonthFile, ...]:
    """Return the files of a folder in the order of their months; other names than `YYYY-MM<suffix>` are errors.

    Raises:
        ConfigurationError: there is no such folder, or a file in it that is none of these.
    """
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: there is no such folder, but readings.json names it")
    found = []
    for path in sorted(folder.iterdir()):
        match = _MONTH.fullmatch(path.name)
        if match is None or path.name != match["month"] + suffix:
            raise ConfigurationError(
                f"{path}: a file of readings is named YYYY-MM{suffix}: move it elsewhere"
            )
        found.append(MonthFile(match["month"], path))
    return tuple(found)


def since(files: Sequence[MonthFile], day: date) -> tuple[MonthFile, ...]:
    """Return the files that may hold anything of a day or later."""
    return tuple(file for file in files if file.month >= f"{day:%Y-%m}")


def lines(path: Path) -> Iterator[str]:
    """Yield the lines of a compressed file.

    Raises:
        ConfigurationError: with file and line, where it cannot be read any further.
    """
    number = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
            for line in file:
                number += 1
                if not line.endswith("\n"):
                    raise Place(path, number).damaged("the file ends in the middle of this line: it is cut")
                yield line.rstrip("\r\n")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Place(path, number + 1).damaged(f"the gzip data are damaged or cut here: {error}") from error
    except UnicodeDecodeError as error:
        raise Place(path, number + 1).damaged("not UTF-8 text") from error
    except OSError as error:
        raise Place(path, number + 1).damaged(f"cannot be read: {error.strerror}") from error


def check_whole(path: Path) -> None:
    """Read a compressed file to its end, where its checksum stands: what is damaged before may look like readings.

    Raises:
        ConfigurationError: with file and line, where it is damaged or cut.
    """
    whole = 0
    try:
        with gzip.open(path, "rb") as file:
            while chunk := file.read(_CHUNK):
                whole += chunk.count(b"\n")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Place(path, whole + 1).damaged(f"the gzip data are damaged or cut here: {error}") from error
    except OSError as error:
        raise Place(path, whole + 1).damaged(f"cannot be read: {error.strerror}") from error


def header(path: Path) -> str:
    """Return the first line of a file."""
    first = next(lines(path), None)
    if first is None:
        raise Place(path, 1).damaged("the file is empty: not even a header")
    return first
