"""Heads on shift: who was planned, who has punched, by shift, team and kind. Never a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from edge.model.calendar import NS, Calendar, Shift, local_time
from edge.model.personnel import Worker
from edge.model.point import Point

EARLY = 2 * 3600 * NS
"""A punch counts for a shift from two hours before it begins: people come early, and wash and change first."""

Window = tuple[Shift, int, int]
"""A shift that is on, and the span (ns UTC) in which a punch counts for it."""


def windows(calendar: Calendar, now: int) -> list[Window]:
    """Return the shifts that are on at an instant, or that people are coming to."""
    today = local_time(now, calendar.zone).date()
    days = [today + timedelta(days=offset) for offset in (-1, 0, 1)]
    spans = ((shift, *shift.span(day, calendar.zone)) for shift in calendar.shifts for day in days)
    return [(shift, start - EARLY, end) for shift, start, end in spans if start - EARLY <= now < end]


def attendance(
    roster: Iterable[Worker], present: Mapping[str, Collection[str]], site: str, now: int
) -> list[Point]:
    """Return an `attendance` point for each group of each shift that is on.

    Args:
        roster: everybody.
        present: by key of a shift that is on, who has punched for it. A worker counts for the shift that he is planned
            for, and nobody who is on no roster counts.
        site: of the points.
        now: ns UTC.
    """
    planned: Counter[tuple[str, str, str]] = Counter()
    there: Counter[tuple[str, str, str]] = Counter()
    for worker in roster:
        if worker.shift in present:
            group = (worker.shift, worker.team, worker.kind)
            planned[group] += 1
            there[group] += worker.pin in present[worker.shift]
    return [
        Point(
            "attendance",
            {"site": site, "shift": shift, "team": team, "kind": kind},
            {"planned": planned[shift, team, kind], "present": there[shift, team, kind]},
            now,
        )
        for shift, team, kind in sorted(planned)
    ]
