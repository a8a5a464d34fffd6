"""What the simulated plant costs: in real time, as a share of a core, and a year of it, in seconds and MB.

Run as `python -m benchmarks.plant`; takes about two minutes. These are limits to keep, not ratios: nobody else's plant
stands beside ours.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.processes import Server, start

_ROUNDS, _ROUND_S = 5, 4.0
_FIRST, _LAST = "2026-01-01", "2026-11-20"


def main() -> None:
    """Measure and print a line each."""
    core = min(os.sched_getaffinity(0))
    print(f"the plant pinned to core {core}")
    with tempfile.TemporaryDirectory() as folder:
        shares = asyncio.run(_real_time(core, Path(folder)))
        print(
            f"real time: {min(shares):.1f} / {statistics.median(shares):.1f} / {max(shares):.1f} % of the core"
            f" (min / median / max of {_ROUNDS} rounds)"
        )
        took, used, megabytes = asyncio.run(_year(core, Path(folder) / "year"))
        print(f"{_FIRST} to {_LAST}: {took:.0f} s, {used:.0f} s of CPU, {megabytes:.0f} MB at most")


async def _real_time(core: int, folder: Path) -> list[float]:
    async with start("simulators", "plant", "--truth", str(folder / "truth.json"), core=core) as plant:
        await asyncio.sleep(_ROUND_S)
        return [await _share(plant) for _ in range(_ROUNDS)]


async def _share(plant: Server) -> float:
    cpu, begun = plant.cpu_s(), time.perf_counter()
    await asyncio.sleep(_ROUND_S)
    return 100 * (plant.cpu_s() - cpu) / (time.perf_counter() - begun)


async def _year(core: int, folder: Path) -> tuple[float, float, float]:
    """Return the time and the CPU time that a season takes, s, and its memory, MB."""
    words = ("-m", "simulators", "year", "--from", _FIRST, "--to", _LAST, "--out", str(folder))
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=asyncio.subprocess.DEVNULL)
    os.sched_setaffinity(process.pid, {core})
    await process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begun, used, after.ru_maxrss / 1024


if __name__ == "__main__":
    main()
