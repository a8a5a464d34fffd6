"""Arguments as people type them → values, or one line that says what may stand there."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from typing import TYPE_CHECKING

from edge.errors import ConfigurationError

if TYPE_CHECKING:
    from edge.drivers.modbus.notation import Brand

MAX_SPEED = 100
MAX_PORT = 65_535
MAX_MINUTES = 24 * 60
FIRST_YEAR = 1900
LAST_YEAR = 2199
"""The historian keeps times as ns in 64 bits, which end in 2262."""
MAX_DAYS = 3660
MAX_COUNT = 2000
"""Registers, or bits, that are probed."""
MAX_PIECES = 10_000_000
"""Of one correction."""


def brand(name: str | None) -> Brand | None:
    """Return the brand of a name.

    Raises:
        ConfigurationError: there is none of it.
    """
    from edge.drivers.modbus.notation import Brand

    if name is None:
        return None
    try:
        return Brand(name.lower())
    except ValueError:
        raise ConfigurationError(f"--brand: there is no {name}; there are {', '.join(Brand)}") from None


def history_days(text: str) -> int:
    """Return a number of days, ten years of them at most."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= MAX_DAYS:
        raise argparse.ArgumentTypeError(f"a number of days from 1 to {MAX_DAYS}, not {text!r}")
    return int(text)


def duration(text: str) -> float:
    """Return a time, s."""
    units = {"s": 1, "m": 60, "h": 3600}
    number, unit = (text[:-1], units[text[-1]]) if text[-1:] in units else (text, 1)
    try:
        seconds = float(number) * unit
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a time like 60s, 5m or 1h")
    return seconds


def days(text: str) -> int | None:
    """Return a number of days; None for all."""
    if text == "all":
        return None
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a number of days, nor all")
    return int(text)


def count(text: str) -> int:
    """Return how many registers or bits."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MAX_COUNT:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to {MAX_COUNT}")
    return int(text)


def letter(text: str) -> int:
    """Return the number of a dead letter."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text} is not a letter's number")
    return int(text)


def factor(text: str) -> float:
    """Return how much faster than real."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= MAX_SPEED:
        raise argparse.ArgumentTypeError(f"{text} is not a factor above 0 and up to {MAX_SPEED}")
    return number


def port(text: str) -> int:
    """Return a TCP port."""
    if not text.isdecimal() or int(text) > MAX_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port from 0 to {MAX_PORT}")
    return int(text)


def day(text: str) -> date:
    """Return a day, of those around which there is room to reckon."""
    try:
        return _within_years(date.fromisoformat(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day like 2026-09-15") from None


def month(text: str) -> date:
    """Return the first day of a month."""
    try:
        return _within_years(date.fromisoformat(f"{text}-01"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a month like 2026-09") from None


def moment(text: str) -> datetime:
    """Return a local time."""
    try:
        found = datetime.fromisoformat(text)
        _within_years(found.date())
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None or len(text) < len("2026-08-03 07:55"):
        raise argparse.ArgumentTypeError(f"{text} is not a time like 2026-08-03 07:55")
    return found


def _within_years(found: date) -> date:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError("far from any plant's days")
    return found


def minutes(text: str) -> int:
    """Return minutes of a day."""
    if not text.isascii() or not text.isdigit() or int(text) > MAX_MINUTES:
        raise argparse.ArgumentTypeError(f"{text} is not a number of minutes from 0 to {MAX_MINUTES}")
    return int(text)


def year(text: str) -> int:
    """Return a year."""
    if not text.isdecimal() or not FIRST_YEAR <= int(text) < date.max.year:
        raise argparse.ArgumentTypeError(f"{text} is not a year like 2026")
    return int(text)


def pieces(text: str) -> int:
    """Return a number of pieces that is not 0."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if not number or abs(number) > MAX_PIECES:
        raise argparse.ArgumentTypeError(f"a number of pieces, as in 12 or -12, not {text!r}")
    return number


def words(text: str) -> str:
    """Return a text that says something, in one line."""
    text = " ".join(text.split())
    if not text:
        raise argparse.ArgumentTypeError("say something")
    return text


def number(text: str) -> int:
    """Return a whole number from 0 on."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"a whole number, not {text!r}")
    return int(text)
