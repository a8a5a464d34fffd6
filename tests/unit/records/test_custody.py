"""Retention, and what is left of whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from edge.model.calendar import NS
from edge.model.personnel import Entry, EntryKind, Punch, Worker, WorkerKind
from edge.records.custody import Custody, Deleted, Looked
from edge.records.records import DAY, Records

NOW = 1_790_000_000 * NS
TODAY = date(2026, 9, 21)
MARY = Worker("1", "甲", WorkerKind.PERMANENT, "pack", "A")


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """Yield new records."""
    records = Records(tmp_path)
    yield records
    records.close()


def test_what_is_older_than_it_may_be_is_deleted(records: Records) -> None:
    """Punches, decisions, accesses and workers who left; what is of the first kept day stays."""
    old, young = NOW - 10 * DAY, NOW
    gone = replace(MARY, id="9", pin="9", last=date(2026, 9, 11))
    records.keep_workers([MARY, gone])
    records.add_punches([Punch("T", "1", old, 0), Punch("T", "1", NS, 0)], NOW - 9 * DAY)
    records.add_punches([Punch("T", "1", young, 0)], NOW)
    for day in (date(2026, 9, 11), date(2026, 9, 12)):
        records.add_entry(Entry("1", EntryKind.LEAVE, day, "sick", "boss", "x", NOW), [])
    custody = Custody(records)
    custody.looked(Looked(old, "boss", "today", ""))
    custody.looked(Looked(young, "boss", "today", ""))
    assert custody.enforce(date(2026, 9, 12)) == Deleted(workers=1, punches=1, entries=1)
    assert [punch.time for punch in records.punches_of(["1"])] == [NS, young]
    assert [worker.id for worker in records.roster()] == ["1"]
    assert [look.at for look in custody.accesses()] == [young]
    assert custody.enforce(date(2026, 9, 12)) == Deleted()
    assert custody.enforce(date(2026, 9, 13)).punches == 1  # the one of no time goes by its receipt


def test_nothing_is_left_in_the_file(records: Records, tmp_path: Path) -> None:
    """The sealed bytes of an erased worker are overwritten, not only unlinked."""
    records.keep_workers([MARY])
    records.add_punches([Punch("T", "1", NOW + n, 0) for n in range(200)], NOW)
    sealed = [row[0] for row in records.file.read("SELECT sealed FROM punch")]
    records.file.wipe()
    content = (tmp_path / "records.db").read_bytes()
    assert all(one in content for one in sealed)
    custody = Custody(records)
    custody.erase(MARY, records.punches_of(["1"]), NOW + DAY)
    left = b"".join(file.read_bytes() for file in tmp_path.glob("records.db*"))
    assert not any(one in left for one in sealed)


def test_a_pin_that_was_passed_on_stays_with_the_other(records: Records) -> None:
    """Who is erased takes their own punches along, and not those of who has the PIN now."""
    first = replace(MARY, id="a", last=date(2026, 9, 10))
    second = replace(MARY, id="b", first=date(2026, 9, 11))
    records.keep_workers([first, second])
    own, others = Punch("T", "1", NOW - 20 * DAY, 0), Punch("T", "1", NOW, 0)
    records.add_punches([own, others], NOW)
    custody = Custody(records)
    assert custody.erase(first, [own], NOW + DAY) == Deleted(1, 1, 0)
    assert records.punches_of(["1"]) == [others]
    assert records.add_punches([own, Punch("T", "1", NOW + 5, 0)], NOW) == 1
    assert records.count_unknown() == 0


def test_a_pin_is_its_workers_for_as_long_as_there_is_the_worker(records: Records) -> None:
    """It is given as of the day since when it counts, which may be long ago; with the worker it goes, as does its undoing."""
    gone = replace(MARY, id="9", last=date(2026, 9, 11))
    records.keep_workers([MARY, gone])
    for worker in ("1", "9"):
        given = Entry(worker, EntryKind.PIN, date(2000, 1, 1), f"88{worker}", "boss", "x", NOW)
        number = records.add_entry(given, []).number
    undoing = replace(given, kind=EntryKind.UNDO, value=str(number))
    records.add_entry(undoing, [])
    custody = Custody(records)
    assert custody.enforce(date(2026, 9, 11)) == Deleted()
    assert [entry.kind for entry in records.entries("9")] == [EntryKind.PIN, EntryKind.UNDO]
    assert custody.enforce(date(2026, 9, 12)) == Deleted(workers=1, entries=2)
    assert [entry.value for entry in records.entries()] == ["881"]
    records.add_punches([Punch("T", "889", NOW, 0), Punch("T", "881", NOW, 0)], NOW)
    assert [punch.pin for punch in records.unknown_punches()] == ["889"]


def test_a_leave_is_kept_until_its_last_day_is_old(records: Records) -> None:
    """It began before what is kept, and ends within it."""
    leave = Entry("1", EntryKind.LEAVE, date(2026, 9, 1), "sick", "boss", "x", NOW, date(2026, 9, 20))
    records.add_entry(leave, [])
    custody = Custody(records)
    assert custody.enforce(date(2026, 9, 20)).entries == 0
    assert custody.enforce(date(2026, 9, 21)).entries == 1


def test_an_erased_record_of_a_clock_that_is_ahead_does_not_come_back(records: Records) -> None:
    """What a terminal shows for next year is later than the erasure; the PIN's next owner still punches."""
    records.keep_workers([MARY])
    ahead = Punch("T", "1", NOW, 0, shown=NOW + 400 * DAY)
    records.add_punches([ahead, Punch("T", "1", NOW, 0)], NOW)
    Custody(records).erase(MARY, records.punches_of(["1"]), NOW + 60 * NS)
    assert records.add_punches([ahead, Punch("T", "1", NOW, 0)], NOW + DAY) == 0
    assert records.add_punches([Punch("T", "1", NOW + DAY, 0)], NOW + DAY) == 1


def test_a_key_that_others_may_read_is_its_owners_again(tmp_path: Path) -> None:
    """Who copied it back from a stick has left it open; the log says so once."""
    Records(tmp_path).close()
    key = tmp_path / "records.key"
    key.chmod(0o644)
    with capture_logs() as logs:
        Records(tmp_path).close()
        Records(tmp_path).close()
    assert key.stat().st_mode & 0o777 == 0o600
    assert [one["event"] for one in logs] == ["key could be read by others: it is its owner's again"]
