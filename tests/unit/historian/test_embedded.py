"""What only the embedded historian promises: one file, one transaction a call, and no damage that stops it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from edge.errors import RejectedError, TransientError
from edge.historian import embedded, sql
from edge.historian.base import Aggregate, Column, Query, Table, TableRow
from edge.historian.embedded import EmbeddedHistorian
from edge.messages.schema import COUNT, MEASUREMENTS, TARGET, FieldType, Measurement

EVER = (-(2**63), 2**63)
TOTAL = Query("count", "n", Aggregate.SUM, *EVER)


def count(n: int, time: int) -> str:
    """Return a line that counts."""
    return f"count,counter=total,device=d,line=l,site=s n={n}i {time}"


async def total(path: Path) -> object:
    """Return what another process would read."""
    async with EmbeddedHistorian(path, read_only=True) as reader:
        rows = await reader.query(TOTAL)
    return rows[0].value if rows else None


async def test_survives_a_restart(tmp_path: Path) -> None:
    """What was written is there the next time, and a second writing changes nothing."""
    path = tmp_path / "var" / "historian.db"
    for _ in range(2):
        async with EmbeddedHistorian(path) as historian:
            await historian.write([count(3, 1), count(4, 2)])

            assert [row.value for row in await historian.query(TOTAL)] == [7]
        assert not (tmp_path / "historian.db-wal").exists()

    assert await total(path) == 7


async def test_a_bad_line_leaves_nothing_of_its_call(tmp_path: Path) -> None:
    """A call is one transaction."""
    path = tmp_path / "historian.db"
    async with EmbeddedHistorian(path) as historian:
        with pytest.raises(RejectedError, match="not line protocol"):
            await historian.write([count(3, 1), "nonsense"])

        assert await historian.query(TOTAL) == []


async def test_a_reader_may_come_first(tmp_path: Path) -> None:
    """Without a file there are no figures, and with one there are, for the same reader."""
    path = tmp_path / "historian.db"
    async with EmbeddedHistorian(path, read_only=True) as reader:
        assert await reader.query(TOTAL) == []
        async with EmbeddedHistorian(path) as historian:
            await historian.write([count(3, 1)])
            assert [row.value for row in await reader.query(TOTAL)] == [3]


async def test_a_reader_does_not_write(tmp_path: Path) -> None:
    """Read-only is meant."""
    async with EmbeddedHistorian(tmp_path / "historian.db", read_only=True) as reader:
        with pytest.raises(RejectedError, match="reading only"):
            await reader.write([count(3, 1)])


async def test_learns_what_the_schema_has_learnt(tmp_path: Path) -> None:
    """A new field, a new tag and a new measurement find their place in an old file; old points keep theirs."""
    path = tmp_path / "historian.db"
    old: Mapping[str, Measurement] = {
        "count": replace(COUNT, tags=COUNT.tags[:-1], fields={"n": FieldType.INT}),
        "target": TARGET,
    }
    async with EmbeddedHistorian(path, schema=old) as historian:
        await historian.write([count(3, 1)])
    for _ in range(2):
        async with EmbeddedHistorian(path) as historian:
            await historian.write(
                ["count,counter=total,device=d,line=l,site=s,sku=k n=4i,g=5i 1", count(6, 2)]
            )
            await historian.write(["state,device=d,line=l,site=s packml=6i 1"])
            rows = await historian.query(replace(TOTAL, group_by=("sku",)))

    assert [(row.tags["sku"], row.value) for row in rows] == [("", 9), ("k", 4)]


async def test_rare_fields_are_found_by_a_list_of_their_own(tmp_path: Path) -> None:
    """Whoever asks for gaps, marks and corrections does not read all counts; an old file gets the list when it is opened."""
    path = tmp_path / "historian.db"
    old: Mapping[str, Measurement] = {"count": replace(COUNT, sparse=())}
    async with EmbeddedHistorian(path, schema=old) as historian:
        await historian.write([count(3, 1), 'count,counter=total,device=d,line=l,site=s n=4i,mark="reset" 2'])
    assert not [field for field in COUNT.fields if "count_sparse" in _plan(path, field)]
    async with EmbeddedHistorian(path) as historian:
        marks = await historian.query(Query("count", "mark", None, *EVER))

    assert [(row.time, row.value) for row in marks] == [(2, "reset")]
    assert [field for field in COUNT.fields if "count_sparse" in _plan(path, field)] == list(COUNT.sparse)


def _plan(path: Path, field: str) -> str:
    query = Query("count", field, None, 0, 10, {"device": "d"}, ("sku",))
    statement, parameters = sql.select(query)
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall())


async def test_an_old_file_is_asked_by_a_new_reader(tmp_path: Path) -> None:
    """A field that the file does not know yet has no values."""
    path = tmp_path / "historian.db"
    old = {"count": replace(COUNT, fields={"n": FieldType.INT})}
    async with EmbeddedHistorian(path, schema=old) as historian:
        await historian.write([count(3, 1)])
    async with EmbeddedHistorian(path, read_only=True) as reader:
        assert await reader.query(replace(TOTAL, field="g")) == []
        assert await reader.query(Query("state", "packml", None, *EVER)) == []
        columns = (Column("n", Aggregate.SUM), Column("g", Aggregate.SUM))
        assert await reader.table(Table("count", columns, 0, 9)) == [TableRow({}, 0, (3, None))]


async def test_a_damaged_file_is_set_aside_at_the_start(tmp_path: Path) -> None:
    """The host starts with an empty file, keeps the damaged one, and does so again."""
    path = tmp_path / "historian.db"
    for number in (1, 2):
        path.write_bytes(b"not a database" * 1000)
        async with EmbeddedHistorian(path) as historian:
            await historian.write([count(number, 1)])
        assert await total(path) == number
        assert (tmp_path / f"historian.db.damaged-{number}").read_bytes().startswith(b"not a")


async def test_damage_behind_a_killed_writer_is_found(tmp_path: Path) -> None:
    """A file with the traces of a killed writer is checked as a whole before it is used."""
    path = tmp_path / "historian.db"
    async with EmbeddedHistorian(path) as historian:
        await historian.write([count(n, n) for n in range(5000)])
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 8000] = bytes(8000)
    path.write_bytes(content)
    (tmp_path / "historian.db-wal").write_bytes(b"")

    async with EmbeddedHistorian(path) as historian:
        assert await historian.query(TOTAL) == []
    assert (tmp_path / "historian.db.damaged-1").exists()


async def test_damage_found_while_writing(tmp_path: Path) -> None:
    """The call fails as one to be repeated, and the repetition lands in a new file that readers see."""
    path = tmp_path / "historian.db"
    async with EmbeddedHistorian(path) as historian:
        await historian.write([count(n, n) for n in range(5000)])
    content = bytearray(path.read_bytes())
    # The schema and the tables' first pages stay: opening finds nothing wrong.
    content[4096 * 40 :] = b"\xff" * (len(content) - 4096 * 40)
    path.write_bytes(content)

    async with EmbeddedHistorian(path) as historian:
        with pytest.raises(TransientError, match="damaged"):
            await historian.write([count(n, n) for n in range(5000)])
        await historian.write([count(1, 1)])
        assert [row.value for row in await historian.query(TOTAL)] == [1]
    assert (tmp_path / "historian.db.damaged-1").exists()


async def test_a_locked_file_is_transient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another writer is waited for, and then the same lines go in."""
    monkeypatch.setattr(embedded, "_BUSY_TIMEOUT_S", 0.01)
    path = tmp_path / "historian.db"
    async with EmbeddedHistorian(path) as historian:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TransientError, match="locked"):
            await historian.write([count(1, 1)])
        other.execute("ROLLBACK")
        other.close()
        await historian.write([count(1, 1)])
        assert [row.value for row in await historian.query(TOTAL)] == [1]


