"""What every command about people has: the records, the terms, and an entry in the access log before anything is shown."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from edge.clock import Clock
from edge.config.people import PeopleOptions
from edge.config.settings import Settings
from edge.errors import ConfigurationError
from edge.model.calendar import Calendar, local_time, to_ns
from edge.model.personnel import Entry, EntryKind, Punch, Worker
from edge.people.terms import limits_of, rules_of
from edge.processing.attendance.day import Roll
from edge.processing.attendance.duty import Duty, planned_duties, valid
from edge.processing.attendance.person import Attended, Shifts
from edge.records.custody import Custody, Looked
from edge.records.records import Records

ALWAYS = date(2000, 1, 1)
"""Since when a PIN is somebody's if nobody says: no day that was ever told."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Everybody:
    """The attendance of some days.

    Attributes:
        people: everybody who was employed or came, by id.
        unknown: punches of those days that are nobody's.
    """

    people: tuple[Attended, ...]
    unknown: tuple[Punch, ...]


class Desk:
    """Where people's data are looked at, and decided about.

    Args:
        records: of the node.
        options: the `people:` block.
        calendar: of the site.
        now: ns UTC.
        by: who sits here.
    """

    def __init__(
        self, records: Records, options: PeopleOptions, calendar: Calendar, now: int, by: str
    ) -> None:
        self.records = records
        self.options = options
        self.calendar = calendar
        self.now = now
        self.by = by
        self.rules = rules_of(options)
        self.limits = limits_of(options)
        self.custody = Custody(records)

    @property
    def today(self) -> date:
        """The calendar's day."""
        return local_time(self.now, self.calendar.zone).date()

    def look(self, what: str, about: str = "") -> None:
        """Write to the access log that somebody looks at something."""
        self.custody.looked(Looked(self.now, self.by, what, about))

    def worker(self, key: str, what: str) -> Worker:
        """Return a worker by id or PIN, and log that somebody asked for them.

        Raises:
            ConfigurationError: there is none.
        """
        worker = self.custody.find(key)
        self.look(what, worker.id)
        return worker

    def everybody(self, first: date, last: date) -> Everybody:
        """Return the attendance of some days."""
        roll = Roll(self.records.roster(), self.records.entries(), self.calendar, self.rules)
        shifts = Shifts(self.calendar, first, last)
        owned, unknown = roll.owners.by_worker(self.records.punches(*shifts.span(self.rules)))
        wanted = [
            worker.id
            for worker in roll.workers.values()
            if worker.id in owned or any(map(worker.is_employed, shifts.days))
        ]
        begin, end = self.calendar.day_span(first)[0], self.calendar.day_span(last)[1]
        return Everybody(
            tuple(roll.attended(worker, owned.get(worker, []), shifts) for worker in sorted(wanted)),
            tuple(punch for punch in unknown if begin <= punch.time < end),
        )

    def punches_of(self, worker: Worker) -> list[Punch]:
        """Return every punch of a worker."""
        roll = Roll(self.records.roster(), self.records.entries(), self.calendar, self.rules)
        found = self.records.punches_of(self.custody.pins(worker))
        return [punch for punch in found if (owner := roll.owners.of(punch)) and owner.id == worker.id]

    def ahead(self, worker: Worker, until: date) -> list[Duty]:
        """Return what is planned for a worker from now on, and not on leave."""
        days = [self.today + number * _DAY for number in range((until - self.today).days + 1)]
        entries = valid(self.records.entries(worker.id))
        duties = planned_duties(worker, self.calendar, entries, days)
        return [duty for duty in duties if duty.start > self.now and not duty.leave]

    def decide(
        self, worker: Worker, kind: EntryKind, day: date, value: str, why: str, until: date | None = None
    ) -> Entry:
        """Keep a decision about a worker; what was told of the days that it is about is told again."""
        if not why.strip():
            raise ConfigurationError("--why: say why; it is kept with the decision")
        entry = Entry(worker.id, kind, day, value, self.by, why.strip(), self.now, until)
        return self.records.add_entry(entry, [] if day == ALWAYS else _days(day, until))

    def instant(self, moment: datetime) -> int:
        """Return a local time as ns UTC."""
        return to_ns(moment.replace(tzinfo=self.calendar.zone))


@contextmanager
def at_desk(settings: Settings, clock: Clock, by: str | None = None) -> Iterator[Desk]:
    """Open the records of a configuration; the node may run meanwhile.

    Raises:
        ConfigurationError: it has no people.
    """
    if settings.people is None:
        raise ConfigurationError("edge.yaml has no people: block")
    records = Records(settings.data_dir)
    try:
        yield Desk(records, settings.people, settings.plant.calendar, clock.now(), by or getpass.getuser())
    finally:
        records.close()


def _days(first: date, last: date | None) -> Iterable[date]:
    return [first + number * _DAY for number in range(((last or first) - first).days + 1)]
