"""Who works at the plant: 32 permanent workers and some forty seasonal ones, in three shifts that cover the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from random import Random

from simulators.people.names import names

PERMANENT = 32
SHIFTS = {"A": time(7), "B": time(15), "C": time(23)}
"""Shift keys and when they start; each ends when the next one starts."""
TEAMS = ("intake", "prep", "pack", "utility")
_TEAM_WEIGHTS = (2, 4, 5, 1)
_SHIFT_WEIGHTS = (4, 4, 3)


class Kind(StrEnum):
    """How somebody is employed."""

    PERMANENT = "permanent"
    SEASONAL = "seasonal"


@dataclass(frozen=True, slots=True)
class Worker:
    """A line of the roster: terminal number (leading zeros count), name, kind, team, shift key."""

    pin: str
    name: str
    kind: Kind
    team: str
    shift: str


def roster(seed: int) -> tuple[Worker, ...]:
    """Return everybody who may work here."""
    rng = Random(f"{seed}/roster")
    seasonal = rng.randint(38, 42)
    kinds = [Kind.PERMANENT] * PERMANENT + [Kind.SEASONAL] * seasonal
    pins = [f"{n:04d}" for n in range(1, PERMANENT + 1)] + [f"{n:04d}" for n in range(501, 501 + seasonal)]
    called = names(rng, len(kinds))
    return tuple(
        Worker(pin, name, kind, team, shift)
        for pin, name, kind, team, shift in zip(
            pins,
            called,
            kinds,
            rng.choices(TEAMS, _TEAM_WEIGHTS, k=len(kinds)),
            _shifts(rng, PERMANENT, seasonal),
            strict=True,
        )
    )


def shift_at(local: time) -> str:
    """Return the key of the shift that works at a local time of day."""
    started = [key for key, start in SHIFTS.items() if start <= local]
    return started[-1] if started else "C"


def _shifts(rng: Random, *group_sizes: int) -> list[str]:
    """Deal each group over the shifts by their weights, in a random order."""
    dealt: list[str] = []
    for size in group_sizes:
        pattern = [key for key, weight in zip(SHIFTS, _SHIFT_WEIGHTS, strict=True) for _ in range(weight)]
        group = [pattern[n * len(pattern) // size] for n in range(size)]
        rng.shuffle(group)
        dealt += group
    return dealt
