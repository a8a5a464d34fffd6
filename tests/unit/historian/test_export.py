"""Exports: every point once, in an order that is always the same, and a clear word when Parquet cannot be."""

from __future__ import annotations

import asyncio
import csv
import importlib.util
import os
from pathlib import Path

import pytest

from edge.errors import ConfigurationError
from edge.historian.embedded import EmbeddedHistorian
from edge.historian.export import DAY_NS, export
from edge.messages.schema import COUNT

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


@pytest.mark.skipif(importlib.util.find_spec("duckdb") is not None, reason="DuckDB is there")
async def test_parquet_without_duckdb_is_one_clear_line(tmp_path: Path) -> None:
    """What to do is said, and nothing half is left behind."""
    async with EmbeddedHistorian(tmp_path / "h.db") as historian:
        with pytest.raises(ConfigurationError, match=r"pip install duckdb"):
            await export(historian, COUNT, T0, T0 + 1, tmp_path / "count.parquet")

    assert await asyncio.to_thread(os.listdir, tmp_path) == ["h.db"]
