"""Passwords looked at beside the event loop, a few at a time: each takes 32 MiB and a tenth of a second of a core."""

from __future__ import annotations

import asyncio

from edge.console.access.passwords import Cost, hashed, verify

AT_ONCE = 2
WAITING = 16
"""More are told that we are busy."""


class BusyError(Exception):
    """Too many passwords wait to be looked at."""


class Hasher:
    """Looks at passwords.

    Args:
        cost: of the hash that stands in for a user whom nobody knows, so that both take as long.
    """

    def __init__(self, cost: Cost | None = None) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._nobodys = hashed("nobody's", cost or Cost())

    async def is_right(self, password: str, stored: str | None) -> bool:
        """Return whether a password is the one of which something was stored; for None it is not, and takes as long.

        Raises:
            BusyError: too many wait already.
        """
        if self._waiting >= WAITING:
            raise BusyError
        self._waiting += 1
        try:
            async with self._free:
                same = await asyncio.to_thread(verify, password, stored or self._nobodys)
        finally:
            self._waiting -= 1
        return same and stored is not None
