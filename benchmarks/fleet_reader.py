"""A client of the fleet that believes nothing: every value must be of its device and tag, and never older than the last."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from typing import Any

from simulators.fleet.layout import Layout, Origin, address

DEVICES, TAGS, REQUESTS = 50, 200, 4
"""Each device is read once a second, by so many requests."""
_PER_REQUEST = TAGS // REQUESTS
_REGISTERS = 2 * _PER_REQUEST
_HEADER = struct.Struct(">HHHBBB")
ANSWER_BYTES = _HEADER.size + 2 * _REGISTERS

Check = Callable[[int, bytes], None]
"""Looks at the answer to request number n."""


class Reader(asyncio.Protocol):
    """Reads all tags of a device, one request after the other.

    Attributes:
        checking: look at the answers, which costs the client more than asking; it does so from the start.
    """

    def __init__(self, check: Check) -> None:
        self.checking = True
        self._check = check
        self._requests = [
            struct.pack(">HHHBBHH", n, 0, 6, 1, 3, address(1 + n * _PER_REQUEST), _REGISTERS)
            for n in range(REQUESTS)
        ]
        self._number = 0
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to the server."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Complain if it was not us who hung up."""
        assert exc is None, f"the server went away: {exc}"

    def read(self) -> asyncio.Future[None]:
        """Ask for all tags; done when the last answer is there and right."""
        self._done = asyncio.get_running_loop().create_future()
        self._number = 0
        self._transport.write(self._requests[0])
        return self._done

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Check an answer that is whole, and ask for the next."""
        self._received += data
        if len(self._received) < ANSWER_BYTES:
            return
        answer, self._received = self._received, b""
        try:
            if self.checking:
                self._check(self._number, answer)
        except AssertionError as error:
            self._done.set_exception(error)
            return
        self._number += 1
        if self._number < REQUESTS:
            self._transport.write(self._requests[self._number])
        else:
            self._done.set_result(None)


def checks(ready: dict[str, Any]) -> list[Check]:
    """Return what looks at the answers of each device, after the fleet's ready line."""
    layout = Layout(ready["layout"]["device_bits"], ready["layout"]["tag_bits"])
    return [_check(layout, device) for device in range(1, DEVICES + 1)]


def no_check(request: int, answer: bytes) -> None:
    """Let any answer be right."""


def _check(layout: Layout, device: int) -> Check:
    numbers = [layout.encode(Origin(device, tag, 0)) for tag in range(1, TAGS + 1)]
    unpack = struct.Struct(f">{_PER_REQUEST}I").unpack_from
    latest = 0

    def check(request: int, answer: bytes) -> None:
        nonlocal latest
        assert _HEADER.unpack_from(answer) == (request, 0, 3 + 2 * _REGISTERS, 1, 3, 2 * _REGISTERS)
        values = unpack(answer, _HEADER.size)
        counter = layout.decode(values[0]).counter
        first = request * _PER_REQUEST
        expected = [number + counter for number in numbers[first : first + _PER_REQUEST]]
        assert list(values) == expected, f"device {device}, request {request}: not its values"
        assert counter >= latest, f"device {device}: counter {counter} after {latest}"
        latest = counter

    return check
