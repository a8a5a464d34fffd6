"""Two clients with one id throw each other out; this recognises it, so that one of them gives way. Pure."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field

SHORT_S = 60.0
"""A connection that is cut off by the other side within this time counts."""
SUSPICIOUS = 5
"""So many of them in a row, each begun at once on the same broker, are no broker that restarts."""
WITHIN_S = 600.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 30.0, 900.0


@dataclass(slots=True)
class TakeoverWatch:
    """What became of the last connections.

    MQTT 5 says outright that a session was taken over. With 3.1.1 the broker only hangs up: once is nothing, again and
    again soon after a good connect is a twin.

    Attributes:
        suspected: there is a twin.
        rng: twins must not come back at the same time.
    """

    suspected: bool = False
    rng: random.Random = field(default_factory=random.Random)
    _url: str = ""
    _ends: deque[float] = field(default_factory=lambda: deque(maxlen=SUSPICIOUS))
    _pauses: int = 0

    def ended(self, url: str, began: float, now: float, *, certain: bool) -> None:
        """Note the end of a connection by the other side; times are monotonic s."""
        if url != self._url:
            self._url = url
            self._ends.clear()
        if not certain and now - began > SHORT_S:
            self.steady()
            return
        self._ends.append(now)
        if certain or (len(self._ends) == SUSPICIOUS and now - self._ends[0] < WITHIN_S):
            self.suspected = True

    def unreachable(self) -> None:
        """Note that no connection came about: a broker that restarts, no twin."""
        self._ends.clear()

    def steady(self) -> None:
        """Note a connection that has lasted."""
        self.suspected = False
        self._ends.clear()
        self._pauses = 0

    def pause(self) -> float:
        """Return the s to stay away, so that the twin is left alone: longer each time, 0 when there is none."""
        if not self.suspected:
            return 0.0
        self._pauses += 1
        longest = min(FIRST_PAUSE_S * 2.0 ** min(self._pauses - 1, 10), LONGEST_PAUSE_S)
        return self.rng.uniform(longest / 2, longest)
