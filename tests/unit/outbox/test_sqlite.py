"""The outbox file: what is committed stays, what is acknowledged goes, and every point's fate is known."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from edge.errors import EdgeError, TransientError
from edge.messages import batch
from edge.messages.schema import Stream
from edge.outbox import file
from edge.outbox.options import OutboxOptions
from edge.outbox.sqlite import FILE, Outbox, read_state, read_tallies, read_usage
from edge.outbox.tally import DropReason

NOW = 1_790_000_000_000_000_000


def lines(number: int) -> list[str]:
    """Return lines of line protocol."""
    return [
        f"count,counter=good,device=jar,line=l,site=s n={at}i,total={at}i {NOW + at}" for at in range(number)
    ]


SMALL = OutboxOptions.model_construct(
    budget=160 * 1024, max_hours=None, min_free=0, thin=False, max_upload=None
)


def noise(seed: int, number: int) -> list[str]:
    """Return lines that gzip cannot make much smaller."""
    rng = random.Random(seed)
    return [
        f"tag,device=d,line=l,site=s,tag=t{at} v={rng.random()!r},q=192i {NOW + at}" for at in range(number)
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the outbox file is."""
    return tmp_path / FILE


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    """Yield a new outbox."""
    with closing(Outbox(path, "aikou-1")) as outbox:
        yield outbox


def test_batches_and_state_of_a_commit_survive_a_restart_together(path: Path) -> None:
    """The same epoch, the same bytes, the same state, and the next number is not used again."""
    with closing(Outbox(path, "aikou-1")) as outbox:
        outbox.commit({Stream.LEDGER: lines(3)}, {"ledger/jar": "1"}, NOW)
        before, epoch = outbox.waiting(Stream.LEDGER, 0, 10), outbox.epoch

    with closing(Outbox(path, "aikou-1")) as outbox:
        assert outbox.waiting(Stream.LEDGER, 0, 10) == before
        assert outbox.state() == {"ledger/jar": "1"}
        assert outbox.epoch == epoch
        outbox.acknowledge(Stream.LEDGER, [(1, 1)])
        outbox.commit({Stream.LEDGER: lines(1)}, {}, NOW)
        assert [row.seq for row in outbox.waiting(Stream.LEDGER, 0, 10)] == [2]


def test_a_batch_names_its_node_epoch_number_and_span(outbox: Outbox) -> None:
    """The header says what the payload holds."""
    outbox.commit({Stream.TREND: lines(3)}, {}, NOW)

    header, text = batch.decode(outbox.waiting(Stream.TREND, 0, 1)[0].payload)

    assert header == batch.Header("aikou-1", outbox.epoch, 1, 3, NOW, NOW + 2)
    assert text.decode().splitlines()[1:] == lines(3)


def test_a_commit_that_fails_leaves_neither_batch_nor_state(outbox: Outbox) -> None:
    """A line without a time stamp is a mistake of ours; nothing of its commit stays."""
    with pytest.raises(ValueError, match="invalid literal"):
        outbox.commit({Stream.LEDGER: lines(1), Stream.TREND: ["no time"]}, {"ledger/jar": "1"}, NOW)

    assert outbox.waiting(Stream.LEDGER, 0, 10) == []
    assert outbox.state() == {}


def test_the_oldest_trend_goes_when_its_budget_is_spent_and_the_ledger_never(path: Path) -> None:
    """What was dropped is counted, with its reason, and the file stays within its budget."""
    with closing(Outbox(path, "aikou-1", SMALL)) as outbox:
        for step in range(60):
            outbox.commit({Stream.TREND: noise(step, 200), Stream.LEDGER: lines(5)}, {}, NOW)
            assert outbox.usage().used <= SMALL.budget
        tallies = outbox.tallies()

        assert [row.seq for row in outbox.waiting(Stream.TREND, 0, 999)][-1] == 60
        assert tallies[Stream.TREND].dropped_by.keys() == {DropReason.BUDGET}
        assert (tallies[Stream.LEDGER].dropped, tallies[Stream.LEDGER].waiting) == (0, 300)


def test_a_damaged_file_is_set_aside_and_the_node_starts(path: Path) -> None:
    """Garbage where the outbox was does not keep the plant from being measured."""
    path.write_bytes(b"this is not a database" * 500)

    with closing(Outbox(path, "aikou-1")) as outbox:
        outbox.commit({Stream.LEDGER: lines(1)}, {}, NOW)

    assert path.with_name("outbox.db.damaged-1").read_bytes().startswith(b"this is not")


