"""How often a trouble is spoken of: once when it begins and once when it ends, and no more than once in a while. Pure.

A line that breaks each second would fill a disk with its losses; here it is said at once, and then each minute how often
it was so since.
"""

from __future__ import annotations

from collections.abc import Hashable

QUIET_S = 60.0


class Talk:
    """Remembers what was said, and when."""

    def __init__(self, quiet_s: float = QUIET_S) -> None:
        self._quiet_s = quiet_s
        self._said: dict[Hashable, float] = {}
        self._kept: dict[Hashable, int] = {}

    def times(self, what: Hashable, now: float) -> int:
        """Return how often something has happened since it was last spoken of, this time included; 0 if it is to be kept for now."""
        if now - self._said.get(what, -self._quiet_s) < self._quiet_s:
            self._kept[what] = self._kept.get(what, 0) + 1
            return 0
        self._said[what] = now
        return self._kept.pop(what, 0) + 1

    def was_said(self, what: Hashable) -> bool:
        """Return whether something was spoken of when it last happened."""
        return what in self._said and not self._kept.get(what)
