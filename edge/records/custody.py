"""What the law asks of who holds personal data (PIPL): show, correct, delete in time and on request, and log who looked."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from edge.errors import ConfigurationError
from edge.model.personnel import EntryKind, Punch, Worker
from edge.records.records import DAY, Records
from edge.records.sealing import entry_text, punch_text, worker_text

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Looked:
    """Who looked at what, and when (ns UTC); `about` is a worker's id, or empty for everybody."""

    at: int
    by: str
    what: str
    about: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many rows are gone."""

    workers: int = 0
    punches: int = 0
    entries: int = 0


class Custody:
    """The duties of who holds the records."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._file = records.file
        self._vault = records.vault

    def looked(self, look: Looked) -> None:
        """Write to the access log; whoever shows personal data does so first."""
        text = json.dumps([look.at, look.by, look.what, look.about], ensure_ascii=False)
        with self._file.transaction():
            self._file.write(
                "INSERT INTO access (day, sealed) VALUES (?, ?)", [(look.at // DAY, self._vault.seal(text))]
            )

    def accesses(self) -> list[Looked]:
        """Return the access log, oldest first."""
        rows = self._file.read("SELECT sealed FROM access ORDER BY number")
        return [Looked(*json.loads(self._vault.open(sealed))) for (sealed,) in rows]

    def find(self, worker: str) -> Worker:
        """Return a worker by id, or by PIN when that is only one's.

        Raises:
            ConfigurationError: there is none.
        """
        roster = self._records.roster()
        found = [one for one in roster if one.id == worker] or [one for one in roster if one.pin == worker]
        if len(found) != 1:
            raise ConfigurationError(
                f"{worker}: is on no roster"
                if not found
                else f"{worker}: is the PIN of several workers: give the id"
            )
        return found[0]

    def pins(self, worker: Worker) -> list[str]:
        """Return every PIN that is or was a worker's."""
        others = [entry.value for entry in self._records.entries(worker.id) if entry.kind is EntryKind.PIN]
        return sorted({worker.pin, *others})

    def export(self, worker: Worker, punches: Iterable[Punch]) -> dict[str, object]:
        """Return all that is kept of a worker, whose punches these are, as it is kept."""
        columns = ("terminal", "pin", "time", "status", "shown")
        return {
            "worker": json.loads(worker_text(worker)),
            "punches": [dict(zip(columns, punch_text(punch).split("\t"), strict=True)) for punch in punches],
            "decisions": [
                {"number": entry.number, **json.loads(entry_text(entry))}
                for entry in self._records.entries(worker.id)
            ],
            "looked_at": [
                {"at": look.at, "by": look.by, "what": look.what}
                for look in self.accesses()
                if look.about == worker.id
            ],
        }

    def erase(self, worker: Worker, punches: Iterable[Punch], now: int) -> Deleted:
        """Delete all that is kept of a worker, whose punches these are; a terminal that sends them again is not heeded."""
        pins = self.pins(worker)
        others = {pin for one in self._records.roster() if one.id != worker.id for pin in self.pins(one)}
        person, gone = self._records.person(worker.id), list(punches)
        forgotten = {pin: now for pin in pins if pin not in others}
        for punch in gone:
            if punch.pin in others:
                forgotten[punch.pin] = max(forgotten.get(punch.pin, 0), punch.original)
        ahead = [(self._records.record(punch), punch.original) for punch in gone if punch.original > now]
        with self._file.transaction():
            rows = [(self._records.record(punch),) for punch in gone]
            count = self._file.write("DELETE FROM punch WHERE record = ?", rows)
            entries = self._file.write("DELETE FROM entry WHERE person = ?", [(person,)])
            workers = self._file.write("DELETE FROM worker WHERE person = ?", [(person,)])
            own = [(self._records.pin(pin),) for pin in pins if pin not in others]
            self._file.write("DELETE FROM pin WHERE pin = ?", own)
            self._file.write(
                "INSERT INTO erased VALUES (?, ?) ON CONFLICT (pin) DO UPDATE SET until = excluded.until",
                [*((self._records.pin(pin), until) for pin, until in forgotten.items()), *ahead],
            )
        self._file.wipe()
        return Deleted(workers, count, entries)

    def enforce(self, before: date) -> Deleted:
        """Delete punches, decisions and accesses of days before one, and workers who left before it."""
        day = before.toordinal() - _EPOCH
        gone = [one for one in self._records.roster() if one.last is not None and one.last < before]
        with self._file.transaction():
            punches = self._file.write("DELETE FROM punch WHERE day < ?", [(day,)])
            entries = self._file.write("DELETE FROM entry WHERE day < ?", [(day,)])
            workers, theirs = self._delete_workers(gone)
            self._file.write("DELETE FROM access WHERE day < ?", [(day,)])
            self._file.write("DELETE FROM told WHERE start < ?", [(day * DAY,)])
        deleted = Deleted(workers, punches, entries + theirs)
        if deleted != Deleted():
            self._file.wipe()
        return deleted

    def _delete_workers(self, workers: Collection[Worker]) -> tuple[int, int]:
        """Delete workers and what was decided about them; return how many of each."""
        if not workers:
            return 0, 0
        ids = {one.id for one in workers}
        kept = {pin for one in self._records.roster() if one.id not in ids for pin in self.pins(one)}
        pins = {pin for one in workers for pin in self.pins(one)} - kept
        self._file.write("DELETE FROM pin WHERE pin = ?", [(self._records.pin(pin),) for pin in pins])
        persons = [(self._records.person(one.id),) for one in workers]
        entries = self._file.write("DELETE FROM entry WHERE person = ?", persons)
        return self._file.write("DELETE FROM worker WHERE person = ?", persons), entries
