"""The counter ledger: readings of a PLC totalizer in, increments that are booked once out.

A reading is believed when the way from the last one is plausible: forward, modulo the counter's modulus, and no
faster than the machine can go. One that is not is only suspected; the next reading decides whether it was a glitch
(the counter is back on its way) or the counter really stands elsewhere now (reset, program download). That way a PLC
that shows zero for a moment while it boots costs nothing, and no increment is ever invented.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from edge.model.calendar import NS
from edge.model.tag import Counter, Reset

RATE_TOLERANCE = 1.5
"""How much faster than its rated speed a machine is believed to run."""
JITTER_S = 1.0
"""A PLC updates its counters in bursts: this much time is allowed on top of that between two readings."""
GAP_SCANS = 3
"""Readings that lie more scan periods apart than this have a gap between them."""
_CLOCK_SLEW = 2 * NS
"""The clock is pulled back by no more than this when it is disciplined; further back means that it was set."""
_STEP = 1000
"""Stamps are whole microseconds and, below them, how often the clock was set back: no two lives of it share one."""


class Mark(StrEnum):
    """Why an increment, or the lack of one, is doubtful."""

    START = "start"
    """The ledger begins here; what the counter showed before is nobody's."""
    RESET = "reset"
    """The counter began again from zero: what it made between the last reading and the reset is not known."""
    JUMP = "jump"
    """The counter stands elsewhere: what it made since the last reading is not known."""
    AMBIGUOUS = "ambiguous"
    """The gap was long enough for the counter to go round once more, or to have been reset: the increment is a guess."""
    BACKWARDS = "backwards"
    """The counter ran back a little: what it took back was booked already."""
    CLOCK = "clock"
    """The clock was set back between two readings: nobody knows how far apart they were."""
    SKU_CHANGE = "sku_change"
    """The product changed between two readings; the increment is booked to the former."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A raw counter value and when it was acquired (ns UTC)."""

    raw: int
    time: int


@dataclass(frozen=True, slots=True)
class CounterState:
    """What must survive a `kill -9`.

    Attributes:
        last: the newest reading that is believed.
        total: pieces booked since the ledger began.
        booked: time stamp of the newest increment; the next one's is another, so that each is a point of its own.
        suspect: a reading that was not believed and has not been confirmed yet.
        turns: how often the clock was set back.
    """

    last: Reading
    total: int
    booked: int
    suspect: Reading | None = None
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Increment:
    """Pieces to book.

    Attributes:
        n: pieces, never negative.
        total: pieces since the ledger began, these included.
        time: ns UTC; no two of the same counter have the same.
        gap: seconds between the two readings when they lie further apart than readings do; else None.
        mark: why it is doubtful, when it is.
    """

    n: int
    total: int
    time: int
    gap: int | None = None
    mark: Mark | None = None


def book(
    state: CounterState | None, reading: Reading, counter: Counter, scan: float
) -> tuple[CounterState, Increment | None]:
    """Return the ledger's next state and what is to be booked.

    Args:
        state: None at the very first reading.
        reading: a value of good quality.
        counter: modulus and plausible rate.
        scan: seconds between two readings of this counter while all is well.
    """
    if state is None:
        start = _stamp(reading.time, 0)
        return CounterState(reading, 0, start), Increment(0, 0, start, mark=Mark.START)
    if _is_old(reading, state.last, counter):
        return state, None
    verdict = _plausible(state.last, reading, counter, scan)
    if verdict is None:
        verdict = _confirmed(state, reading, counter, scan)
    elif state.suspect and _goes_on(state.suspect, reading, counter):
        # It may as well have come here from where it was not believed to be.
        verdict = verdict[0], verdict[1] or Mark.AMBIGUOUS
    if verdict is None:
        return replace(state, suspect=reading), None
    return _accept(state, reading, *verdict, scan)


