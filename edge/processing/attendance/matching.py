"""Which punches belong to which shift: the assignment that explains them best.

What somebody was planned for comes first; a shift for which they were not planned only where that explains more. A punch
is never used twice, and shifts get theirs in the order of time, so nobody is at two at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from edge.processing.attendance.duty import Duty
from edge.processing.attendance.rules import HOUR, MINUTE, Rules

ABSENT = 6 * HOUR
"""That somebody planned did not come is as unlikely as being so far off the shift's times …"""
MISSING = 4 * HOUR
"""… that one of two punches was forgotten, as this …"""
STEPPED_IN = 2 * HOUR
"""… that somebody worked a shift that was not theirs, as this …"""
STRAY = 8 * HOUR
"""… and that a punch belongs to no shift, as this."""


@dataclass(frozen=True, slots=True)
class Match:
    """A shift and its punches, ns UTC, in order; none for a planned shift to which nobody came."""

    duty: Duty
    punches: tuple[int, ...]


def distinct(times: Iterable[int], rules: Rules) -> list[int]:
    """Return punches in order, without those that follow another one too closely to be more than one."""
    kept: list[int] = []
    for time in sorted(times):
        if not kept or time - kept[-1] > rules.again * MINUTE:
            kept.append(time)
    return kept


def match(
    planned: Sequence[Duty], others: Sequence[Duty], times: Sequence[int], rules: Rules
) -> tuple[list[Match], list[int]]:
    """Assign one worker's punches.

    Args:
        planned: what the worker was to work, in the order of time.
        others: shifts that were on, planned for the worker or not.
        times: distinct punches in order.
        rules: the windows.

    Returns:
        Every planned shift and every other one that was worked, in the order of time, and the punches that belong to none.
    """
    matches, doubtful, rest = _plain(planned, times, rules)
    strays: list[int] = []
    if doubtful or rest:
        known = {(duty.shift, duty.day) for duty in planned}
        near = [
            duty
            for duty in others
            if (duty.shift, duty.day) not in known and any(_within(duty, time, rules) for time in rest)
        ]
        candidates = sorted([*doubtful, *near], key=_order)
        for duties, punches in _separate(candidates, rest, rules):
            found, left = _best(duties, punches, rules)
            matches += found
            strays += left
    return sorted(matches, key=lambda one: _order(one.duty)), strays


def _order(duty: Duty) -> tuple[int, int, str]:
    return duty.start, duty.end, duty.shift


def _window(duty: Duty, rules: Rules) -> tuple[int, int]:
    return duty.start - rules.before * MINUTE, duty.end + rules.after * MINUTE


def _within(duty: Duty, time: int, rules: Rules) -> bool:
    begin, end = _window(duty, rules)
    return begin <= time <= end


def _plain(
    planned: Sequence[Duty], times: Sequence[int], rules: Rules
) -> tuple[list[Match], list[Duty], list[int]]:
    """Match what needs no thought: a shift alone in its window, with a punch in either half of it, or without any."""
    matches: list[Match] = []
    doubtful: list[Duty] = []
    rest: list[int] = []
    place = 0
    for number, duty in enumerate(planned):
        begin, end = _window(duty, rules)
        alone = (number == 0 or _window(planned[number - 1], rules)[1] < begin) and (
            number + 1 == len(planned) or end < _window(planned[number + 1], rules)[0]
        )
        while place < len(times) and times[place] < begin:
            rest.append(times[place])
            place += 1
        stop = place
        while stop < len(times) and times[stop] <= end:
            stop += 1
        punches, middle = tuple(times[place:stop]), (duty.start + duty.end) // 2
        if alone and punches and punches[0] <= middle <= punches[-1]:
            matches.append(Match(duty, punches))
            place = stop
        else:
            # The next shift's window may hold some of them, too: they stay where they are, and wait.
            doubtful.append(duty)
            if alone:
                rest += punches
                place = stop
    return matches, doubtful, [*rest, *times[place:]]


def _separate(
    duties: Sequence[Duty], times: Sequence[int], rules: Rules
) -> Iterator[tuple[list[Duty], list[int]]]:
    """Yield shifts whose windows overlap, with the punches within them; punches outside of all come alone."""
    left = list(times)
    at = 0
    while at < len(duties):
        together = [duties[at]]
        end = _window(duties[at], rules)[1]
        at += 1
        while at < len(duties) and _window(duties[at], rules)[0] <= end:
            together.append(duties[at])
            end = max(end, _window(duties[at], rules)[1])
            at += 1
        begin = min(_window(duty, rules)[0] for duty in together)
        yield together, [time for time in left if begin <= time <= end]
        left = [time for time in left if not begin <= time <= end]
    if left:
        yield [], left


def _best(duties: Sequence[Duty], times: Sequence[int], rules: Rules) -> tuple[list[Match], list[int]]:
    """Return the least unlikely assignment: shifts in order, each with a run of the punches."""
    count, most = len(times), len(duties)
    costs = [[0] * (count + 1) for _ in range(most + 1)]
    choices = [[0] * (count + 1) for _ in range(most + 1)]
    """How many punches the shift gets; -1 when the punch is left over."""
    costs[most] = [STRAY * (count - punch) for punch in range(count + 1)]
    choices[most] = [-1] * (count + 1)
    for row in range(most - 1, -1, -1):
        for column in range(count, -1, -1):
            costs[row][column], choices[row][column] = _choose(duties, times, row, column, costs, rules)
    matches: list[Match] = []
    strays: list[int] = []
    row = column = 0
    while row < most or column < count:
        taken = choices[row][column]
        if taken < 0:
            strays.append(times[column])
            column += 1
            continue
        if taken or duties[row].planned:
            matches.append(Match(duties[row], tuple(times[column : column + taken])))
        row, column = row + 1, column + taken
    return matches, strays


def _choose(
    duties: Sequence[Duty],
    times: Sequence[int],
    row: int,
    column: int,
    costs: Sequence[Sequence[int]],
    rules: Rules,
) -> tuple[int, int]:
    duty = duties[row]
    best = (ABSENT if duty.planned and not duty.leave else 0) + costs[row + 1][column], 0
    for stop in range(column + 1, len(times) + 1):
        if not (_within(duty, times[column], rules) and _within(duty, times[stop - 1], rules)):
            break
        cost = _cost(duty, times[column], times[stop - 1]) + costs[row + 1][stop]
        if cost < best[0]:
            best = cost, stop - column
    if column < len(times) and STRAY + costs[row][column + 1] < best[0]:
        best = STRAY + costs[row][column + 1], -1
    return best


def _cost(duty: Duty, first: int, last: int) -> int:
    effort = 0 if duty.planned else STEPPED_IN
    if first == last:
        return effort + MISSING + min(abs(first - duty.start), abs(first - duty.end))
    return effort + abs(first - duty.start) + abs(last - duty.end)
