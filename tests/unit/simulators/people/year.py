"""A simulated year of people that several tests look at."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from simulators.people.attendance import DayAttendance, Record, day
from simulators.people.staff import staff

DAYS = tuple(date(2026, 1, 1) + timedelta(days=n) for n in range(365))


@cache
def attendance(seed: int) -> tuple[DayAttendance, ...]:
    """Return every day of 2026."""
    people = staff(seed, 2026)
    return tuple(day(seed, on, people) for on in DAYS)


@cache
def records(seed: int) -> tuple[Record, ...]:
    """Return every record of 2026."""
    return tuple(record for on in attendance(seed) for record in on.records)
