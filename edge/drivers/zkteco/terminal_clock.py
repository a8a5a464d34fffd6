"""What a terminal's clock is off, told from its records that come as they are made. Pure.

A terminal that is in contact sends a record within a second or two, so its newest one says what its clock shows now. One
that was cut off, or whose last upload failed, sends old records: they say nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from edge.model.calendar import NS
from edge.model.personnel import Punch

TOLERANCE = 300 * NS
"""A clock that is off by less counts as right: records take their time, and clocks differ."""
CONTACT = 60 * NS
"""A terminal asks for commands each ten seconds; one that has not for so long was cut off."""
_AGREE = 60 * NS
_DAY = 86_400 * NS
_LIVE_RECORDS = 5


@dataclass(slots=True)
class TerminalClock:
    """What is known of one terminal's clock.

    Attributes:
        error: ns by which it is ahead; 0 when it is right.
    """

    error: int = 0
    _contact: int | None = None
    _suspected: int | None = None
    _behind: bool = False
    """An upload failed, so records wait."""

    def heard(self, now: int) -> bool:
        """Note that the terminal speaks; return whether it was in contact all the while."""
        before, self._contact = self._contact, now
        return before is not None and 0 <= now - before <= CONTACT and not self._behind

    def failed(self) -> None:
        """Note that an upload could not be kept: what comes next is old."""
        self._behind = True

    def taken(self) -> None:
        """Note that an upload was kept."""
        self._behind = False

    def measure(self, punches: Sequence[Punch], now: int, *, live: bool) -> None:
        """Learn from an upload."""
        if not live or not 0 < len(punches) <= _LIVE_RECORDS:
            return
        shows = max(punch.time for punch in punches) - now
        if abs(shows) <= TOLERANCE:
            self.error, self._suspected = 0, None
        elif abs(shows - self.error) <= _AGREE:
            self._suspected = None
        elif shows > 0 or shows < -_DAY or self._agrees(shows):
            self.error, self._suspected = shows, None
        else:
            # A record may once be late for another reason; two in a row, by the same time, are not.
            self._suspected = shows

    def corrected(self, punches: Sequence[Punch]) -> list[Punch]:
        """Return punches at the time at which they were made; what the terminal showed is kept."""
        if not self.error:
            return list(punches)
        return [replace(punch, time=punch.time - self.error, shown=punch.time) for punch in punches]

    def _agrees(self, shows: int) -> bool:
        return self._suspected is not None and abs(shows - self._suspected) <= _AGREE
