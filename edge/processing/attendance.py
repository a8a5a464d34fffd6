"""Heads by shift, team and kind from roster and punches. Persons come in; only groups go out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from edge.model.calendar import NS, Calendar, Shift
from edge.model.personnel import Worker
from edge.model.point import Point

EARLY = 2 * 3600 * NS
"""A punch counts for a shift from this long before its start."""


def windows(calendar: Calendar, now: int) -> list[tuple[Shift, int, int]]:
    """Return each shift that is on, with the span [start, stop), ns UTC, in which a punch counts for it."""
    return [(shift, start - EARLY, stop) for shift, start, stop in calendar.current_shifts(now)]


def attendance(
    roster: Iterable[Worker], pins_by_shift: Mapping[str, Collection[str]], site: str, now: int
) -> list[Point]:
    """Return an `attendance` point for each group that is planned for a shift that is on.

    Who punched and is planned for another shift counts in none; a worker counts once, however often they punched.

    Args:
        roster: everybody.
        pins_by_shift: who punched in the window of each shift that is on.
        site: the site's key.
        now: ns UTC, the points' time: each says how things stand now, so a group's last one in the span of a shift
            is the shift's result.
    """
    planned: Counter[tuple[str, str, str]] = Counter()
    present: Counter[tuple[str, str, str]] = Counter()
    for worker in roster:
        if worker.shift in pins_by_shift:
            group = (worker.shift, worker.team, str(worker.kind))
            planned[group] += 1
            present[group] += worker.pin in pins_by_shift[worker.shift]
    return [
        Point(
            "attendance",
            {"site": site, "shift": shift, "team": team, "kind": kind},
            {"planned": planned[shift, team, kind], "present": present[shift, team, kind]},
            now,
        )
        for shift, team, kind in sorted(planned)
    ]
