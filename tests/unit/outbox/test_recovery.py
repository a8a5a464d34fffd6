"""A torn outbox: it starts, sends again what is whole, says what is lost, and never counts twice."""

from __future__ import annotations

import random
import shutil
import sqlite3
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from edge.errors import TransientError
from edge.messages import batch
from edge.messages.schema import Stream
from edge.outbox import file
from edge.outbox.options import OutboxOptions
from edge.outbox.sqlite import FILE, Outbox
from edge.outbox.tally import DropReason

NOW = 1_790_000_000_000_000_000
BATCHES, POINTS, STORED = 60, 40, 20


def lines(seq: int) -> list[str]:
    """Return lines that are no one else's."""
    rng = random.Random(seq)
    return [
        f"count,device=d{at},site=s n={seq}i,total={rng.getrandbits(60)}i {NOW + seq}" for at in range(POINTS)
    ]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the files of a node that was killed: some of them checkpointed, some in the write-ahead log."""
    folder, copy = tmp_path_factory.mktemp("node"), tmp_path_factory.mktemp("killed")
    with closing(Outbox(folder / FILE, "n")) as outbox:
        for seq in range(1, BATCHES + 1):
            outbox.commit({Stream.LEDGER: lines(seq)}, {"ledger/d": str(seq)}, NOW + seq)
            if seq == STORED:
                outbox.acknowledge(Stream.LEDGER, [(1, STORED)])
            if seq == BATCHES - 10:
                outbox._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for file in folder.iterdir():
            shutil.copy(file, copy)
    return copy


Damage = Callable[[bytearray, int], None]


def truncate(content: bytearray, at: int) -> None:
    """Cut a file off."""
    del content[at:]


def flip(content: bytearray, at: int) -> None:
    """Turn one bit over."""
    content[at] ^= 1 << at % 8


def zero(content: bytearray, at: int) -> None:
    """Lose a sector."""
    content[at : at + 512] = bytes(len(content[at : at + 512]))


def offsets(size: int) -> list[int]:
    """Return places of every kind: headers, page borders, and a spread over the whole file."""
    rng = random.Random(1)
    places = {
        0,
        16,
        18,
        24,
        28,
        31,
        32,
        40,
        56,
        92,
        96,
        100,
        108,
        511,
        4095,
        4096,
        4104,
        size - 1,
        size - 4097,
    }
    places |= {rng.randrange(size) for _ in range(6)}
    return sorted(place for place in places if 0 <= place < size)


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
@pytest.mark.parametrize("damage", [truncate, flip, zero])
def test_a_torn_file_starts_and_says_what_is_lost(
    killed: Path, tmp_path: Path, suffix: str, damage: Damage
) -> None:
    """Wherever the damage is: lines come out as they went in or not at all, and no doubtful state is counted on from."""
    whole = (killed / (FILE + suffix)).read_bytes()
    for at in offsets(len(whole)):
        folder = tmp_path / str(at)
        shutil.copytree(killed, folder)
        content = bytearray(whole)
        damage(content, at)
        (folder / (FILE + suffix)).write_bytes(content)

        with closing(Outbox(folder / FILE, "n")) as outbox:
            rows = outbox.waiting(Stream.LEDGER, 0, 1000)
            found = {tuple(batch.decode(row.payload)[1].decode().splitlines()[1:]) for row in rows}
            tally = outbox.tallies()[Stream.LEDGER]
            state = outbox.state()
            outbox.commit({Stream.LEDGER: lines(99)}, {}, NOW)

        assert found <= {tuple(lines(seq)) for seq in range(1, BATCHES + 1)}, at
        assert tally.unaccounted == 0
        assert tally.waiting == len(found) * POINTS
        missing = (BATCHES - STORED) * POINTS - tally.waiting
        assert tally.dropped_by.get(DropReason.DAMAGED, 0) == max(missing, 0), at
        assert state in ({}, {"ledger/d": str(BATCHES)}), at
        assert state or (folder / f"{FILE}.damaged-1").exists()


def test_a_file_that_went_back_in_time_is_not_counted_on_from(killed: Path, tmp_path: Path) -> None:
    """An older, whole file under a newer mark: its batches are sent, its state is not used, its numbers not reused."""
    shutil.copytree(killed, tmp_path / "now")
    with closing(Outbox(tmp_path / "now" / FILE, "n")) as outbox:
        epoch = outbox.epoch
        outbox.commit({Stream.LEDGER: lines(61)}, {"ledger/d": "61"}, NOW)
    shutil.rmtree(tmp_path / "back", ignore_errors=True)
    shutil.copytree(killed, tmp_path / "back")
    shutil.copy(tmp_path / "now" / "outbox.mark", tmp_path / "back" / "outbox.mark")

    with closing(Outbox(tmp_path / "back" / FILE, "n")) as outbox:
        assert outbox.epoch != epoch
        assert outbox.state() == {}
        assert outbox.tallies()[Stream.LEDGER].waiting == (BATCHES - STORED) * POINTS
        assert outbox.tallies()[Stream.LEDGER].dropped_by == {DropReason.DAMAGED: POINTS}


def test_a_bit_that_flips_in_a_payload_costs_that_batch(killed: Path, tmp_path: Path) -> None:
    """SQLite sees nothing; the batch's own checksum does, and the rest goes on."""
    shutil.copytree(killed, tmp_path / "node")
    path = tmp_path / "node" / FILE
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE batch SET payload = CAST(x'1f8b00' || payload AS BLOB) WHERE seq = 30")
        database.commit()

    with closing(Outbox(path, "n")) as outbox:
        numbers = [row.seq for row in outbox.waiting(Stream.LEDGER, 0, 1000)]
        tally = outbox.tallies()[Stream.LEDGER]

    assert numbers == [seq for seq in range(STORED + 1, BATCHES + 1) if seq != 30]
    assert (tally.dropped_by, tally.unaccounted) == ({DropReason.DAMAGED: POINTS}, 0)


