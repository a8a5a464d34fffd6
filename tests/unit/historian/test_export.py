"""Exports: every point once, in an order that is always the same, and a clear word when Parquet cannot be."""

from __future__ import annotations

import asyncio
import csv
import os
import sys
from pathlib import Path

import duckdb
import pytest

from edge.errors import ConfigurationError, TransientError
from edge.historian.base import Query, Row
from edge.historian.embedded import EmbeddedHistorian
from edge.historian.export import DAY_NS, export
from edge.messages.schema import COUNT


class Failing:
    """A historian that answers for a day, and then no more."""

    def __init__(self, historian: EmbeddedHistorian) -> None:
        self._historian = historian

    async def query(self, query: Query) -> list[Row]:
        """Answer, or not."""
        if query.start > T0:
            raise TransientError("away")
        return await self._historian.query(query)


T0 = 1_790_000_000_000_000_000


async def test_every_point_is_one_row(tmp_path: Path) -> None:
    """Fields that a point does not have are empty; what is outside of the span is left out."""
    async with EmbeddedHistorian(tmp_path / "h.db") as historian:
        lines = [
            f"count,counter=good,device=d{at % 2},line=l,site=s n={at}i{',g=7i' if at % 3 else ''} {T0 + at * DAY_NS // 4}"
            for at in range(20)
        ]
        await historian.write(
            [*lines, f'count,counter=good,device=d0,line=l,site=s n=1i,mark="补录" {T0 - 1}']
        )
        number = await export(historian, COUNT, T0, T0 + 5 * DAY_NS, tmp_path / "count.csv")
        with (tmp_path / "count.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))

    assert number == len(rows) == 20
    assert sorted(int(row["n"]) for row in rows) == list(range(20))
    assert [row["g"] for row in sorted(rows, key=lambda row: int(row["n"]))][:3] == ["", "7", "7"]


async def test_parquet_without_duckdb_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What to do is said, and nothing half is left behind."""
    monkeypatch.setitem(sys.modules, "duckdb", None)  # as where it is not installed
    async with EmbeddedHistorian(tmp_path / "h.db") as historian:
        with pytest.raises(ConfigurationError, match=r"pip install duckdb"):
            await export(historian, COUNT, T0, T0 + 1, tmp_path / "count.parquet")

    assert await asyncio.to_thread(os.listdir, tmp_path) == ["h.db"]


async def test_an_export_that_fails_leaves_the_old_file_and_nothing_half(tmp_path: Path) -> None:
    """A file of that name is a whole one: half a measurement looks like a whole one."""
    path = tmp_path / "count.csv"
    await asyncio.to_thread(path.write_text, "of yesterday")
    async with EmbeddedHistorian(tmp_path / "h.db") as historian:
        await historian.write([f"count,counter=good,device=d,line=l,site=s n=1i {T0}"])
        with pytest.raises(TransientError):
            await export(Failing(historian), COUNT, T0, T0 + 3 * DAY_NS, path)

    assert await asyncio.to_thread(path.read_text) == "of yesterday"
    assert sorted(await asyncio.to_thread(os.listdir, tmp_path)) == ["count.csv", "h.db"]


async def test_parquet_has_the_types_of_the_schema(tmp_path: Path) -> None:
    """A tag that looks like a number stays text, a field without values keeps its type."""
    path = tmp_path / "it's.parquet"
    async with EmbeddedHistorian(tmp_path / "h.db") as historian:
        await historian.write([f"count,counter=good,device=007,line=1,site=s n=5i {T0}"])
        assert await export(historian, COUNT, T0, T0 + 1, path) == 1

    with duckdb.connect() as database:
        table = database.read_parquet(str(path))
        types = dict(zip(table.columns, map(str, table.types), strict=True))
        (row,) = table.fetchall()
    assert (types["time"], types["device"], types["g"], types["mark"]) == (
        "BIGINT",
        "VARCHAR",
        "BIGINT",
        "VARCHAR",
    )
    assert row[list(types).index("device")] == "007"
    assert row[list(types).index("g")] is None
