"""The start of a shift in the real-time plant: some stay away, some punch twice, some records go out twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from simulators.people.attlog import Terminal, Verify
from simulators.people.roster import Kind, Worker

SPREAD_S = 40.0
"""Everybody who comes has punched within this time (and a few seconds, for those who punch twice)."""
_TWICE = 0.04
_REDELIVERED = 0.06


@dataclass(frozen=True, slots=True)
class Punch:
    """A person in front of the terminal.

    Attributes:
        after_s: seconds since the plant began to run.
        pin: who.
        status: the key pressed: 0 in, 1 out (wrongly), 255 none.
        verify: how the terminal knew them: 15 face, 1 finger.
        redelivered: the terminal sends this record a second time later on.
        terminal: which one.
    """

    after_s: float
    pin: str
    status: int
    verify: int
    redelivered: bool
    terminal: Terminal = Terminal.GATE


def punches(seed: int, workers: Sequence[Worker]) -> tuple[Punch, ...]:
    """Return the punches of a shift's start in the order in which they happen."""
    rng = Random(f"{seed}/attendance")
    present = rng.sample(list(workers), round(len(workers) * rng.uniform(0.93, 0.97)))
    redelivered = set(_some(rng, present, _REDELIVERED))
    made = {worker: _punch(rng, worker, redelivered=worker in redelivered) for worker in present}
    again = [_again(rng, made[worker]) for worker in _some(rng, present, _TWICE)]
    return tuple(sorted([*made.values(), *again], key=lambda punch: punch.after_s))


def _some(rng: Random, workers: Sequence[Worker], share: float) -> list[Worker]:
    """Return a share of the workers, at least one while there is one."""
    return rng.sample(workers, min(len(workers), max(1, round(len(workers) * share))))


def _punch(rng: Random, worker: Worker, *, redelivered: bool) -> Punch:
    return Punch(
        after_s=rng.uniform(1.0, SPREAD_S),
        pin=worker.pin,
        status=rng.choices((0, 1, 255), (90, 3, 7))[0],
        verify=rng.choice((Verify.FACE, Verify.FACE, Verify.FINGER)),
        redelivered=redelivered,
        terminal=_terminal(worker),
    )


def _terminal(worker: Worker) -> Terminal:
    """Return where somebody punches: those who destem in the workshop, all others at the gate."""
    return Terminal.WORKSHOP if worker.team == "intake" and worker.kind is Kind.SEASONAL else Terminal.GATE


def _again(rng: Random, punch: Punch) -> Punch:
    return replace(punch, after_s=punch.after_s + rng.uniform(2.0, 8.0), redelivered=False)