def test_a_disk_that_fails_while_the_file_is_checked_is_no_damage(
    killed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full or failing disk is waited for; a whole file is never set aside because of it."""
    shutil.copytree(killed, tmp_path / "node")

    def fail(*_: object) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(file, "read_accounts", fail)
        with pytest.raises(TransientError):
            Outbox(tmp_path / "node" / FILE, "n")
    with closing(Outbox(tmp_path / "node" / FILE, "n")) as outbox:
        assert outbox.state() == {"ledger/d": str(BATCHES)}
    assert not list((tmp_path / "node").glob("*.damaged-*"))


def test_a_damaged_file_is_saved_without_taking_it_into_memory(tmp_path: Path) -> None:
    """A backlog of days is larger than the memory of the box: no more of it than a few batches is held at once."""
    values = [f"tag,device=d,line=l,site=s,tag=t{at} v={at}.5,q=192i" for at in range(2000)]
    with closing(Outbox(tmp_path / FILE, "n")) as outbox:
        for seq in range(150):
            outbox.commit({Stream.TREND: [f"{value} {NOW + seq}" for value in values]}, {}, NOW + seq)
    content = bytearray((tmp_path / FILE).read_bytes())
    zero(content, len(content) // 2 // 4096 * 4096)
    (tmp_path / FILE).write_bytes(content)

    tracemalloc.start()
    try:
        with closing(Outbox(tmp_path / FILE, "n")) as outbox:
            tally = outbox.tallies()[Stream.TREND]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert (tmp_path / f"{FILE}.damaged-1").exists()
    assert tally.waiting + tally.dropped == 300_000
    assert tally.waiting > 250_000
    assert peak < 8_000_000


def test_a_disk_without_room_for_a_second_file_keeps_the_newest_trend(
    killed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The node starts all the same: the ledger goes over whole, of trend what fits, and the rest is counted as lost."""
    with closing(Outbox(tmp_path / FILE, "n")) as outbox:
        for seq in range(1, 101):
            outbox.commit({Stream.TREND: lines(seq), Stream.LEDGER: lines(1000 + seq)}, {}, NOW + seq)
    (tmp_path / "outbox.mark").write_bytes((killed / "outbox.mark").read_bytes())  # of another file
    size = (tmp_path / FILE).stat().st_size
    options = OutboxOptions.model_validate({"min_free": "1MB"})
    free = shutil.disk_usage(tmp_path)._replace(free=options.min_free + size * 3 // 4)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)

    with closing(Outbox(tmp_path / FILE, "n", options)) as outbox:
        tallies = outbox.tallies()
        newest = outbox.waiting(Stream.TREND, 0, 1000)[-1]

    assert tallies[Stream.LEDGER].waiting == 100 * POINTS
    assert 0 < tallies[Stream.TREND].waiting < 90 * POINTS
    assert batch.decode(newest.payload)[1].decode().splitlines()[1:] == lines(100)


def test_a_batch_damaged_in_an_older_copy_does_not_stop_its_new_epoch(killed: Path, tmp_path: Path) -> None:
    """It is dropped, counted and said; the others get their numbers."""
    shutil.copytree(killed, tmp_path / "node")
    path = tmp_path / "node" / FILE
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE batch SET payload = CAST(x'1f8b00' || payload AS BLOB) WHERE seq = 30")
        database.commit()

    with closing(Outbox(path, "n")) as outbox:
        before = outbox.epoch
        outbox.renew()
        headers = [batch.decode(row.payload)[0] for row in outbox.waiting(Stream.LEDGER, 0, 1000)]
        tally = outbox.tallies()[Stream.LEDGER]

    assert outbox.epoch != before
    assert {header.epoch for header in headers} == {outbox.epoch}
    assert [header.seq for header in headers] == list(range(BATCHES + 1, BATCHES + len(headers) + 1))
    assert (tally.dropped_by, tally.unaccounted) == ({DropReason.DAMAGED: POINTS}, 0)