async def test_a_full_disk_is_transient(tmp_path: Path) -> None:
    """What does not fit is not half there, and series numbered in vain are numbered anew."""
    path = tmp_path / "historian.db"
    async with EmbeddedHistorian(path) as historian:
        store = historian._store
        assert store is not None
        await asyncio.get_running_loop().run_in_executor(historian._writing, _limit_pages, store)
        with pytest.raises(TransientError, match="full"):
            await historian.write([count(n, n) for n in range(50_000)])
        assert await historian.query(TOTAL) == []
        await historian.write([count(1, 1)])
        assert [row.value for row in await historian.query(TOTAL)] == [1]


def _limit_pages(store: embedded._Store) -> None:
    (pages,) = store._open_connection.execute("PRAGMA page_count").fetchone()
    store._open_connection.execute(f"PRAGMA max_page_count = {pages + 10}")


async def test_a_long_read_does_not_hold_up_writing(tmp_path: Path) -> None:
    """While a question is being answered, new lines are committed; the answer does not see them."""
    path = tmp_path / "historian.db"
    async with EmbeddedHistorian(path) as historian:
        await historian.write([count(1, n) for n in range(20_000)])
        written = 0
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(historian.query(replace(TOTAL, every=1)))
            while not asked.done():
                await historian.write([count(1, 100_000 + written)])
                written += 1

    assert written > 1
    assert len(asked.result()) >= 20_000


async def test_a_sum_beyond_int64_is_said(tmp_path: Path) -> None:
    """A sum that does not fit is an error, not a wrong figure."""
    async with EmbeddedHistorian(tmp_path / "historian.db") as historian:
        await historian.write([count(2**63 - 1, 1), count(2**63 - 1, 2)])
        with pytest.raises(RejectedError, match="overflow"):
            await historian.query(TOTAL)


def test_schema_names_make_good_tables() -> None:
    """No measurement is named like the series table of another, and no column like the ones of our own."""
    names = [*MEASUREMENTS, *(f"{name}_series" for name in MEASUREMENTS)]
    assert len(set(names)) == len(names)
    for measurement in MEASUREMENTS.values():
        assert not {"id"} & set(measurement.tags)
        assert not {"series", "time"} & set(measurement.fields)
