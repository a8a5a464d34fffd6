"""What the State Council has published, year by year; the only chinese_calendar import."""

from __future__ import annotations

from functools import cache

import chinese_calendar  # type: ignore[import-untyped]

from edge.model.work_days import DayKind, DayOff, DaysOff


@cache
def published(year: int) -> DaysOff | None:
    """Return the days off and the make-up workdays of a year; None when they are not published, or not known here yet."""
    off, worked = chinese_calendar.holidays, chinese_calendar.workdays
    if not any(day.year == year for day in off):
        return None
    return {
        day: DayOff(kind, chinese_calendar.Holiday(name).chinese)
        for days, kind in ((off, DayKind.REST), (worked, DayKind.WORK))
        for day, name in days.items()
        if day.year == year
    }
