"""Which units of a line answer, and when to ask one that does not: often when it is all there is, rarely beside others. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHARE = 9.0
"""All units of a line that do not answer get a tenth of its time between them: nine parts are the others'."""
LONGEST_PAUSE_S = 60.0
"""For a question that costs a second; where a gateway answers at once in the unit's place, less."""
ALONE_PAUSE_S = 1.0
"""The longest pause where nobody else is waiting for the line."""
FIRST_PAUSE_S = 0.05
IDLE_PAUSE_S = 0.25
IDLE_GROWTH = 0.15
"""While the line has nothing else to do, the pause is this part of the time that a unit has been lost for."""
PATIENCE_S = 0.1
PATIENCE = 3.0
"""How long a lost unit is waited for: a multiple of what answers take on its line, and this at least."""
_IN_FULL = 4
"""Each so manieth question waits as long as any, since the unit may have become slow."""
_FORGETTING = 0.95
_DOUBLINGS = 16


@dataclass(slots=True)
class _Unit:
    """What is known of a unit.

    Attributes:
        strikes: questions in a row without an answer.
        silent_until: when its late answer, if there is one, will have died; it is never asked before.
        retry_at: when it may be asked again.
        struck_at: when it last left a question without an answer.
        lost_at: since when it is lost, or since the line may be to blame.
        slowest: what its answers took at most, s, of late; 0 if it never gave one.
    """

    strikes: int = 0
    silent_until: float = 0.0
    retry_at: float = 0.0
    struck_at: float = 0.0
    lost_at: float = 0.0
    slowest: float = 0.0

    def wake(self, moment: float) -> None:
        """Let it be asked at a moment."""
        self.retry_at = max(moment, self.silent_until)


class Units:
    """The units behind one connection.

    A question without an answer is a strike. The first may be chance and is followed by another question soon; with the
    second the unit counts as lost.
    """

    def __init__(self, numbers: Iterable[int]) -> None:
        self._units = {number: _Unit() for number in numbers}

    def is_struck(self, number: int) -> bool:
        """Return whether a unit left its last question without an answer."""
        return self._units[number].strikes > 0

    @property
    def any_struck(self) -> bool:
        """Whether any unit did."""
        return any(unit.strikes for unit in self._units.values())

    def is_lost(self, number: int) -> bool:
        """Return whether a unit has stopped answering."""
        return self._units[number].strikes > 1

    def retry_at(self, number: int) -> float:
        """Return when a unit may be asked again; it has passed for one that answers."""
        return self._units[number].retry_at

    def strike(self, number: int, cost: float, now: float) -> bool:
        """Take note of a question without an answer.

        Args:
            number: the unit.
            cost: what it took, s: a timeout, or a moment if a gateway answered in its place.
            now: s.

        Returns:
            Whether the unit counts as lost from now on.
        """
        unit = self._units[number]
        unit.strikes += 1
        unit.struck_at = now
        if unit.strikes <= 2:  # noqa: PLR2004 - a unit that answered until now: whatever struck it may have struck the others
            for other in self._units.values():
                other.lost_at = now
        unit.wake(now + self._pause(unit, cost))
        return unit.strikes == 2  # noqa: PLR2004 - the second strike

    def find(self, number: int, now: float) -> bool:
        """Take note of an answer; return whether the unit was lost. If nobody had answered, the line is back: ask them all."""
        unit = self._units[number]
        was_lost, nobody = unit.strikes > 1, self._nobody_answers()
        unit.strikes, unit.retry_at = 0, 0.0
        if nobody:
            for other in self._units.values():
                other.wake(min(other.retry_at, now))
        return was_lost

    def answered(self, number: int, seconds: float) -> None:
        """Learn how long a unit's answers take."""
        unit = self._units[number]
        unit.slowest = max(seconds, _FORGETTING * unit.slowest)

    def worth_a_moment(self, now: float) -> int | None:
        """Return a lost unit that may be asked while the line is idle; None if there is none.

        So nobody has to wait for its answer, and a short fault of the line is over for all of its units at once.
        """
        for number, unit in self._units.items():
            pause = min(LONGEST_PAUSE_S, max(IDLE_PAUSE_S, IDLE_GROWTH * (unit.struck_at - unit.lost_at)))
            is_due = max(unit.struck_at + pause, unit.silent_until) <= now
            if unit.strikes > 1 and unit.slowest and is_due:
                return number
        return None

    def patience(self, number: int, timeout: float, *, is_idle: bool = False) -> float:
        """Return how long to wait for an answer, s: of a lost unit mostly no longer than answers of its line take."""
        unit = self._units[number]
        if unit.strikes <= 1 or not unit.slowest or (unit.strikes % _IN_FULL == 0 and not is_idle):
            return timeout
        usual = min(other.slowest for other in self._units.values() if other.slowest)
        return min(timeout, max(PATIENCE_S, PATIENCE * usual))

    def excuse(self, until: float) -> None:
        """Ask every unit again at `until`: there was no connection, which is not their fault."""
        for unit in self._units.values():
            unit.wake(until)

    def hush(self, number: int, until: float) -> None:
        """Do not ask a unit before `until`, whatever happens: its answer may come late."""
        self._units[number].silent_until = until

    def _pause(self, unit: _Unit, cost: float) -> float:
        if unit.strikes == 1:
            return FIRST_PAUSE_S
        if self._nobody_answers():
            return min(ALONE_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(unit.strikes, _DOUBLINGS))
        lost = sum(other.strikes > 1 for other in self._units.values())
        shortest = max(FIRST_PAUSE_S, SHARE * lost * cost)
        longest = min(LONGEST_PAUSE_S, max(ALONE_PAUSE_S, LONGEST_PAUSE_S * cost))
        return max(shortest, min(longest, shortest * 2.0 ** min(unit.strikes - 2, _DOUBLINGS)))

    def _nobody_answers(self) -> bool:
        return all(unit.strikes for unit in self._units.values())