def test_a_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    """A node that was rolled back does not touch what it does not understand."""
    with closing(Outbox(path, "aikou-1")) as outbox:
        outbox._database.execute("PRAGMA user_version = 3")

    with pytest.raises(EdgeError, match="version 3"):
        Outbox(path, "aikou-1")


def test_another_process_can_read_while_the_node_writes(path: Path, outbox: Outbox) -> None:
    """`outbox status` and the demo look without disturbing; a file that is not there yet is empty."""
    outbox.commit({Stream.LEDGER: lines(2)}, {"output": "7"}, NOW)

    assert read_state(path) == {"output": "7"}
    assert read_tallies(path)[Stream.LEDGER].waiting == 2
    assert read_state(path.with_name("absent.db")) == {}


def test_the_account_that_another_process_reads_is_of_one_moment(path: Path, outbox: Outbox) -> None:
    """What is acknowledged between its questions is neither waiting nor missing."""
    outbox.commit({Stream.LEDGER: lines(5)}, {}, NOW)
    with file.reading(path) as database:
        assert database is not None
        assert file.read_accounts(database)[Stream.LEDGER].acknowledged == 0
        outbox.acknowledge(Stream.LEDGER, [(1, 1)])
        tally = file.read_tallies(database)[Stream.LEDGER]
    assert (tally.acknowledged, tally.waiting, tally.unaccounted) == (0, 5, 0)
    assert read_tallies(path)[Stream.LEDGER].acknowledged == 5


def test_a_disk_that_fails_is_said_as_something_to_try_again(outbox: Outbox) -> None:
    """The node keeps its lines and tries again; SQLite's own exceptions stay inside."""
    outbox._database.execute("PRAGMA query_only = ON")

    with pytest.raises(TransientError, match="cannot be written"):
        outbox.commit({Stream.LEDGER: lines(1)}, {}, NOW)


def test_a_failed_commit_leaves_the_numbers_as_they_were(outbox: Outbox) -> None:
    """What was not committed is not counted, and its sequence number is still free."""
    outbox.commit({Stream.LEDGER: lines(2)}, {}, NOW)
    outbox._database.execute("PRAGMA query_only = ON")
    with pytest.raises(TransientError):
        outbox.commit({Stream.LEDGER: lines(1)}, {}, NOW)
    outbox._database.execute("PRAGMA query_only = OFF")
    outbox.commit({Stream.LEDGER: lines(3)}, {}, NOW)

    tally = outbox.tallies()[Stream.LEDGER]
    assert (tally.acquired, tally.waiting, tally.unaccounted) == (5, 5, 0)
    assert [row.seq for row in outbox.waiting(Stream.LEDGER, 0, 9)] == [1, 2]


