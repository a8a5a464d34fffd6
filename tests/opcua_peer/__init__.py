"""An OPC UA server that is not asyncua: node-opcua, as a process of its own; see server.js."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.servers import free_port, missing, program

APPLICATION = "urn:peer:server"
START_S, ANSWER_S = 60.0, 10.0
_FOLDER = Path(__file__).parent


class Peer:
    """The server while it runs.

    Attributes:
        port: where it listens.
    """

    def __init__(self, port: int, process: asyncio.subprocess.Process) -> None:
        self.port = port
        self._process = process

    async def write(
        self, name: str, value: object, status: str = "Good", source_ms: int | None = None
    ) -> None:
        """Write a value with its status, and the source's time stamp in milliseconds since 1970."""
        order = {"write": name, "value": value, "status": status}
        if source_ms is not None:
            order["source"] = source_ms
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self.until("written", ANSWER_S)

    async def until(self, word: str, within: float) -> None:
        """Wait for a line of it."""
        assert self._process.stdout is not None
        async with asyncio.timeout(within):
            while (line := await self._process.stdout.readline()) != f"{word}\n".encode():
                assert line, "it has ended"


@asynccontextmanager
async def peer(folder: Path, port: int = 0) -> AsyncIterator[Peer]:
    """Run the server; without it a test is skipped, or failed in CI."""
    node = program("node", "nodejs")
    if not (_FOLDER / "node_modules").is_dir():
        missing("node-opcua is not installed: make servers")
    port, pipe = port or free_port(), asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        node,
        str(_FOLDER / "server.js"),
        str(port),
        str(folder),
        stdin=pipe,
        stdout=pipe,
        stderr=asyncio.subprocess.DEVNULL,
    )
    running = Peer(port, process)
    try:
        await running.until("ready", START_S)
        yield running
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(ANSWER_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
