"""Programs that are measured from outside: started on a core of their own, with their CPU time."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

_CPU_CLOCK = 2
"""CPUCLOCK_SCHED of Linux; finer than the 10 ms ticks of /proc/PID/stat."""


@dataclass(frozen=True, slots=True)
class Server:
    """A program that has said that it is ready.

    Attributes:
        pid: of its process.
        ready: its ready line.
    """

    pid: int
    ready: dict[str, Any]

    @property
    def ports(self) -> Sequence[int]:
        """Where it listens."""
        ports: list[int] = self.ready["ports"]
        return ports

    def cpu_s(self) -> float:
        """Return its CPU time until now."""
        return cpu_s(self.pid)


def cpu_s(pid: int) -> float:
    """Return the CPU time of all threads of a process until now (what clock_getcpuclockid(3) gives a clock for)."""
    return time.clock_gettime(~pid << 3 | _CPU_CLOCK)


@asynccontextmanager
async def start(*words: str, core: int) -> AsyncIterator[Server]:
    """Start `python -m WORDS` on a core, and end it by the end of its stdin."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", *words, stdin=pipe, stdout=pipe)
    os.sched_setaffinity(process.pid, {core})
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Server(process.pid, json.loads(await process.stdout.readline()))
    finally:
        process.stdin.close()
        await process.wait()
