"""The `people:` block of edge.yaml → the terms that processing knows, and the roster file that it may name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from edge.config.people import PeopleOptions
from edge.model.calendar import Calendar
from edge.processing.attendance import turns
from edge.processing.attendance.rules import Limits, Rules
from edge.records.records import Records
from edge.records.roster import read_roster
from edge.records.staff import Merged, merge

_HOUR = 60
_TOLD_AGAIN = timedelta(days=62)
_SHORTEST_MONTH = 28


def rules_of(options: PeopleOptions) -> Rules:
    """Return how punches are read."""
    rules = options.rules
    return Rules(
        rules.before,
        rules.after,
        rules.again,
        rules.grace,
        rules.half_day,
        rules.overtime_step,
        rules.overtime_approved,
        frozenset(rules.flexible),
    )


def limits_of(options: PeopleOptions) -> Limits:
    """Return what the law allows here."""
    limits = options.limits
    return Limits(
        day=_minutes(limits.day),
        week=_minutes(limits.week),
        week_most=_minutes(limits.week_most),
        day_overtime=_minutes(limits.day_overtime),
        month_overtime=_minutes(limits.month_overtime),
        row=limits.row,
    )


def wrong_turns(calendar: Calendar) -> Callable[[str], str]:
    """Return what finds fault with a pattern of a site's shifts."""
    shifts = [shift.key for shift in calendar.shifts]
    return lambda text: turns.fault(text, shifts)


def import_roster(
    records: Records, path: Path, calendar: Calendar, since: date, today: date, sheet: str | None = None
) -> Merged:
    """Make a file the roster from a day on; if that is past, what was told of the days since then is told again.

    Raises:
        ConfigurationError: with every fault, by row; then nothing is changed.
    """
    roster = read_roster(path, wrong_turns(calendar), sheet)
    known = records.roster()
    merged = merge(known, roster, since)
    if merged.changed:
        first = max(since, today - _TOLD_AGAIN)
        days = [first + timedelta(days=number) for number in range((today - first).days + 1)]
        # Of days before anybody was known nothing was told.
        records.keep_workers(merged.changed, days if known else [])
    return merged


def _minutes(hours: Decimal) -> int:
    return round(hours * _HOUR)


def kept_since(today: date, years: int) -> date:
    """Return the first day whose records are kept."""
    return date(today.year - years, today.month, min(today.day, _SHORTEST_MONTH))
