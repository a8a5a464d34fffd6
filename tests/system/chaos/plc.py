"""A PLC in this process: counters whose every piece is known, and values that change with each reading."""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator

MAP = """\
protocol: modbus
order: ABCD
scan: 200ms
tags:
  good: {{address: "holding:0", type: uint32, counter: {{role: good, max_per_s: {rate}}}}}
  reject: {{address: "holding:2", type: uint32, counter: {{role: reject, max_per_s: {rate}}}}}
{values}
"""
VALUES = 40
RATE = 500
_REQUEST = struct.Struct(">HHHBBHH")


def plc_map() -> str:
    """Return the PLC's map."""
    values = "\n".join(
        f'  v{number}: {{address: "holding:{4 + 2 * number}", type: uint32}}' for number in range(VALUES)
    )
    return MAP.format(rate=RATE, values=values)


class Plc:
    """Answers reads of holding registers; `made` counts when it is told to."""

    def __init__(self) -> None:
        self.made = {"good": 0, "reject": 0}
        self.port = 0
        self._reads = 0

    @contextlib.asynccontextmanager
    async def serve(self) -> AsyncIterator[Plc]:
        """Listen on a port of its own."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                number, _, _, unit, function, first, count = _REQUEST.unpack(await reader.readexactly(12))
                self._reads += 1
                image = struct.pack(
                    f">{2 + VALUES}I",
                    self.made["good"],
                    self.made["reject"],
                    *(self._reads * (at + 1) & 0xFFFF for at in range(VALUES)),
                )
                part = image[2 * first : 2 * (first + count)]
                head = struct.pack(">HHHBBB", number, 0, 3 + len(part), unit, function, len(part))
                writer.write(head + part)
                await writer.drain()
        writer.close()
