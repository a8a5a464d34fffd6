"""How punches are read and hours are counted: the defaults are those of the trade and of the law."""

from __future__ import annotations

from dataclasses import dataclass

from edge.model.calendar import NS
from edge.model.personnel import YOUNGEST

MINUTE = 60 * NS
HOUR = 60 * MINUTE
CROWD = 3
"""A group of fewer people is no group: nothing is told of it alone."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What may differ from plant to plant; times in minutes.

    Attributes:
        before, after: a punch belongs to a shift from so long before its start until so long after its end.
        again: two punches of one worker within this time are one.
        grace: who comes or goes so much off the shift's times is late or early; less than that counts as in time.
        half_day: who worked less was there for half a day.
        overtime_step: work beyond a shift counts in whole steps.
        overtime_approved: work beyond a shift counts only as far as it was approved.
        flexible: keys of shifts within which people come and go as they like: piecework.
    """

    before: int = 120
    after: int = 240
    again: int = 2
    grace: int = 5
    half_day: int = 240
    overtime_step: int = 30
    overtime_approved: bool = False
    flexible: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """What the labour law allows (articles 36, 38, 41), in minutes but for ages and days.

    Attributes:
        day: a day's work without overtime.
        week: a week's work without overtime.
        week_most: a week's work at most.
        day_overtime: a day's overtime at most, with the reasons that the law names.
        month_overtime: a month's overtime at most.
        row: after so many days in a row one must be off.
        youngest: nobody younger works here.
        grown: younger ones do no nights and no overtime.
    """

    day: int = 8 * 60
    week: int = 40 * 60
    week_most: int = 44 * 60
    day_overtime: int = 3 * 60
    month_overtime: int = 36 * 60
    row: int = 6
    youngest: int = YOUNGEST
    grown: int = 18
