"""The records: each punch once, private and sealed, and back after every kind of end."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from edge.errors import EdgeError, TransientError
from edge.model.calendar import NS
from edge.model.personnel import EarlierTurn, Entry, EntryKind, Punch, Worker, WorkerKind
from edge.records.records import Records, TerminalSeen

MARY = Worker("0001", "李光红", WorkerKind.PERMANENT, "pack", "A", id="K-77")
JOHN = Worker(
    "0501",
    "郑国洪",
    WorkerKind.SEASONAL,
    "prep",
    "B",
    station="切配",
    first=date(2026, 8, 1),
    last=date(2026, 10, 31),
    born=date(1990, 2, 3),
    priority=True,
    earlier=(EarlierTurn(date(2026, 9, 1), "A"),),
)
NOW = 1_790_000_000 * NS


def punch(pin: str = "0001", time: int = NOW, status: int = 0, terminal: str = "T1") -> Punch:
    """Return a punch that differs from others in what is given."""
    return Punch(terminal, pin, time, status)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that is not there yet."""
    return tmp_path / "data"


@pytest.fixture
def records(folder: Path) -> Iterator[Records]:
    """Yield new records."""
    records = Records(folder)
    yield records
    records.close()


def test_workers_come_back_as_they_were(records: Records) -> None:
    """Everything that is known of somebody is kept, and what is known later replaces it."""
    records.keep_workers([MARY, JOHN])
    assert records.roster() == (JOHN, MARY)
    older = Worker("0001", "李光红", WorkerKind.PERMANENT, "prep", "A", id="K-77")
    records.keep_workers([older])
    assert records.roster() == (JOHN, older)


def test_repeated_punches_count_once(records: Records) -> None:
    """The same record again, in one call or another, is not new; one that differs in anything is."""
    assert records.add_punches([punch(), punch()], NOW) == 1
    assert records.add_punches([punch()], NOW) == 0
    others = [punch(pin="0002"), punch(time=NOW + 1), punch(status=1), punch(terminal="T2")]
    assert records.add_punches([punch(), *others], NOW) == 4


def test_a_corrected_record_is_the_same_one(records: Records) -> None:
    """A record that comes again after its terminal's clock was corrected is known by what the clock showed."""
    records.add_punches([Punch("T1", "0001", NOW, 0, shown=NOW - 3600 * NS)], NOW)
    assert records.add_punches([Punch("T1", "0001", NOW - 3600 * NS, 0)], NOW) == 0
    assert [one.time for one in records.punches(NOW - 1, NOW + 1)] == [NOW]


def test_a_thousand_repeated_uploads_change_nothing(records: Records) -> None:
    """However often an upload is repeated, the records stay as they are, and so does what is to be told."""
    upload = [punch(f"{number:04d}", NOW + number) for number in range(50)]
    records.add_punches(upload, NOW)
    before = records.punches(0, 2 * NOW), records.touched()
    assert sum(records.add_punches(upload, NOW + number) for number in range(1000)) == 0
    assert (records.punches(0, 2 * NOW), records.touched()) == before


def test_a_span_has_its_start_and_not_its_end(records: Records) -> None:
    """Punches are known by span: from its first nanosecond to the one before its end."""
    records.add_punches([punch(f"{n}", NOW + n) for n in range(4)], NOW)
    assert {one.pin for one in records.punches(NOW + 1, NOW + 3)} == {"1", "2"}


def test_punches_of_strangers_are_kept(records: Records) -> None:
    """A punch of nobody on the roster is kept and counted, until somebody has that PIN."""
    records.keep_workers([MARY])
    records.add_punches([punch(), punch("0501"), punch("0501", NOW + 1), punch("9999")], NOW)
    assert records.count_unknown() == 3
    assert [one.pin for one in records.unknown_punches()] == ["0501", "9999", "0501"]
    records.keep_workers([JOHN])
    assert records.count_unknown() == 1
    records.add_entry(Entry("K-77", EntryKind.PIN, date(2026, 1, 1), "9999", "me", "lost it", NOW), [])
    assert records.count_unknown() == 0


def test_a_punch_of_the_year_2000_is_kept_apart(records: Records) -> None:
    """A time that cannot be is no time of any shift; the punch is shown, and is deleted by when it came."""
    records.add_punches([punch(time=NS), punch("0002", NOW + 3 * 86_400 * NS)], NOW)
    assert [one.pin for one in records.odd_punches()] == ["0001", "0002"]
    assert records.punches(0, 2 * NOW) == []


def test_decisions_are_added_and_never_changed(records: Records) -> None:
    """Each has its number, in their order; another worker's are not among one's own."""
    first = Entry("K-77", EntryKind.LEAVE, date(2026, 9, 1), "sick", "boss", "fever", NOW, date(2026, 9, 3))
    second = Entry("0501", EntryKind.SHIFT, date(2026, 9, 1), "A B", "boss", "short of hands", NOW)
    kept = [records.add_entry(entry, [entry.day]) for entry in (first, second)]
    assert [entry.number for entry in kept] == [1, 2]
    assert records.entries() == kept
    assert records.entries("0501") == kept[1:]
    days, _ = records.touched()
    assert days == {date(2026, 9, 1)}


