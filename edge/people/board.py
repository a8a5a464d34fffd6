"""Who is there, as groups: what is to be told now, and again whenever a day of the past is put right."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from threading import RLock

from edge.model.calendar import NS, Calendar, local_time
from edge.model.personnel import Punch, WorkerKind
from edge.model.point import Point
from edge.processing.attendance.day import DaySheet, Roll
from edge.processing.attendance.duty import Duty, other_duties
from edge.processing.attendance.heads import Group, Heads, crowds, point, told_at
from edge.processing.attendance.rules import Rules
from edge.records.records import Records, TerminalSeen

REPEAT = 30 * NS
"""The heads of a shift that is on are told again after this time, though nothing has changed."""
NOBODY = Heads()
_SHEETS = 4
_DAY = timedelta(days=1)


class Board:
    """What is told of attendance.

    Args:
        records: of the node.
        calendar: of the site.
        site: its key.
        rules: how punches are read.
        wages: yuan an hour by kind.
        piecework: shifts that are not paid by the hour.
    """

    def __init__(
        self,
        records: Records,
        calendar: Calendar,
        site: str,
        rules: Rules,
        wages: Mapping[WorkerKind, Decimal],
        piecework: frozenset[str] = frozenset(),
    ) -> None:
        self._records = records
        self._calendar = calendar
        self._site = site
        self._rules = rules
        self._wages = wages
        self._piecework = piecework
        self._version = -1
        self._sheets: dict[date, DaySheet] = {}
        self._told: dict[tuple[str, int], dict[Group, Heads]] = {}
        self._told_at: dict[tuple[str, int], int] = {}
        self._unsettled: dict[tuple[str, int], str] = {}
        self._until = 0
        # Always before that of the records, never after it.
        self._lock = RLock()

    def reload(self) -> None:
        """Forget what is known and what was told: all of it is read again when it is needed."""
        with self._lock:
            self._version = -1
            self._told.clear()
            self._told_at.clear()

    def take(self, punches: Sequence[Punch], received: int, seen: TerminalSeen | None = None) -> int:
        """Commit punches, and from where they came; return how many of them were new."""
        with self._lock, self._records.one_commit():
            new = self._records.add_punches(punches, received) if punches else 0
            if seen is not None:
                self._records.see_terminal(seen)
            if new:
                for sheet in self._sheets.values():
                    sheet.add(punches)
            return new

    def points(self, now: int) -> list[Point]:
        """Return what is to be told at an instant, ns UTC; `settle` comes when it has been."""
        with self._lock:
            return self._points(now)

    def settle(self) -> None:
        """Note that all points have been told."""
        with self._lock:
            if self._unsettled or self._until:
                self._records.keep_told(self._unsettled, self._until)
            self._unsettled, self._until = {}, 0

    def _points(self, now: int) -> list[Point]:
        self._refresh()
        touched, self._until = self._records.touched()
        today = local_time(now, self._calendar.zone).date()
        around = {day + number * _DAY for day in touched for number in (-1, 0, 1)}
        days = {today - _DAY, today} | {day for day in around if day <= today}
        points: list[Point] = []
        for day in sorted(days):
            points += self._of_day(day, now, touched=day in around)
        return points

    def _refresh(self) -> None:
        version = self._records.version()
        if version != self._version:
            self._version = version
            self._roll = Roll(self._records.roster(), self._records.entries(), self._calendar, self._rules)
            self._sheets.clear()

    def _of_day(self, day: date, now: int, *, touched: bool) -> Iterator[Point]:
        for duty in other_duties(self._calendar, [day]):
            time = told_at(duty.start, duty.end, now)
            if time is not None and (touched or self._is_due(duty, now)):
                yield from self._of_shift(duty, time, now)

    def _of_shift(self, duty: Duty, time: int, now: int) -> list[Point]:
        key = duty.shift, duty.start
        wages = {} if duty.shift in self._piecework else self._wages
        groups = crowds(self._sheet(duty.day).heads(duty.shift, now, wages))
        before = self._told_of(key)
        # A group that is no more would go on as it was last told.
        groups |= {gone: replace(NOBODY, cost=before[gone].cost) for gone in before if gone not in groups}
        fresh, told = groups != before, self._told_at.get(key, 0)
        if not fresh and (told >= duty.end if now >= duty.end else 0 <= now - told < REPEAT):
            return []
        self._told_at[key] = now
        self._told[key] = groups
        if groups.keys() != before.keys():
            self._unsettled[key] = _dump(groups)
        return [point(self._site, duty.shift, group, heads, time) for group, heads in sorted(groups.items())]

    def _is_due(self, duty: Duty, now: int) -> bool:
        told = self._told_at.get((duty.shift, duty.start), 0)
        return not 0 <= now - told < REPEAT if now < duty.end else told < duty.end

    def _told_of(self, key: tuple[str, int]) -> dict[Group, Heads]:
        if key not in self._told:
            kept = self._records.told([key[1]]).get(key)
            self._told[key] = _load(kept) if kept else {}
        return self._told[key]

    def _sheet(self, day: date) -> DaySheet:
        if day not in self._sheets:
            sheet = DaySheet(day, self._roll)
            sheet.add(self._records.punches(sheet.start, sheet.stop))
            self._sheets[day] = sheet
            for old in sorted(self._sheets)[:-_SHEETS]:
                if old != day:
                    del self._sheets[old]
        return self._sheets[day]


def _dump(groups: Mapping[Group, Heads]) -> str:
    return json.dumps([[*group, heads.cost is not None] for group, heads in sorted(groups.items())])


def _load(text: str) -> dict[Group, Heads]:
    """Return the groups that were told; how many heads they had is told again."""
    return {
        (team, kind): replace(NOBODY, size=-1, cost=Decimal() if costs else None)
        for team, kind, costs in json.loads(text)
    }
