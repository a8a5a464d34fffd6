"""Whose a punch is: a PIN may pass from one worker to another, and be given to one after it was used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from edge.model.calendar import local_time
from edge.model.personnel import Entry, EntryKind, Punch, Worker
from edge.processing.attendance.duty import valid

_DAY = timedelta(days=1)


class Owners:
    """Who has which PIN, and when.

    Args:
        workers: everybody.
        entries: decisions about anybody.
        zone: of the site.
    """

    def __init__(self, workers: Iterable[Worker], entries: Iterable[Entry], zone: ZoneInfo) -> None:
        self._zone = zone
        self._by_pin: defaultdict[str, list[Worker]] = defaultdict(list)
        self._given: defaultdict[str, list[tuple[date, Worker]]] = defaultdict(list)
        by_id: dict[str, Worker] = {}
        for worker in workers:
            by_id[worker.id] = worker
            self._by_pin[worker.pin].append(worker)
        for entry in valid(entries):
            if entry.kind is EntryKind.PIN and entry.worker in by_id:
                self._given[entry.value].append((entry.day, by_id[entry.worker]))

    def of(self, punch: Punch) -> Worker | None:
        """Return whose a punch is: that of the PIN's worker who was employed then, a day late at most, as nights end late.

        Who was given the PIN comes before who has it by the roster.
        """
        day = local_time(punch.time, self._zone).date()
        given = [worker for since, worker in reversed(self._given.get(punch.pin, [])) if since <= day]
        candidates = [*given, *self._by_pin.get(punch.pin, [])]
        for on in (day, day - _DAY):
            for worker in candidates:
                if worker.is_employed(on):
                    return worker
        return None

    def by_worker(self, punches: Iterable[Punch]) -> tuple[dict[str, list[Punch]], list[Punch]]:
        """Return punches by the id of their worker, and those that are nobody's."""
        owned: defaultdict[str, list[Punch]] = defaultdict(list)
        unknown: list[Punch] = []
        for punch in punches:
            worker = self.of(punch)
            if worker is None:
                unknown.append(punch)
            else:
                owned[worker.id].append(punch)
        return dict(owned), unknown
