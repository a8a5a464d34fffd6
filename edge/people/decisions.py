"""What is decided about attendance: manual punches, shifts, swaps, leave, confirmed assumptions. Rows are added, never changed."""

from __future__ import annotations

from datetime import date, datetime

from edge.errors import ConfigurationError
from edge.model.calendar import local_time
from edge.model.personnel import PIN, Entry, EntryKind, Worker
from edge.people.desk import Desk
from edge.processing.attendance.duty import planned_duties, valid
from edge.processing.attendance.turns import OFF
from edge.records.records import is_odd

MOST_DAYS = 366
"""That one decision, or one look, may be about."""


def punch(desk: Desk, worker: Worker, moment: datetime, why: str) -> Entry:
    """Write down a punch that no terminal knows."""
    time = desk.instant(moment)
    if time > desk.now:
        raise ConfigurationError(f"{moment}: is still to come")
    return desk.decide(worker, EntryKind.PUNCH, moment.date(), str(time), why)


def void(desk: Desk, worker: Worker, moment: datetime, why: str) -> list[Entry]:
    """Let a punch not count: every one of the worker's within that second, or within that minute when no second is given."""
    begin = desk.instant(moment)
    length = 60 if moment.second == 0 else 1
    found = [one.time for one in desk.punches_of(worker) if begin <= one.time < begin + length * 10**9]
    if not found:
        raise ConfigurationError(f"{moment}: {worker.id} has no punch then")
    with desk.records.one_commit():
        return [
            desk.decide(worker, EntryKind.VOID, moment.date(), str(time), why) for time in sorted(set(found))
        ]


def shift(desk: Desk, worker: Worker, day: date, keys: str, why: str) -> Entry:
    """Make a worker's shift of a day another one, several, or none (`-`)."""
    known = [one.key for one in desk.calendar.shifts]
    wanted = keys.replace(",", " ").split()
    strangers = [key for key in wanted if key not in known and key != OFF]
    if strangers or not wanted:
        raise ConfigurationError(f"{keys}: no such shift; there are: {', '.join(known)}, and - for a day off")
    return desk.decide(worker, EntryKind.SHIFT, day, " ".join(wanted), why)


def swap(desk: Desk, one: Worker, other: Worker, day: date, why: str) -> list[Entry]:
    """Let two workers exchange their shifts of a day."""
    if one.id == other.id:
        raise ConfigurationError(f"{one.id}: nobody exchanges shifts with themselves")
    planned = [_planned(desk, worker, day) for worker in (one, other)]
    with desk.records.one_commit():
        return [
            desk.decide(worker, EntryKind.SHIFT, day, keys, why)
            for worker, keys in zip((one, other), reversed(planned), strict=True)
        ]


def leave(desk: Desk, worker: Worker, first: date, last: date, kind: str, why: str) -> Entry:
    """Give a worker leave."""
    if not 0 <= (last - first).days < MOST_DAYS:
        raise ConfigurationError(f"{last}: a leave ends after it begins, and within a year")
    return desk.decide(worker, EntryKind.LEAVE, first, kind, why, last)


def confirm(desk: Desk, worker: Worker, day: date, key: str, why: str) -> Entry:
    """Confirm what was assumed for a punch that is missing."""
    if key not in [one.key for one in desk.calendar.shifts]:
        raise ConfigurationError(f"{key}: no such shift")
    return desk.decide(worker, EntryKind.CONFIRM, day, key, why)


def approve(desk: Desk, worker: Worker, day: date, minutes: int, why: str) -> Entry:
    """Approve overtime of a day."""
    return desk.decide(worker, EntryKind.OVERTIME, day, str(minutes), why)


def give_pin(desk: Desk, worker: Worker, pin: str, since: date, why: str) -> Entry:
    """Give a worker a PIN, so that punches of nobody are theirs from a day on."""
    if not PIN.fullmatch(pin):
        raise ConfigurationError(f"{pin}: a PIN is 1 to 24 letters or digits, as the terminal knows it")
    for other in desk.records.roster():
        if other.id != worker.id and other.pin == pin and (other.last is None or other.last >= since):
            end = f"until {other.last}" if other.last else "now"
            raise ConfigurationError(f"{pin}: is the PIN of {other.id} {end}: --since must be a day after it")
    entry = desk.decide(worker, EntryKind.PIN, since, pin, why)
    _touch(desk, entry)
    return entry


def undo(desk: Desk, number: int, why: str) -> Entry:
    """Let an earlier decision not hold; both stay in the history."""
    found = next((one for one in desk.records.entries() if one.number == number), None)
    if found is None or found.kind is EntryKind.UNDO:
        raise ConfigurationError(f"{number}: there is no such decision; chili-edge people history shows them")
    worker = desk.worker(found.worker, "undo")
    if found not in valid(desk.records.entries(worker.id)):
        raise ConfigurationError(f"{number}: is undone already")
    entry = desk.decide(worker, EntryKind.UNDO, found.day, str(number), why, found.until)
    if found.kind is EntryKind.PIN:
        _touch(desk, found)
    return entry


def _touch(desk: Desk, given: Entry) -> None:
    """Let the days be told again on which a PIN that is given, or is no more, was used."""
    punches = desk.records.punches_of([given.value])
    days = {local_time(one.time, desk.calendar.zone).date() for one in punches if not is_odd(one, desk.now)}
    with desk.records.one_commit():
        desk.records.touch(day for day in days if day >= given.day)


def _planned(desk: Desk, worker: Worker, day: date) -> str:
    entries = valid(desk.records.entries(worker.id))
    return " ".join(duty.shift for duty in planned_duties(worker, desk.calendar, entries, [day])) or OFF