def test_what_was_told_is_remembered(folder: Path) -> None:
    """Which groups were told of a shift, and which days are still to be told, is there after a restart."""
    first = Records(folder)
    first.add_punches([punch()], NOW)
    days, until = first.touched()
    first.keep_told({("A", 5): "x"}, until - 1)
    first.keep_told({("A", 5): "y"}, until - 1)
    first.see_terminal(TerminalSeen("T1", known=True, seen=NOW, error=7, counter=3))
    first.close()
    second = Records(folder)
    assert second.told([5, 9]) == {("A", 5): "y"}
    assert second.touched() == (days, until)
    assert second.terminals() == [TerminalSeen("T1", known=True, seen=NOW, error=7, counter=3)]
    second.keep_told({}, until)
    assert second.touched()[0] == frozenset()
    second.close()


def test_nobody_else_may_read_them(records: Records, folder: Path) -> None:
    """The file, its key and what SQLite keeps beside it are the owner's only."""
    records.add_punches([punch()], NOW)
    modes = {part.name: stat.S_IMODE(part.stat().st_mode) for part in folder.iterdir()}
    assert {"records.db", "records.db-wal", "records.key"} <= modes.keys()
    assert set(modes.values()) == {0o600}


def test_nothing_personal_can_be_read_in_the_file(records: Records, folder: Path) -> None:
    """Names, ids, PINs and reasons are nowhere in the files, in any encoding; nor are the times of punches."""
    records.keep_workers([MARY, JOHN])
    records.add_punches([punch("0501"), punch("K1NDLY")], NOW)
    records.add_entry(Entry("K-77", EntryKind.PIN, date(2026, 1, 1), "K1NDLY", "me", "手指受伤", NOW), [])
    content = b"".join(part.read_bytes() for part in folder.glob("records.db*"))
    for text in ("李光红", "郑国洪", "K-77", "0501", "K1NDLY", "手指受伤", "切配", str(NOW), "1990-02-03"):
        assert text.encode() not in content
        assert text.encode("utf-16-le") not in content
    assert NOW.to_bytes(8, "big") not in content


def test_without_the_key_there_is_nothing(folder: Path) -> None:
    """A file whose key is gone or another one is an error that says so; no new key is made beside old records."""
    first = Records(folder)
    first.keep_workers([MARY])
    first.close()
    key = folder / "records.key"
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(EdgeError, match=r"records\.key is missing"):
        Records(folder)
    assert not key.exists()
    key.write_bytes(bytes(64))
    with pytest.raises(EdgeError, match="cannot be opened with this key"):
        Records(folder)
    key.write_bytes(b"short")
    with pytest.raises(EdgeError, match="is not the key of any records"):
        Records(folder)
    key.write_bytes(kept)
    second = Records(folder)
    assert second.roster() == (MARY,)
    second.close()


def test_everything_is_there_after_a_restart(folder: Path) -> None:
    """What was committed is read by the next run, and still known as not new."""
    first = Records(folder)
    first.keep_workers([MARY])
    first.add_punches([punch()], NOW)
    first.close()
    second = Records(folder)
    assert second.roster() == (MARY,)
    assert second.add_punches([punch()], NOW) == 0
    second.close()


def test_another_process_is_noticed(records: Records, folder: Path) -> None:
    """The version is another one once somebody else has written, and the same while only we do."""
    before = records.version()
    records.keep_workers([MARY])
    assert records.version() == before
    other = Records(folder)
    other.keep_workers([JOHN])
    other.close()
    assert records.version() != before
    assert len(records.roster()) == 2


def test_a_damaged_file_is_set_aside(folder: Path) -> None:
    """A file that is no database is kept under another name, said in the log, and a new one begun."""
    folder.mkdir()
    (folder / "records.db").write_bytes(b"no database at all" * 1000)
    with capture_logs() as logs:
        records = Records(folder)
    assert records.add_punches([punch()], NOW) == 1
    records.close()
    assert (folder / "records.db.damaged-1").read_bytes().startswith(b"no database")
    assert [entry["log_level"] for entry in logs] == ["critical"]


def test_damage_inside_is_found(folder: Path) -> None:
    """A page that was overwritten in the middle of the file is found at the start; the key is used again."""
    first = Records(folder)
    first.add_punches([punch(time=NOW + number) for number in range(2000)], NOW)
    first.close()
    file, key = folder / "records.db", (folder / "records.key").read_bytes()
    content = bytearray(file.read_bytes())
    content[8192:12288] = bytes(b % 251 for b in range(4096))
    file.write_bytes(content)
    with capture_logs():
        second = Records(folder)
    assert second.punches(0, 2 * NOW) == []
    second.close()
    assert (folder / "records.db.damaged-1").exists()
    assert (folder / "records.key").read_bytes() == key


def test_a_file_of_another_version_is_left_alone(folder: Path) -> None:
    """Records of a version that this node does not know are an error, not damage."""
    Records(folder).close()
    with sqlite3.connect(folder / "records.db") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(EdgeError, match="version 99; this node knows 2"):
        Records(folder)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """A path that cannot be opened is one clear error."""
    (tmp_path / "file").write_text("")
    with pytest.raises(TransientError, match="cannot open the records"):
        Records(tmp_path / "file")


def test_closed_records_say_so(folder: Path) -> None:
    """A call that comes after the end is a transient error: a terminal then sends again."""
    records = Records(folder)
    records.close()
    with pytest.raises(TransientError):
        records.add_punches([punch()], NOW)


async def test_threads_may_share_them(records: Records) -> None:
    """Calls from many threads at once each count what was new to them, and nothing twice."""
    calls = (
        asyncio.to_thread(records.add_punches, [punch(time=NOW + n) for n in range(start, start + 20)], NOW)
        for start in range(0, 200, 10)
    )
    assert sum(await asyncio.gather(*calls)) == 210
