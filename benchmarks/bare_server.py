"""The least that an asyncio server can do: the same answer to whatever arrives; what benchmarks.fleet compares with.

Started by it as `python -m benchmarks.bare_server BYTES`; lives until its stdin ends.
"""

from __future__ import annotations

import asyncio
import json
import sys


class _Connection(asyncio.Protocol):
    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - asyncio's signature
        self._transport.write(self._answer)


async def main(size: int) -> None:
    """Answer with so many bytes."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(bytes(size)), "127.0.0.1", 0)
    print(json.dumps({"ready": True, "ports": [server.sockets[0].getsockname()[1]]}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
