"""A Modbus TCP server that costs next to nothing: every read of 120 registers gets the next of some ready-made answers.

Started by benchmarks.modbus as `python -m benchmarks.modbus_server PORTS`; lives until its stdin ends.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import struct
import sys

REGISTERS = 120
ANSWERS = 64
_REQUEST_BYTES = 12


def answers() -> list[bytes]:
    """Return answers without their transaction number: floats that change from one to the next, as a plant's do."""
    rng = random.Random(1)
    floats = REGISTERS // 2
    columns = ([rng.uniform(-1000, 1000) for _ in range(floats)] for _ in range(ANSWERS))
    body = 2 * REGISTERS
    head = struct.pack(">HHBBB", 0, body + 3, 1, 3, body)
    return [head + struct.pack(f">{floats}f", *column) for column in columns]


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._next = itertools.cycle(answers()).__next__

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        # One question at a time is in flight, so a chunk is a question.
        assert len(data) == _REQUEST_BYTES
        self._transport.write(data[:2] + self._next())


async def main(ports: int) -> None:
    """Serve on so many ports."""
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(_Connection, "127.0.0.1", 0) for _ in range(ports)]
    numbers = [server.sockets[0].getsockname()[1] for server in servers]
    print(json.dumps({"ready": True, "ports": numbers}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    for server in servers:
        server.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
