"""Who works here, when they punched, and what was decided about it: sealed, in one file that never leaves the node.

Everything here blocks; `Records` may be used from several threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from edge.model.calendar import NS
from edge.model.personnel import Entry, EntryKind, Punch, Worker
from edge.records.sealing import entry_of, entry_text, punch_of, punch_text, worker_of, worker_text
from edge.records.sqlite import File
from edge.records.vault import Vault, open_vault

FILE = "records.db"
KEY_FILE = "records.key"
DAY = 86_400 * NS
FOR_GOOD = date.max.toordinal()
"""The day of decisions that no day makes old."""
_EPOCH = date(1970, 1, 1).toordinal()
_LONG_AGO = 10 * 365 * DAY
"""A punch of so long before it came has the time of a clock that was reset, as has one that is still to come."""


@dataclass(frozen=True, slots=True)
class TerminalSeen:
    """A terminal or badge reader that spoke to the node.

    Attributes:
        serial: its number, or the device's key.
        known: whether it may.
        seen: when it last did, ns UTC.
        error: by which its clock is ahead, ns.
        counter: the last number of a badge reader.
    """

    serial: str
    known: bool
    seen: int
    error: int = 0
    counter: int | None = None


class Records:
    """The records of one node.

    Args:
        directory: holds the file and its key; both are made when missing.

    Raises:
        TransientError: the disk is full or fails, now or in any call; nothing of that call was committed.
        EdgeError: the file is of another version, or the key is not the one that sealed it.
    """

    def __init__(self, directory: Path) -> None:
        self.file = File(directory / FILE)
        self._unknown = (-1, -1), 0
        try:
            self.vault = self._open_vault(directory / KEY_FILE)
        except BaseException:
            self.file.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    @contextmanager
    def one_commit(self) -> Iterator[None]:
        """Make one transaction of all that is written within: for the punches of the past, which come by thousands.

        Only for a caller that is alone with this object.
        """
        with self.file.transaction():
            yield

    def version(self) -> int:
        """Return a number that is another one when another process has written."""
        return self.file.version()

    # Roster

    def roster(self) -> tuple[Worker, ...]:
        """Return everybody who is or was employed, by id."""
        rows = self.file.read("SELECT sealed FROM worker")
        return tuple(
            sorted((worker_of(self.vault.open(sealed)) for (sealed,) in rows), key=lambda one: one.id)
        )

    def keep_workers(self, workers: Iterable[Worker], days: Iterable[date] = ()) -> None:
        """Add workers, or change what is known of them.

        Args:
            workers: by their ids.
            days: whose attendance may be another one by it.
        """
        kept = list(workers)
        with self.file.transaction():
            self.file.write(
                "INSERT INTO worker VALUES (?, ?) ON CONFLICT (person) DO UPDATE SET sealed = excluded.sealed",
                ((self.person(one.id), self.vault.seal(worker_text(one))) for one in kept),
            )
            self._know_pins(worker.pin for worker in kept)
            self.touch(days)

    # Punches

    def add_punches(self, punches: Iterable[Punch], received: int) -> int:
        """Commit punches; return how many of them were new. Those of people who were erased are dropped."""
        # Another process may have erased somebody since.
        erased: dict[bytes, int] = dict(self.file.read("SELECT pin, until FROM erased"))
        wanted = [(self.record(punch), self.pin(punch.pin), punch) for punch in punches]
        rows = [
            (
                record,
                pin,
                (received if is_odd(punch, received) else punch.time) // DAY,
                int(is_odd(punch, received)),
                self.vault.seal(punch_text(punch)),
            )
            for record, pin, punch in wanted
            if punch.original > erased.get(pin, -1) and record not in erased
        ]
        with self.file.transaction():
            new = self.file.write("INSERT INTO punch VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", rows)
            if new:
                self.touch({date.fromordinal(row[2] + _EPOCH) for row in rows})
        return new

    def punches(self, start: int, stop: int) -> list[Punch]:
        """Return the punches of [start, stop), ns UTC."""
        rows = self.file.read(
            "SELECT sealed FROM punch WHERE day BETWEEN ? AND ? AND odd = 0",
            (start // DAY, (stop - 1) // DAY),
        )
        found = (punch_of(self.vault.open(sealed)) for (sealed,) in rows)
        return [punch for punch in found if start <= punch.time < stop]

    def punches_of(self, pins: Iterable[str]) -> list[Punch]:
        """Return every punch of some PINs, in the order of time."""
        rows = [
            row
            for pin in pins
            for row in self.file.read("SELECT sealed FROM punch WHERE pin = ?", (self.pin(pin),))
        ]
        return sorted((punch_of(self.vault.open(sealed)) for (sealed,) in rows), key=_in_order)

    def odd_punches(self) -> list[Punch]:
        """Return the punches whose time cannot be, in its order."""
        rows = self.file.read("SELECT sealed FROM punch WHERE odd = 1")
        return sorted((punch_of(self.vault.open(sealed)) for (sealed,) in rows), key=_in_order)

    def unknown_punches(self) -> list[Punch]:
        """Return the punches of PINs that are nobody's, in the order of time."""
        rows = self.file.read("SELECT sealed FROM punch WHERE pin NOT IN (SELECT pin FROM pin)")
        return sorted((punch_of(self.vault.open(sealed)) for (sealed,) in rows), key=_in_order)

    def count_unknown(self) -> int:
        """Return how many punches are of PINs that are nobody's; all are looked at, but only after a change."""
        state = self.file.version(), self.file.commits
        if self._unknown[0] != state:
            rows = self.file.read("SELECT count(*) FROM punch WHERE pin NOT IN (SELECT pin FROM pin)")
            self._unknown = state, int(rows[0][0])
        return self._unknown[1]

    # Decisions

    def add_entry(self, entry: Entry, days: Iterable[date]) -> Entry:
        """Keep a decision and return it with its number; `days` are those whose attendance it may change."""
        with self.file.transaction():
            self.file.write(
                "INSERT INTO entry (person, day, sealed) VALUES (?, ?, ?)",
                [(self.person(entry.worker), self._kept_as_of(entry), self.vault.seal(entry_text(entry)))],
            )
            ((number,),) = self.file.read("SELECT max(number) FROM entry")
            if entry.kind is EntryKind.PIN:
                self._know_pins([entry.value])
            self.touch(days)
        return replace(entry, number=number)

    def entries(self, worker: str | None = None) -> list[Entry]:
        """Return every decision, or those about one worker, in their order."""
        query = "SELECT number, sealed FROM entry"
        rows = (
            self.file.read(f"{query} ORDER BY number")
            if worker is None
            else self.file.read(f"{query} WHERE person = ? ORDER BY number", (self.person(worker),))
        )
        return [entry_of(self.vault.open(sealed), number) for number, sealed in rows]

    # What the node remembers

    def touch(self, days: Iterable[date]) -> None:
        """Note within a transaction that the figures of some days may have changed."""
        self.file.write(
            "INSERT INTO touched (day) VALUES (?)", ((day.toordinal() - _EPOCH,) for day in sorted(set(days)))
        )

    def touched(self) -> tuple[frozenset[date], int]:
        """Return the days that may have changed, and the number up to which these notes go."""
        rows = self.file.read("SELECT number, day FROM touched")
        days = frozenset(date.fromordinal(day + _EPOCH) for _, day in rows)
        return days, max((number for number, _ in rows), default=0)

    def keep_told(self, told: Mapping[tuple[str, int], str], until: int) -> None:
        """Note what was told of shifts, and that what was touched up to a number has been told."""
        with self.file.transaction():
            self.file.write(
                "INSERT INTO told VALUES (?, ?, ?)"
                " ON CONFLICT (shift, start) DO UPDATE SET groups = excluded.groups",
                [(shift, start, groups) for (shift, start), groups in told.items()],
            )
            self.file.write("DELETE FROM touched WHERE number <= ?", [(until,)])

    def told(self, starts: Sequence[int]) -> dict[tuple[str, int], str]:
        """Return what was last told of the shifts that begin at some instants."""
        if not starts:
            return {}
        rows = self.file.read(
            "SELECT shift, start, groups FROM told WHERE start BETWEEN ? AND ?", (min(starts), max(starts))
        )
        return {(shift, start): groups for shift, start, groups in rows}

    def see_terminal(self, seen: TerminalSeen) -> None:
        """Note that a terminal spoke."""
        with self.file.transaction():
            self.file.write(
                "INSERT INTO terminal VALUES (?, ?, ?, ?, ?) ON CONFLICT (serial) DO UPDATE SET known ="
                " excluded.known, seen = excluded.seen, error = excluded.error, counter = excluded.counter",
                [(seen.serial, int(seen.known), seen.seen, seen.error, seen.counter)],
            )

    def terminals(self) -> list[TerminalSeen]:
        """Return every terminal that spoke to the node."""
        rows = self.file.read("SELECT serial, known, seen, error, counter FROM terminal ORDER BY serial")
        return [TerminalSeen(serial, bool(known), *rest) for serial, known, *rest in rows]

    # Marks

    def person(self, worker: str) -> bytes:
        """Return what stands for a worker's id in the file."""
        return self.vault.mark("worker", worker)

    def pin(self, pin: str) -> bytes:
        """Return what stands for a PIN in the file."""
        return self.vault.mark("pin", pin)

    def record(self, punch: Punch) -> bytes:
        """Return what stands for a record of a terminal in the file."""
        return self.vault.mark("punch", punch.terminal, punch.pin, str(punch.original), str(punch.status))

    def _kept_as_of(self, entry: Entry) -> int:
        """Return the day from which a decision grows old: its last one, or that of what it undoes.

        A PIN is its worker's for as long as there is the worker.
        """
        if entry.kind is EntryKind.PIN:
            return FOR_GOOD
        undone: list[tuple[int]] = []
        if entry.kind is EntryKind.UNDO:
            undone = self.file.read("SELECT day FROM entry WHERE number = ?", (int(entry.value),))
        return max([(entry.until or entry.day).toordinal() - _EPOCH, *(day for (day,) in undone)])

    def _know_pins(self, pins: Iterable[str]) -> None:
        self.file.write(
            "INSERT INTO pin VALUES (?) ON CONFLICT DO NOTHING", ((self.pin(pin),) for pin in pins)
        )

    def _open_vault(self, path: Path) -> Vault:
        """Open the key, and see that it is the one of this file."""
        rows = self.file.read("SELECT value FROM about WHERE what = 'key'")
        vault = open_vault(path, new=not rows)
        if rows:
            vault.open(rows[0][0])
        else:
            with self.file.transaction():
                self.file.write("INSERT INTO about VALUES ('key', ?)", [(vault.seal("this is the key"),)])
        return vault


def is_odd(punch: Punch, received: int) -> bool:
    """Return whether a punch has a time that cannot be, as of when it came."""
    return not -_LONG_AGO < punch.time - received < DAY


def _in_order(punch: Punch) -> tuple[int, str, str, int]:
    return punch.time, punch.pin, punch.terminal, punch.status
