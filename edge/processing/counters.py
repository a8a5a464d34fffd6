"""The counter ledger: readings of a PLC totalizer in, increments that are booked once out.

A reading is believed when the way from the last one is plausible: forward, modulo the counter's modulus, and no
faster than the machine can go. One that is not is only suspected; the next reading decides whether it was a glitch
(the counter is back on its way) or the counter really stands elsewhere now (reset, program download). That way a PLC
that shows zero for a moment while it boots costs nothing, and no increment is ever invented.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from edge.model.calendar import NS
from edge.model.tag import Counter

RATE_TOLERANCE = 1.5
"""How much faster than its rated speed a machine is believed to run."""
JITTER_S = 1.0
"""A PLC updates its counters in bursts: this much time is allowed on top of that between two readings."""
GAP_SCANS = 3
"""Readings that lie more scan periods apart than this have a gap between them."""
_CLOCK_SLEW = 2 * NS
"""The clock is pulled back by no more than this when it is disciplined; further back means that it was set."""


class Mark(StrEnum):
    """Why an increment, or the lack of one, is doubtful."""

    START = "start"
    """The ledger begins here; what the counter showed before is nobody's."""
    RESET = "reset"
    """The counter began again from zero: what it made between the last reading and the reset is not known."""
    JUMP = "jump"
    """The counter stands elsewhere: what it made since the last reading is not known."""
    AMBIGUOUS = "ambiguous"
    """The gap was long enough for the counter to go round once more: the increment is the least it can have been."""
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
        booked: time stamp of the newest increment; the next one's is later, so that each is a point of its own.
        suspect: a reading that was not believed and has not been confirmed yet.
    """

    last: Reading
    total: int
    booked: int
    suspect: Reading | None = None


@dataclass(frozen=True, slots=True)
class Increment:
    """Pieces to book.

    Attributes:
        n: pieces, never negative.
        total: pieces since the ledger began, these included.
        time: ns UTC, later than any before it of the same counter.
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
        return CounterState(reading, 0, reading.time), Increment(0, 0, reading.time, mark=Mark.START)
    pieces = (reading.raw - state.last.raw) % counter.modulus
    if pieces <= _most(state.last, reading, counter):
        mark = Mark.AMBIGUOUS if _may_have_gone_round(state.last, reading, counter) else None
        return _accept(state, reading, pieces, scan, mark)
    suspect = state.suspect
    if suspect is None or (reading.raw - suspect.raw) % counter.modulus > _most(suspect, reading, counter):
        return CounterState(state.last, state.total, state.booked, reading), None
    if suspect.raw < state.last.raw and suspect.raw <= _most(state.last, suspect, counter):
        return _accept(state, reading, reading.raw, scan, Mark.RESET)
    return _accept(state, reading, (reading.raw - suspect.raw) % counter.modulus, scan, Mark.JUMP)


def _most(earlier: Reading, later: Reading, counter: Counter) -> int:
    """Return the most pieces that the machine can have made between two readings; never a whole round."""
    elapsed = max(0, later.time - earlier.time) / NS
    return min(counter.modulus - 1, math.ceil(counter.max_per_s * RATE_TOLERANCE * (elapsed + JITTER_S)))


def _may_have_gone_round(earlier: Reading, later: Reading, counter: Counter) -> bool:
    return counter.max_per_s * (later.time - earlier.time) / NS >= counter.modulus


def _accept(
    state: CounterState, reading: Reading, pieces: int, scan: float, mark: Mark | None
) -> tuple[CounterState, Increment | None]:
    total = state.total + pieces
    if not pieces and mark is None:
        return CounterState(reading, total, state.booked), None
    elapsed = (reading.time - state.last.time) / NS
    gap = round(elapsed) if elapsed > GAP_SCANS * scan + JITTER_S else None
    time = _after(state.booked, reading.time)
    return CounterState(reading, total, time), Increment(pieces, total, time, gap, mark)


def _after(booked: int, time: int) -> int:
    """Return a time stamp that no earlier increment has; a clock that was set back is followed."""
    return booked + 1 if booked - _CLOCK_SLEW < time <= booked else time
