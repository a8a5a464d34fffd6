"""The people of a season: the records of the terminals as they arrive, and the truth about who was there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from simulators.people import attendance
from simulators.people.attendance import DayAttendance
from simulators.people.delivery import delivered
from simulators.people.staff import Employment, staff
from simulators.year.files import write_csv
from simulators.year.readings import Readings, utc

_GROUPS = "day,shift,team,kind,planned,present,late,absent,missing_punch,minutes"
_PRESENCES = "day,pin,shift,arrived,left,minutes,late,missed"
_STAFF = "pin,name,kind,team,pattern,first,last"


class People:
    """Everybody's season, lived through at once."""

    def __init__(self, seed: int, first: date, last: date) -> None:
        self._seed = seed
        self._end = utc(datetime.combine(last + timedelta(days=1), time()))
        self._staff: list[Employment] = []
        self._days: list[tuple[date, DayAttendance]] = []
        for year in range(first.year, last.year + 1):
            employed = staff(seed, year)
            self._staff += employed
            begin, end = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
            for day in (begin + timedelta(days=n) for n in range((end - begin).days + 1)):
                self._days.append((day, attendance.day(seed, day, employed)))

    def write_records(self, readings: Readings) -> None:
        """Write what reached the server from the terminals, in its order; what comes after the last day is not waited for."""
        records = [record for _, day in self._days for record in day.records]
        for delivery in delivered(self._seed, records):
            if delivery.received < self._end:
                readings.punch(delivery.serial, delivery.received, delivery.line)

    def write_truth(self, directory: Path) -> None:
        """Write who was planned, present, late and absent, and everybody's stay."""
        write_csv(directory / "attendance.csv", _GROUPS, self._groups())
        write_csv(directory / "presences.csv.gz", _PRESENCES, self._presences())
        write_csv(directory / "staff.csv", _STAFF, self._employments())

    def _groups(self) -> Sequence[str]:
        return [
            f"{group.day},{group.shift},{group.team},{group.kind},{group.planned},{group.present},{group.late},"
            f"{group.absent},{group.missing_punch},{group.minutes}"
            for _, day in self._days
            for group in day.groups
        ]

    def _presences(self) -> Sequence[str]:
        return [
            f"{day},{one.pin},{one.shift},{one.arrived:%Y-%m-%d %H:%M:%S},{one.left:%Y-%m-%d %H:%M:%S},"
            f"{one.minutes},{one.late},{'' if one.missed is None else one.missed.name.lower()}"
            for day, attended in self._days
            for one in attended.presences
        ]

    def _employments(self) -> Sequence[str]:
        return [
            f"{one.pin},{one.name},{one.kind},{one.team},{one.pattern},{one.first},{one.last}"
            for one in self._staff
        ]
