"""Whether a session still hears its server: what was published, and what the server's clock says to a question. Pure.

A subscription may die while its session lives, and nobody is told. So the server's own clock is watched like a tag: it
moves every second, and when a question shows that it has moved while nothing was published, the subscription is deaf.
"""

from __future__ import annotations

CLOCK_S = 1.0
"""How often the server is to look at its own clock."""
_MISSED = 3
"""So many publications or samples of the clock may stay away before the rest is not believed either."""


class Hearing:
    """What one session has heard.

    Args:
        now: s, monotonic, like all times here.
        deaf: without any answer for so long, the server is away.
        silent: without a publish answer for so long, if not longer is agreed, the subscription is dead.
    """

    def __init__(self, now: float, deaf: float, silent: float) -> None:
        self._deaf, self._silent = deaf, silent
        self._answered = self._published = self._clock_at = now
        self._clock: object = None
        self._silence: float | None = None
        self._age: float | None = None

    def agreed(self, silence: float, clock: float | None, now: float) -> None:
        """Take what the server has agreed to.

        Args:
            silence: the longest time between two publish answers, s.
            clock: between two samples of its clock as they are published, s; None when it would not be watched.
            now: since when it holds.
        """
        self._silence = max(_MISSED * silence, self._silent)
        self._age = None if clock is None else max(_MISSED * clock, self._silent)
        self._published = self._clock_at = now

    def answered(self, now: float) -> None:
        """The server has answered a question."""
        self._answered = now

    def published(self, now: float) -> None:
        """A publish answer has come."""
        self._answered = self._published = now

    def clock_published(self, clock: object, now: float) -> None:
        """The subscription has brought the server's time."""
        self._clock, self._clock_at = clock, now

    def complaint(self, clock: object, now: float) -> str:
        """Return what is wrong, empty when nothing is.

        Args:
            clock: the server's time as it has just said it to a question; None when it has not.
            now: s, monotonic.
        """
        if now - self._answered >= self._deaf:
            return f"no answer for {self._deaf:g} s"
        if self._silence is not None and now - self._published >= self._silence:
            return f"the subscription has been silent for {self._silence:g} s"
        has_moved = clock is not None and clock != self._clock
        if self._age is not None and has_moved and now - self._clock_at >= self._age:
            return f"the subscription is deaf: the server's clock goes on, but has not been published for {self._age:g} s"
        return ""