def _plausible(
    last: Reading, reading: Reading, counter: Counter, scan: float
) -> tuple[int, Mark | None] | None:
    """Return the pieces of a reading that the machine can have come to from the last one, and their mark."""
    pieces = (reading.raw - last.raw) % counter.modulus
    if reading.time <= last.time - _CLOCK_SLEW:
        # The clock was set back: nobody knows how far apart they were, but it cannot be much.
        is_near = pieces <= _most_in(GAP_SCANS * scan, counter)
        return (pieces, Mark.CLOCK if pieces else None) if is_near else None
    if pieces <= _most(last, reading, counter):
        return pieces, Mark.AMBIGUOUS if _may_have_gone_round(last, reading, counter) else None
    if counter.reset is Reset.ROUTINE and _may_have_reset(last, reading, counter):
        return reading.raw, Mark.RESET
    return None


def _confirmed(
    state: CounterState, reading: Reading, counter: Counter, scan: float
) -> tuple[int, Mark | None] | None:
    """Return the pieces of a reading that goes on from one that was not believed, and why they are doubtful."""
    last, suspect = state.last, state.suspect
    if suspect is None or not _confirms(suspect, last, reading, counter):
        return None
    if counter.reset is not Reset.NEVER and _may_have_reset(last, suspect, counter):
        return reading.raw, Mark.RESET
    if suspect.time <= last.time and last.raw < suspect.raw <= reading.raw:
        # A box without a battery wakes up in 1970: how long it was off is not known, what the PLC made is.
        return reading.raw - last.raw, Mark.CLOCK
    went_back = (last.raw - suspect.raw) % counter.modulus <= _most_in(GAP_SCANS * scan, counter)
    mark = Mark.BACKWARDS if went_back else Mark.JUMP
    return (reading.raw - suspect.raw) % counter.modulus, mark


def _confirms(suspect: Reading, last: Reading, reading: Reading, counter: Counter) -> bool:
    """Return whether a reading goes on from one that was not believed, by the same clock."""
    same_clock = (reading.time > last.time) is (suspect.time > last.time)
    return same_clock and _goes_on(suspect, reading, counter)


def _goes_on(earlier: Reading, later: Reading, counter: Counter) -> bool:
    pieces = (later.raw - earlier.raw) % counter.modulus
    return later.time > earlier.time and pieces <= _most(earlier, later, counter)


def _is_old(reading: Reading, last: Reading, counter: Counter) -> bool:
    """Return whether a reading lies on the way to the last one: a frame that comes again."""
    way = (last.raw - reading.raw) % counter.modulus
    return reading.time <= last.time and way <= min(_most(reading, last, counter), counter.modulus // 2)


def _may_have_reset(last: Reading, reading: Reading, counter: Counter) -> bool:
    """Return whether a counter shows what a machine can have made since the last reading, beginning at zero."""
    return reading.raw < last.raw and reading.raw <= _most(last, reading, counter)


def _most(earlier: Reading, later: Reading, counter: Counter) -> int:
    """Return the most pieces that the machine can have made between two readings; never a whole round."""
    return _most_in(max(0, later.time - earlier.time) / NS, counter)


def _most_in(seconds: float, counter: Counter) -> int:
    return min(counter.modulus - 1, math.ceil(counter.max_per_s * RATE_TOLERANCE * (seconds + JITTER_S)))


def _may_have_gone_round(earlier: Reading, later: Reading, counter: Counter) -> bool:
    return counter.max_per_s * (later.time - earlier.time) / NS >= counter.modulus


def _accept(
    state: CounterState, reading: Reading, pieces: int, mark: Mark | None, scan: float
) -> tuple[CounterState, Increment | None]:
    total = state.total + pieces
    turns = state.turns + (reading.time <= state.booked - _CLOCK_SLEW)
    if not pieces and mark is None:
        # A clock that was set back is followed, with stamps that its former life cannot have given.
        booked = _stamp(reading.time, turns) if turns > state.turns else state.booked
        return CounterState(reading, total, booked, turns=turns), None
    elapsed = (reading.time - state.last.time) / NS
    gap = round(elapsed) if elapsed > GAP_SCANS * scan + JITTER_S else None
    time = _stamp(reading.time, turns)
    if turns == state.turns and time <= state.booked:
        time = state.booked + _STEP
    return CounterState(reading, total, time, turns=turns), Increment(pieces, total, time, gap, mark)


def _stamp(time: int, turns: int) -> int:
    return time // _STEP * _STEP + turns % _STEP
