"""Starts the simulators as processes, and sees to it that none is left."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

DEADLINE_S = 30.0


@dataclass(frozen=True, slots=True)
class Simulator:
    """A running `python -m simulators …` and the ports of its ready line."""

    process: asyncio.subprocess.Process
    ready: dict[str, Any]
    ports: dict[str, int]

    def say(self, command: str) -> None:
        """Give it a command."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n".encode())

    def close_stdin(self) -> None:
        """Say that no command will come any more."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    async def end(self) -> tuple[int | None, str]:
        """Close its stdin; return its exit code and what it said on stderr."""
        self.close_stdin()
        async with asyncio.timeout(DEADLINE_S):
            _, errors = await self.process.communicate()
        return self.process.returncode, errors.decode()


@asynccontextmanager
async def simulator(*arguments: str) -> AsyncIterator[Simulator]:
    """Start it and wait until it is ready."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulators", *arguments, stdin=pipe, stdout=pipe, stderr=pipe
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(DEADLINE_S):
            ready = json.loads(await process.stdout.readline())
        yield Simulator(process, ready, ready["ports"])
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
