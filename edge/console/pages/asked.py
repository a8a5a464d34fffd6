"""What pages ask with: a production day, and a choice of few."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from edge.console.question import BadQuestionError, Parameters
from edge.model.plant import Plant

FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)
"""Days that can be asked about: beyond them no calendar of a plant reaches."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_of(parameters: Parameters, plant: Plant, now: int, name: str = "day") -> date:
    """Return the production day that is asked about, the current one where none is.

    Raises:
        BadQuestionError: it is no day.
    """
    text = parameters.get(name)
    if text is None:
        return plant.calendar.production_day(now)
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST <= day <= LAST:
        raise BadQuestionError(
            f"{name}:日期要写成 2026-09-15,从 {FIRST} 到 {LAST}。{name}: a day like 2026-09-15, from {FIRST} to {LAST}."
        )
    return day


def choice_of(parameters: Parameters, name: str, known: Sequence[str], default: str) -> str:
    """Return what is chosen of what there is.

    Raises:
        BadQuestionError: there is no such thing.
    """
    text = parameters.get(name, default)
    if text not in known:
        choices = ", ".join(known)
        raise BadQuestionError(f"{name}:只能是 {choices}。{name}: one of {choices}.")
    return text
