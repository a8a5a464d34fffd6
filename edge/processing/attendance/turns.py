"""A pattern of shifts → the shift of a day.

::

    D                   shift D on each working day
    A/B                 week by week in turn, on working days
    A|D/B|D             where A or B is not on in that month, D
    C,C,-               day by day in turn whatever the calendar says; `-` is a day off
    C,C,-@2026-01-02    … the first day of the pattern being that one
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

OFF = "-"
_WEEK = 7
_FIRST_MONDAY = date(2001, 1, 1)


@dataclass(frozen=True, slots=True)
class Turns:
    """A pattern that was understood.

    Attributes:
        steps: what follows each other, each with its alternatives; `-` is a day off.
        weekly: a step is a week and only working days are worked; else a step is a day.
        start: the first day of the pattern.
    """

    steps: tuple[tuple[str, ...], ...]
    weekly: bool
    start: date = _FIRST_MONDAY

    def shift_on(self, day: date, *, works: bool, begins: Callable[[str, date], bool]) -> str | None:
        """Return the key of a day's shift; None on a day off.

        Args:
            day: the day.
            works: whether it is a working day.
            begins: whether a shift is on in that part of the year.
        """
        if self.weekly and not works:
            return None
        number = (day - self.start).days // (_WEEK if self.weekly else 1)
        for key in self.steps[number % len(self.steps)]:
            if key == OFF:
                return None
            if begins(key, day):
                return key
        return None

    @property
    def keys(self) -> frozenset[str]:
        """Every shift that it names."""
        return frozenset(key for step in self.steps for key in step if key != OFF)


@lru_cache(256)
def parse(text: str) -> Turns:
    """Return a pattern.

    Raises:
        ValueError: it is none.
    """
    pattern, at, start = text.replace(" ", "").partition("@")
    daily = "," in pattern
    if daily and "/" in pattern:
        raise ValueError("a pattern goes week by week (A/B) or day by day (C,C,-), not both")
    if at and not daily:
        raise ValueError("only a pattern that goes day by day has a first day")
    steps = tuple(tuple(step.split("|")) for step in re.split("[,/]", pattern))
    if any(not key for step in steps for key in step):
        raise ValueError("a pattern is shifts like D, A/B, A|D or C,C,-")
    if not at:
        return Turns(steps, weekly=not daily)
    try:
        return Turns(steps, weekly=False, start=date.fromisoformat(start))
    except ValueError:
        raise ValueError("the first day of a pattern is a date, as in C,C,-@2026-01-02") from None


def fault(text: str, shifts: Collection[str]) -> str:
    """Return what is wrong with a pattern, empty when nothing is."""
    try:
        strangers = parse(text).keys.difference(shifts)
    except ValueError as error:
        return str(error)
    known = ", ".join(shifts) or "none"
    return (
        f"no such shift; there are: {known} (given: {', '.join(sorted(strangers))[:32]})" if strangers else ""
    )
