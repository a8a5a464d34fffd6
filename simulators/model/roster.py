"""Who works at the plant: 32 permanent workers and some forty seasonal ones, in three shifts that cover the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from random import Random

PERMANENT = 32
SHIFTS = {"A": time(7), "B": time(15), "C": time(23)}
"""Shift keys and when they start; each ends when the next one starts."""
TEAMS = ("intake", "prep", "pack", "utility")
_TEAM_WEIGHTS = (2, 4, 5, 1)
_SHIFT_WEIGHTS = (4, 4, 3)
_SURNAMES = "王李张刘陈杨黄吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧田冉石龙白向"
_FIRST = "秀桂建国志玉春冬雪海文光永世正大昌仁兴绍明再朝小"
_SHORT_NAMES = 0.3
_SECOND = "英兰华强芳红梅燕军明珍洪江会碧菊云芬阳霞平勇"


@dataclass(frozen=True, slots=True)
class Worker:
    """A line of the roster: terminal number (leading zeros count), name, permanent|seasonal, team, shift key."""

    pin: str
    name: str
    kind: str
    team: str
    shift: str


def roster(seed: int) -> tuple[Worker, ...]:
    """Return everybody who may work here."""
    rng = Random(f"{seed}/roster")
    seasonal = rng.randint(38, 42)
    kinds = ["permanent"] * PERMANENT + ["seasonal"] * seasonal
    pins = [f"{n:04d}" for n in range(1, PERMANENT + 1)] + [f"{n:04d}" for n in range(501, 501 + seasonal)]
    names = _names(rng, len(kinds))
    return tuple(
        Worker(pin, name, kind, team, shift)
        for pin, name, kind, team, shift in zip(
            pins,
            names,
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


def _name(rng: Random) -> str:
    given = rng.choice(_SECOND) if rng.random() < _SHORT_NAMES else rng.choice(_FIRST) + rng.choice(_SECOND)
    return rng.choice(_SURNAMES) + given


def _names(rng: Random, count: int) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < count:
        names[_name(rng)] = None
    return list(names)


def _shifts(rng: Random, *group_sizes: int) -> list[str]:
    """Deal each group over the shifts by their weights, in a random order."""
    dealt: list[str] = []
    for size in group_sizes:
        pattern = [key for key, weight in zip(SHIFTS, _SHIFT_WEIGHTS, strict=True) for _ in range(weight)]
        group = [pattern[n * len(pattern) // size] for n in range(size)]
        rng.shuffle(group)
        dealt += group
    return dealt
