"""What the command line takes, and how each value is read: a wrong one is told in one line."""

from __future__ import annotations

import argparse
import math
import os
from datetime import date
from pathlib import Path
from typing import NoReturn

from simulators.servers.http_client import HttpClient

MAX_PORT = 65_535
MAX_SPEED = 1000.0


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def seed(text: str) -> int:
    """Read a whole number from 0 on."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 on, not {text!r}")
    return int(text)


def speed(text: str) -> float:
    """Read how many seconds of production a second has."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= MAX_SPEED:
        raise argparse.ArgumentTypeError(
            f"a speed is a number above 0 and up to {MAX_SPEED:.0f}, not {text!r}"
        )
    return value


def seconds(text: str) -> float:
    """Read a time as `30s`, `5min` or `30`."""
    number, factor = text, 1.0
    for unit, worth in (("min", 60.0), ("s", 1.0)):
        if text.endswith(unit):
            number, factor = text.removesuffix(unit), worth
            break
    try:
        value = float(number) * factor
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"a time is a number above 0 of s or min, as in 30s, not {text!r}")
    return value


def port(text: str) -> int:
    """Read a port; 0 is any free one."""
    if not text.isascii() or not text.isdigit() or int(text) > MAX_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {MAX_PORT}, not {text!r}")
    return int(text)


def named_port(text: str) -> tuple[str, int]:
    """Read `jar_line=15020`."""
    name, equals, number = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(
            f"a port has its owner's name before it, as in jar_line=15020, not {text!r}"
        )
    return name, port(number)


def new_file(text: str) -> Path:
    """Read the path of a file whose folder is there."""
    path = Path(text)
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {str(path.parent)!r} to write {path.name!r} to")
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is a folder; name a file")
    return path


def folder(text: str) -> Path:
    """Read the path of a folder that is there or can be made, and written to."""
    path = Path(text)
    there = next((place for place in (path, *path.absolute().parents) if place.exists()), path)
    if not there.is_dir():
        raise argparse.ArgumentTypeError(f"{str(there)!r} is no folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise argparse.ArgumentTypeError(f"nothing may be written to the folder {str(there)!r}")
    return path


def old_file(text: str) -> Path:
    """Read the path of a file that is there."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text!r}")
    return path


def day(text: str) -> date:
    """Read `2026-01-31`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"a day is written as 2026-01-31, not {text!r}") from error


def url(text: str) -> HttpClient:
    """Read where an HTTP server is."""
    try:
        return HttpClient.for_url(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
