"""The embedded historian: rows a second and bytes a sample, beside a bare loop that splits the same lines into one table.

Run as `python -m benchmarks.historian`; pinned to the last core. The lines are what a node sends: 500 tags that all change.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from edge.historian.embedded import EmbeddedHistorian
from edge.historian.options import EmbeddedOptions
from edge.historian.retention import DAY_NS

ROUNDS, BATCHES, LINES, TAGS = 5, 40, 5000, 500
BEGIN = 1_790_000_000_000_000_000 // DAY_NS * DAY_NS


def batches(seed: int) -> list[list[str]]:
    """Return batches of values that all differ; each tag once a second."""
    rng = random.Random(seed)
    first = seed * BATCHES * LINES
    return [
        [
            f"tag,device=plc{at % TAGS // 100},line=suanjiao-1,site=aikou,tag=value_{at % 100}"
            f" v={rng.uniform(0, 100):.3f},q=192i {BEGIN + at // TAGS * 10**9 + at % TAGS}"
            for at in range(first + number * LINES, first + (number + 1) * LINES)
        ]
        for number in range(BATCHES)
    ]


class Bare:
    """No schema, no check: a table, a number for each series, the same durability."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE tag (series INTEGER, time INTEGER, v REAL, q INTEGER, PRIMARY KEY (series, time)) WITHOUT ROWID",
        ):
            self._database.execute(statement)
        self._series: dict[str, int] = {}

    def write(self, lines: Sequence[str]) -> None:
        """Commit lines."""
        rows = []
        for line in lines:
            series, fields, stamp = line.split(" ")
            v, q = fields.split(",")
            number = self._series.setdefault(series, len(self._series))
            rows.append((number, int(stamp), float(v[2:]), int(q[2:-1])))
        self._database.execute("BEGIN")
        self._database.executemany("INSERT OR REPLACE INTO tag VALUES (?, ?, ?, ?)", rows)
        self._database.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._database.close()


async def measure(folder: Path) -> tuple[list[float], list[float]]:
    """Let both write the same lines in turn; return rows a second of the historian and of the bare loop."""
    ours, bare = [], []
    async with EmbeddedHistorian(folder / "ours.db") as historian:
        with closing(Bare(folder / "bare.db")) as loop:
            for seed in range(ROUNDS):
                parts = batches(seed)
                begun = time.perf_counter()
                for lines in parts:
                    await historian.write(lines, checked=True)
                between = time.perf_counter()
                for lines in parts:
                    loop.write(lines)
                ended = time.perf_counter()
                ours.append(BATCHES * LINES / (between - begun))
                bare.append(BATCHES * LINES / (ended - between))
    return ours, bare


async def thin(path: Path) -> tuple[float, int]:
    """Let everything grow old; return the s that it takes, and the rows that are left."""
    async with EmbeddedHistorian(path, options=EmbeddedOptions(raw_days=1)) as historian:
        begun = time.perf_counter()
        await historian.thin(BEGIN + 10 * DAY_NS)
        took = time.perf_counter() - begun
    with closing(sqlite3.connect(path)) as database:
        return took, int(database.execute("SELECT count(*) FROM tag").fetchone()[0])


def main() -> None:
    """Measure and print; pins the process, and unpins it at the end."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    print(
        f"historian: both sides in this process, pinned to core {cores[-1]}; min / median / max of {ROUNDS}"
    )
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            ours, bare = asyncio.run(measure(folder))
            ratios = [one / other for one, other in zip(ours, bare, strict=True)]
            for title, values in (
                ("embedded, rows/s", ours),
                ("bare, rows/s", bare),
                ("embedded × bare", ratios),
            ):
                print(f"{title}: {min(values):,.2f} / {statistics.median(values):,.2f} / {max(values):,.2f}")
            rows = ROUNDS * BATCHES * LINES
            for title in ("ours", "bare"):
                size = (folder / f"{title}.db").stat().st_size
                print(f"{title}: {size / rows:.1f} bytes a sample")
            took, left = asyncio.run(thin(folder / "ours.db"))
            print(f"thinned to one value a minute: {rows:,} rows to {left:,} in {took:.1f} s")
    finally:
        os.sched_setaffinity(0, cores)


if __name__ == "__main__":
    main()
