"""A day's attendance that is kept up to date: a punch costs what its worker's day costs, not what everybody's does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from edge.model.calendar import Calendar
from edge.model.personnel import Entry, Punch, Worker, WorkerKind
from edge.processing.attendance.duty import Duty
from edge.processing.attendance.heads import Group, Heads, count
from edge.processing.attendance.owners import Owners
from edge.processing.attendance.person import Attended, Shifts, attended
from edge.processing.attendance.rules import MINUTE, Rules
from edge.processing.attendance.stay import Stay


class Roll:
    """Who there is, and what was decided about them.

    Args:
        workers: everybody.
        entries: decisions, in their order.
        calendar: of the site.
        rules: windows, grace, steps.
    """

    def __init__(
        self, workers: Sequence[Worker], entries: Sequence[Entry], calendar: Calendar, rules: Rules
    ) -> None:
        self.workers = {worker.id: worker for worker in workers}
        self.calendar = calendar
        self.rules = rules
        self.owners = Owners(workers, entries, calendar.zone)
        self._entries: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            self._entries[entry.worker].append(entry)

    def attended(self, worker: str, punches: Iterable[Punch], shifts: Shifts) -> Attended:
        """Return a worker's attendance on some days."""
        return attended(
            self.workers[worker], list(punches), self._entries.get(worker, []), shifts, self.rules
        )


class DaySheet:
    """Everybody's attendance on the shifts that begin on one calendar day.

    Args:
        day: the day.
        roll: who there is.
    """

    def __init__(self, day: date, roll: Roll) -> None:
        self.day = day
        self._roll = roll
        self._shifts = Shifts(roll.calendar, day, day)
        self.start, self.stop = self._shifts.span(roll.rules)
        """The span, ns UTC, in which punches may belong here."""
        self._punches: defaultdict[str, list[Punch]] = defaultdict(list)
        self._attended: dict[str, Attended] = {}
        self._stays: dict[str, list[Stay]] = {}
        self._fresh: dict[str, int] = {}
        """Until when a worker's stays hold, ns UTC."""
        self._dirty = {
            worker.id for worker in roll.workers.values() if any(map(worker.is_employed, self._shifts.days))
        }
        self._by_shift: defaultdict[str, list[tuple[Worker, Stay]]] = defaultdict(list)
        self._looked = -1
        """When `_by_shift` was made, ns UTC."""
        self.unknown: list[Punch] = []

    @property
    def duties(self) -> list[Duty]:
        """The shifts that begin on the day."""
        return [duty for duty in self._shifts.all if duty.day == self.day]

    def add(self, punches: Iterable[Punch]) -> bool:
        """Take punches, also those that are known or of other days; return whether any may change something."""
        owned, unknown = self._roll.owners.by_worker(
            punch for punch in punches if self.start <= punch.time < self.stop
        )
        for worker, new in owned.items():
            self._punches[worker] += new
            self._dirty.add(worker)
        self.unknown += unknown
        return bool(owned)

    def people(self, now: int) -> list[tuple[Worker, Stay]]:
        """Return everybody's stays as of an instant."""
        for worker in self._dirty:
            self._attended[worker] = self._roll.attended(worker, self._punches[worker], self._shifts)
            self._fresh.pop(worker, None)
        self._dirty.clear()
        for worker, known in self._attended.items():
            if known.matches and self._fresh.get(worker, 0) <= now:
                self._stays[worker] = known.stays(now, self._roll.rules)
                self._fresh[worker] = self._next_change(self._stays[worker], now)
            elif not known.matches:
                self._stays.pop(worker, None)
        return [(self._roll.workers[worker], stay) for worker, found in self._stays.items() for stay in found]

    def strays(self) -> list[tuple[Worker, int]]:
        """Return punches that belong to no shift; `people` comes first."""
        return [(known.worker, time) for known in self._attended.values() for time in known.strays]

    def heads(self, shift: str, now: int, wages: Mapping[WorkerKind, Decimal]) -> dict[Group, Heads]:
        """Return the heads of a shift by team and kind: for the node alone."""
        if self._looked != now or self._dirty:
            self._by_shift.clear()
            for worker, stay in self.people(now):
                self._by_shift[stay.duty.shift].append((worker, stay))
            self._looked = now
        return count(self._by_shift.get(shift, ()), now, self._roll.rules, wages)

    def _next_change(self, found: Sequence[Stay], now: int) -> int:
        """Return when stays that have got no further punch are to be looked at again."""
        rules = self._roll.rules
        moments = [2**63]
        for stay in found:
            over = stay.duty.end + rules.after * MINUTE + 1
            if stay.came and now < over:
                # Hours grow by the minute until the end of the shift, or until what is approved beyond it is reached.
                moments.append(
                    now - now % MINUTE + MINUTE if now < (stay.left or 0) or now < stay.duty.end else over
                )
        return min(moments)
