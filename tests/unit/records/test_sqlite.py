"""The records file: each punch once, private, and back after every kind of end."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from edge.errors import EdgeError, TransientError
from edge.model.personnel import Punch, Worker, WorkerKind
from edge.records.sqlite import Records

MARY = Worker("0001", "李光红", WorkerKind.PERMANENT, "pack", "A")
JOHN = Worker("0501", "郑国洪", WorkerKind.SEASONAL, "prep", "B")


def punch(pin: str = "0001", time: int = 100, status: int = 0, terminal: str = "T1") -> Punch:
    """Return a punch that differs from others in what is given."""
    return Punch(terminal, pin, time, status)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the path of a file that is not there yet, nor its folder."""
    return tmp_path / "data" / "records.db"


@pytest.fixture
def records(file: Path) -> Iterator[Records]:
    """Yield new records."""
    records = Records(file)
    yield records
    records.close()


def test_a_roster_is_replaced_as_a_whole(records: Records) -> None:
    """Who is not in the new roster is gone, and the punches are not."""
    records.replace_roster([MARY])
    records.add_punches([punch()])
    records.replace_roster([JOHN])
    assert records.roster() == (JOHN,)
    assert records.punched_pins(0, 1000) == {"0001"}


def test_a_bad_roster_leaves_the_old_one(records: Records) -> None:
    """A roster that cannot be kept changes nothing."""
    records.replace_roster([MARY])
    with pytest.raises(TransientError):
        records.replace_roster([JOHN, JOHN])
    assert records.roster() == (MARY,)


def test_repeated_punches_count_once(records: Records) -> None:
    """The same record again, in one call or another, is not new; one that differs in anything is."""
    assert records.add_punches([punch(), punch()]) == 1
    assert records.add_punches([punch()]) == 0
    others = [punch(pin="0002"), punch(time=101), punch(status=1), punch(terminal="T2")]
    assert records.add_punches([punch(), *others]) == 4


def test_a_span_has_its_start_and_not_its_end(records: Records) -> None:
    """Who punched is known by span: from its first nanosecond to the one before its end."""
    records.add_punches([punch("1", 99), punch("2", 100), punch("3", 199), punch("4", 200)])
    assert records.punched_pins(100, 200) == {"2", "3"}


def test_punches_of_strangers_are_counted(records: Records) -> None:
    """A punch of nobody on the roster is kept and counted, until the roster knows them."""
    records.replace_roster([MARY])
    assert records.unknown_punches() == 0
    records.add_punches([punch(), punch("0501"), punch("0501", 101)])
    assert records.unknown_punches() == 2
    records.replace_roster([MARY, JOHN])
    assert records.unknown_punches() == 0


def test_nobody_else_may_read_them(records: Records, file: Path) -> None:
    """The file and what SQLite keeps beside it are the owner's only."""
    records.add_punches([punch()])
    modes = {part.name: stat.S_IMODE(part.stat().st_mode) for part in file.parent.iterdir()}
    assert "records.db-wal" in modes
    assert set(modes.values()) == {0o600}


def test_everything_is_there_after_a_restart(file: Path) -> None:
    """What was committed is read by the next run, and still known as not new."""
    first = Records(file)
    first.replace_roster([MARY])
    first.add_punches([punch()])
    first.close()
    second = Records(file)
    assert second.roster() == (MARY,)
    assert second.add_punches([punch()]) == 0
    second.close()


def test_a_damaged_file_is_set_aside(file: Path) -> None:
    """A file that is no database is kept under another name, said in the log, and a new one begun."""
    file.parent.mkdir()
    file.write_bytes(b"no database at all" * 1000)
    with capture_logs() as logs:
        records = Records(file)
    assert records.add_punches([punch()]) == 1
    records.close()
    assert (file.parent / "records.db.damaged-1").read_bytes().startswith(b"no database")
    assert [entry["log_level"] for entry in logs] == ["critical"]


def test_damage_inside_is_found(file: Path) -> None:
    """A page that was overwritten in the middle of the file is found at the start."""
    first = Records(file)
    first.add_punches([punch(time=time) for time in range(2000)])
    first.close()
    content = bytearray(file.read_bytes())
    content[8192:12288] = bytes(b % 251 for b in range(4096))
    file.write_bytes(content)
    with capture_logs():
        second = Records(file)
    assert second.punched_pins(0, 5000) == set()
    second.close()
    assert (file.parent / "records.db.damaged-1").exists()


def test_a_file_of_another_version_is_left_alone(file: Path) -> None:
    """Records of a version that this node does not know are an error, not damage."""
    Records(file).close()
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(EdgeError, match="version 99; this node knows 1"):
        Records(file)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """A path that cannot be opened is one clear error."""
    with pytest.raises(TransientError, match="cannot open the records"):
        Records(tmp_path)


def test_closed_records_say_so(file: Path) -> None:
    """A call that comes after the end is a transient error: a terminal then sends again."""
    records = Records(file)
    records.close()
    with pytest.raises(TransientError):
        records.add_punches([punch()])


async def test_threads_may_share_them(records: Records) -> None:
    """Calls from many threads at once each count what was new to them, and nothing twice."""
    calls = (
        asyncio.to_thread(records.add_punches, [punch(time=time) for time in range(start, start + 20)])
        for start in range(0, 200, 10)
    )
    assert sum(await asyncio.gather(*calls)) == 210
