"""A shift and its punches → who came when, for how long it counts, and what is not certain about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from edge.processing.attendance.duty import Duty
from edge.processing.attendance.matching import Match
from edge.processing.attendance.rules import HOUR, MINUTE, Rules

_ONE_SIDED = HOUR
"""Punches at the same end of a shift and no further apart are one that was pressed again."""
_SEAMLESS = HOUR
"""Two shifts no further apart are worked through without a punch between them."""
NOBODY_CONFIRMED: frozenset[tuple[date, str]] = frozenset()


class Gap(StrEnum):
    """Which punch is missing."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Stay:
    """What became of somebody's shift as of an instant; times in ns UTC.

    Attributes:
        duty: the shift.
        arrived, left: the first and the last punch; None where there is none.
        begin, end: what counts: whole minutes within the shift, and overtime; the same when nothing does.
        missing: the punch that was forgotten; the shift's own time stands in for it.
        open: whether that is still to be settled.
        late, early: whole minutes; 0 within the grace.
        overtime: minutes beyond the shift that count.
        half: whether it was half a day at most.
    """

    duty: Duty
    arrived: int | None
    left: int | None
    begin: int
    end: int
    missing: Gap | None = None
    open: bool = False
    late: int = 0
    early: int = 0
    overtime: int = 0
    half: bool = False
    minutes: int = field(init=False)
    """What was worked, without the breaks."""

    def __post_init__(self) -> None:
        worked = self.end - self.begin
        if worked:
            worked = sum(until - since for since, until in self.spans())
        object.__setattr__(self, "minutes", worked // MINUTE)

    @property
    def came(self) -> bool:
        """Whether the worker was there."""
        return self.arrived is not None or self.left is not None

    @property
    def is_absent(self) -> bool:
        """Whether somebody planned, and not on leave, did not come."""
        return self.duty.planned and not self.came and not self.duty.leave

    def spans(self) -> list[tuple[int, int]]:
        """Return what counts, without the breaks."""
        spans, since = [], self.begin
        for begin, end in self.duty.breaks:
            if since < min(begin, self.end):
                spans.append((since, min(begin, self.end)))
            since = max(since, end)
        if since < self.end:
            spans.append((since, self.end))
        return spans


def stays(
    matches: Sequence[Match],
    now: int,
    rules: Rules,
    *,
    confirmed: Collection[tuple[date, str]] = NOBODY_CONFIRMED,
    approved: Mapping[date, int] | None = None,
) -> list[Stay]:
    """Return what became of one worker's shifts, in the order of time; no minute counts in two of them.

    Args:
        matches: shifts with their punches, in the order of time.
        now: ns UTC; what is still to come does not count.
        rules: grace, steps.
        confirmed: day and shift of assumptions that somebody has confirmed.
        approved: minutes of overtime by day.
    """
    sides = [_sides(one) for one in matches]
    for place in range(len(matches) - 1):
        if _seamless(matches[place].duty, matches[place + 1].duty, sides[place], sides[place + 1]):
            sides[place] = sides[place][0], matches[place].duty.end
            sides[place + 1] = matches[place + 1].duty.start, sides[place + 1][1]
    found: list[Stay] = []
    worked_until = 0
    for one, (arrived, left) in zip(matches, sides, strict=True):
        stay = _stay(one.duty, arrived, left, now, rules, approved or {})
        if stay.open and (one.duty.day, one.duty.shift) in confirmed:
            stay = replace(stay, open=False)
        if stay.begin < worked_until and stay.came:
            begin = max(stay.begin, worked_until)
            stay = replace(stay, begin=begin, end=max(begin, stay.end))
        if stay.end > stay.begin:
            worked_until = stay.end
        if stay.left is not None and stay.minutes < rules.half_day:
            stay = replace(stay, half=True)
        found.append(stay)
    return found


def _sides(one: Match) -> tuple[int | None, int | None]:
    """Return arrival and departure; a single punch is that to which it is nearer."""
    if not one.punches:
        return None, None
    first, last = one.punches[0], one.punches[-1]
    duty = one.duty
    is_arrival = [abs(time - duty.start) <= abs(time - duty.end) for time in (first, last)]
    if last - first <= _ONE_SIDED and is_arrival[0] == is_arrival[1]:
        return (first, None) if is_arrival[0] else (None, last)
    return first, last


def _seamless(
    duty: Duty, following: Duty, side: tuple[int | None, int | None], next_side: tuple[int | None, int | None]
) -> bool:
    return (
        duty.planned
        and following.planned
        and side[0] is not None
        and side[1] is None
        and next_side[0] is None
        and next_side[1] is not None
        and abs(following.start - duty.end) <= _SEAMLESS
    )


def _stay(
    duty: Duty, arrived: int | None, left: int | None, now: int, rules: Rules, approved: Mapping[date, int]
) -> Stay:
    if arrived is None and left is None:
        return Stay(duty, None, None, duty.start, duty.start)
    flexible = duty.shift in rules.flexible
    is_over = now > duty.end + rules.after * MINUTE
    missing = Gap.IN if arrived is None else Gap.OUT if left is None else None
    overtime = 0
    if left is not None and left > duty.end and not flexible:
        overtime = (left - duty.end) // (rules.overtime_step * MINUTE) * rules.overtime_step
        if rules.overtime_approved:
            overtime = min(overtime, approved.get(duty.day, 0))
    begin = _up(max(arrived or duty.start, duty.start))
    leaving = min(left, duty.end) if left is not None else duty.end
    end = _down(min(leaving + overtime * MINUTE, max(now, duty.start)))
    late = (arrived - duty.start) // MINUTE if arrived is not None and not flexible else 0
    early = (duty.end - left) // MINUTE if left is not None and is_over and not flexible else 0
    return Stay(
        duty,
        arrived,
        left,
        begin,
        max(begin, end),
        missing if missing is Gap.IN or is_over else None,
        missing is not None and is_over,
        late if late >= rules.grace else 0,
        early if early >= rules.grace else 0,
        overtime,
    )


def _up(time: int) -> int:
    return -(-time // MINUTE) * MINUTE


def _down(time: int) -> int:
    return time // MINUTE * MINUTE
