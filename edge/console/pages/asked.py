"""What pages ask with, read from the query of an address; a wrong one is refused with a sentence. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from edge.console.question import BadQuestionError, Parameters

_MS = 1_000_000
_MOST_DIGITS = 15
_LAST = 7_258_118_400_000
"""ms UTC of the year 2200: beyond that no calendar goes."""


def day_of(parameters: Parameters, otherwise: date, name: str = "day") -> date:
    """Return the production day that is asked for (`day=2026-09-15`), else another one.

    Raises:
        BadQuestionError: it is none.
    """
    text = parameters.get(name, "")
    if not text:
        return otherwise
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # The calendar of a year needs those around it.
    if day is None or not date(1971, 1, 1) <= day <= date(2199, 12, 31):
        raise BadQuestionError(f"{name}: 日期要写成 2026-09-15。{name}: a date is written like 2026-09-15.")
    return day


def instant_of(parameters: Parameters, name: str, otherwise: int) -> int:
    """Return an instant, ns UTC, that is asked for in ms UTC, else another one.

    Raises:
        BadQuestionError: it is none.
    """
    text = parameters.get(name, "")
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS) or int(text) > _LAST:
        raise BadQuestionError(f"{name}: 要写毫秒数。{name}: milliseconds since 1970.")
    return int(text) * _MS


def choice_of(parameters: Parameters, name: str, known: Sequence[str], otherwise: str) -> str:
    """Return what is chosen of what there is, else another one.

    Raises:
        BadQuestionError: there is no such thing.
    """
    text = parameters.get(name, otherwise)
    if text not in known:
        choices = ", ".join(known)
        raise BadQuestionError(f"{name}: 只能是 {choices}。{name}: one of {choices}.")
    return text
