"""Starts the product as its users do, as a process, and waits for what it says."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

START_S = 30.0
POLL_S = 0.05
ENVIRONMENT = {**os.environ, "PYTHONWARNINGS": "error", "LANG": "C.UTF-8"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


def chili_edge(*arguments: str | Path, timeout: float = 60.0) -> Outcome:
    """Run a command of chili-edge to its end."""
    command = [sys.executable, "-m", "edge", *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=timeout, check=False, env=ENVIRONMENT
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True, slots=True)
class Running:
    """A program that runs, and the file of its log."""

    process: asyncio.subprocess.Process
    log: Path

    async def says(self, pattern: str) -> re.Match[str]:
        """Wait until its log holds a pattern, and return the match."""
        async with asyncio.timeout(START_S):
            while not (match := re.search(pattern, self.log.read_text(encoding="utf-8"))):
                assert self.process.returncode is None, self.log.read_text(encoding="utf-8")
                await asyncio.sleep(POLL_S)
        return match

    async def end(self) -> int:
        """Ask it to end, and return its exit code."""
        self.process.terminate()
        async with asyncio.timeout(START_S):
            return await self.process.wait()


@asynccontextmanager
async def running(config: Path, only: str | None = None) -> AsyncIterator[Running]:
    """Run node, host or both, and kill what still runs at the end."""
    log = config.parent / f"{only or 'both'}.log"
    arguments = ("--only", only) if only else ()
    with log.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "edge", "run", "-c", str(config), *arguments),
            stderr=file,
            env=ENVIRONMENT,
        )
    try:
        yield Running(process, log)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def children(parent: int) -> list[int]:
    """Return the processes that one has started."""
    text = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    return [int(number) for number in text.split()]


def alive(process: int) -> bool:
    """Return whether a process runs; one that has ended and was not waited for does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