def test_a_full_disk_lets_trend_go_and_takes_the_ledger_on(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file grows no further when the disk has no room to spare; the reason is told."""
    with closing(Outbox(path, "aikou-1", OutboxOptions(min_free="1GB"))) as outbox:
        for step in range(10):
            outbox.commit({Stream.TREND: noise(step, 200)}, {}, NOW)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(100, 100, 0))
        size = outbox.usage().allowed
        for step in range(10, 40):
            outbox.commit({Stream.TREND: noise(step, 200), Stream.LEDGER: lines(1)}, {}, NOW)

        tallies = outbox.tallies()
        assert tallies[Stream.TREND].dropped_by.keys() == {DropReason.DISK}
        assert tallies[Stream.LEDGER].waiting == 30
        assert outbox.usage().allowed <= size + 64 * 1024


def test_trend_goes_by_age_in_hours_of_running_and_no_jump_of_the_clock_ages_it(path: Path) -> None:
    """An hour's jump is a minute at most; only what the node has really waited counts."""
    options = OutboxOptions(max_hours=1)
    hour = 3_600_000_000_000
    with closing(Outbox(path, "aikou-1", options)) as outbox:
        outbox.commit({Stream.TREND: lines(1)}, {}, NOW)
        outbox.commit({Stream.TREND: lines(1)}, {}, NOW + 500 * hour)
        outbox.commit({Stream.TREND: lines(1)}, {}, NOW - 500 * hour)
        assert outbox.tallies()[Stream.TREND].dropped == 0
        for minute in range(1, 65):
            outbox.commit({}, {"minute": str(minute)}, NOW - 500 * hour + minute * 60_000_000_000)

        tally = outbox.tallies()[Stream.TREND]
        assert tally.dropped_by == {DropReason.AGE: 3}
        assert tally.unaccounted == 0


def test_thinning_keeps_one_value_a_minute_before_anything_is_dropped(path: Path) -> None:
    """Old trend becomes coarse, and each line that stays is one that was measured."""
    options = SMALL.model_copy(update={"thin": True, "budget": 400 * 1024})
    said: set[str] = set()
    with closing(Outbox(path, "aikou-1", options)) as outbox:
        for second in range(0, 40_000, 30):
            now = NOW + second * 1_000_000_000
            trend = [
                f"tag,device=d,line=l,site=s,tag=t{at} v={second / 7 + at!r},q=192i {now}" for at in range(20)
            ]
            said.update(trend)
            outbox.commit({Stream.TREND: trend}, {}, now)
            if (tally := outbox.tallies()[Stream.TREND]).dropped:
                break
        for _ in range(60):
            now += 30_000_000_000
            outbox.commit({Stream.TREND: trend}, {}, now)
        tally = outbox.tallies()[Stream.TREND]
        kept = [
            line
            for row in outbox.waiting(Stream.TREND, 0, 99_999)
            for line in batch.decode(row.payload)[1].decode().splitlines()[1:]
        ]

    assert set(tally.dropped_by) == {DropReason.THINNED}
    assert tally.unaccounted == 0
    assert len(kept) == tally.waiting
    assert set(kept) <= said


def test_hours_left_are_told_from_how_fast_the_file_fills(path: Path, outbox: Outbox) -> None:
    """Another process can ask too; before anything is known nothing is promised."""
    assert outbox.usage().hours_left is None
    for second in range(100):
        outbox.commit({Stream.TREND: noise(second, 100)}, {}, NOW + second * 1_000_000_000)

    usage = read_usage(path, OutboxOptions())
    payload = outbox.tallies()[Stream.TREND].bytes
    assert usage is not None
    assert usage.hours_left == pytest.approx(4 * 1024**3 / (payload / 99) / 3600, rel=0.1)


def test_a_large_commit_is_several_batches(outbox: Outbox) -> None:
    """No message grows beyond what brokers and databases like."""
    outbox.commit({Stream.TREND: lines(12_001)}, {}, NOW)

    rows = outbox.waiting(Stream.TREND, 0, 9)
    assert [batch.decode(row.payload)[0].points for row in rows] == [5000, 5000, 2001]


def test_an_outbox_of_version_1_is_migrated_with_all_that_waits(path: Path) -> None:
    """Batches, state, epoch and numbers are those of before."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            """
            CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
            CREATE TABLE batch (stream TEXT NOT NULL, seq INTEGER NOT NULL, points INTEGER NOT NULL,
                created INTEGER NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (stream, seq)) STRICT;
            CREATE TABLE tally (stream TEXT PRIMARY KEY, next_seq INTEGER NOT NULL, acquired INTEGER NOT NULL,
                acknowledged INTEGER NOT NULL, dropped INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
            CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
            INSERT INTO meta VALUES ('epoch', 'abc');
            INSERT INTO batch VALUES ('ledger', 7, 3, 1, x'00ff');
            INSERT INTO tally VALUES ('ledger', 8, 10, 7, 0, 2), ('trend', 1, 5, 0, 5, 0);
            INSERT INTO state VALUES ('output', '1');
            PRAGMA user_version = 1;
            """
        )
    with closing(Outbox(path, "aikou-1")) as outbox:
        tallies = outbox.tallies()
        assert (outbox.epoch, outbox.state(), outbox.newest(Stream.LEDGER)) == ("abc", {"output": "1"}, 7)
        assert [row.payload for row in outbox.waiting(Stream.LEDGER, 0, 9)] == [b"\x00\xff"]
        assert (tallies[Stream.LEDGER].waiting, tallies[Stream.LEDGER].unaccounted) == (3, 0)
        assert tallies[Stream.TREND].dropped_by == {DropReason.BUDGET: 5}


@pytest.mark.parametrize(
    ("version", "advice"), [(1, "start the node once"), (9, "a newer program has written it")]
)
def test_status_of_another_version_says_what_to_do(version: int, advice: str, tmp_path: Path) -> None:
    """An older file is migrated by the node; a newer one is not this program's to touch."""
    with closing(sqlite3.connect(tmp_path / FILE)) as database:
        database.execute(f"PRAGMA user_version = {version}")
    with pytest.raises(TransientError, match=advice):
        read_tallies(tmp_path / FILE)
