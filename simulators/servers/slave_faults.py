"""Whether, when and what the slaves of a line answer while they have faults. Pure: delays are returned, not waited for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from simulators.faults.kinds import Busy, ExceptionAnswer, IllegalHole, Latency, NoAnswer

AnswerFault = Latency | NoAnswer | ExceptionAnswer | Busy | IllegalHole
"""Faults of how a slave answers."""

_FUNCTIONS = {"coil": 1, "discrete": 2, "holding": 3, "input": 4}
_ILLEGAL_DATA_ADDRESS, _DEVICE_BUSY = 2, 6


@dataclass(frozen=True, slots=True)
class Read:
    """A question to a slave: registers or bits from a wire address."""

    unit: int
    function: int
    start: int
    count: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the faults make of a question.

    Attributes:
        silent: nothing is answered.
        code: the exception that is answered instead of data; 0 = data.
        delay_s: by which the answer is late.
    """

    silent: bool = False
    code: int = 0
    delay_s: float = 0.0


@dataclass(slots=True)
class _Active:
    fault: AnswerFault
    units: frozenset[int]
    rng: Random
    refused: Counter[Read] = field(default_factory=Counter)


class SlaveFaults:
    """The faults that hold on a line."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._active: list[_Active] = []

    def begin(self, fault: AnswerFault, units: frozenset[int]) -> None:
        """Let a fault hold for some units; its own seed goes before the line's."""
        seed = self._seed if fault.seed is None else fault.seed
        rng = Random(f"{seed}/{fault.target}/{fault.kind}/{fault.start}")
        self._active.append(_Active(fault, units, rng))

    def end(self, fault: AnswerFault) -> None:
        """Let it hold no longer."""
        self._active = [active for active in self._active if active.fault != fault]

    def judge(self, question: Read) -> Verdict:
        """Return what becomes of a question; of several exceptions the one that began first is answered."""
        silent, code, delay_s = False, 0, 0.0
        for active in self._active:
            if question.unit not in active.units:
                continue
            match active.fault:
                case Latency(shortest=shortest, longest=longest):
                    delay_s += active.rng.uniform(shortest, longest)
                case NoAnswer(share=share):
                    silent |= active.rng.random() < share
                case ExceptionAnswer() | Busy() | IllegalHole():
                    code = code or _refusal(active, question)
        return Verdict(silent, code, delay_s)


def _refusal(active: _Active, question: Read) -> int:
    """Return the exception with which a fault answers a question; 0 = none."""
    match active.fault:
        case ExceptionAnswer(code=code, share=share) if active.rng.random() < share:
            return code
        case Busy(times=times):
            active.refused[question] = (active.refused[question] + 1) % (times + 1)
            return _DEVICE_BUSY if active.refused[question] else 0
        case IllegalHole(table=table, first=first, last=last):
            touched = question.start <= last and first < question.start + question.count
            return _ILLEGAL_DATA_ADDRESS if touched and question.function == _FUNCTIONS[table] else 0
    return 0
