"""How the year will end: what is left of the plan, at the level of the last weeks, as 2,000 possible ends. Pure.

The level is actual ÷ plan of the last 28 production days, drawn towards 1 as if 10 days to plan had gone before. Around
it each draw strings together weeks of the year so far (a moving-block bootstrap), and errs in the level as far as the
days that it was taken from may have. The same day gives the same draws.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import add
from random import Random

DRAWS = 2000
BLOCK = 6
"""Production days of a week: what goes wrong lasts longer than a day."""
WINDOW = 28
PRIOR_DAYS = 10
"""The plan weighs as much as this many production days."""
PRIOR_SD = 0.25
"""Of a day's actual ÷ plan, before there are days to tell."""
PRIOR_WEIGHT = 60


@dataclass(frozen=True, slots=True)
class Past:
    """A production day that is over: what was planned and what was made, in one unit."""

    plan: float
    actual: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """Possible ends of a year or month, in ascending order; they are equally likely."""

    ends: tuple[float, ...]

    def quantile(self, share: float) -> int:
        """Return what the end will not exceed with this probability; between two draws in proportion."""
        place = share * (len(self.ends) - 1)
        below = math.floor(place)
        above = min(below + 1, len(self.ends) - 1)
        return round(self.ends[below] + (self.ends[above] - self.ends[below]) * (place - below))

    def probability(self, goal: float) -> float:
        """Return the share of ends that reach a goal."""
        return 1 - bisect_left(self.ends, goal) / len(self.ends)


def forecast(
    past: Sequence[Past], rest: Sequence[float], done: float, day: date, cap: float | None = None
) -> Outlook:
    """Return how it may end.

    Args:
        past: production days that are over, the oldest first.
        rest: what the plan asks for of each production day to come.
        done: made so far.
        day: that the forecast is made for; it seeds the draws.
        cap: what raw stock allows; no end is beyond it.
    """
    rng = Random(day.toordinal())  # noqa: S311 - no secret hangs on it
    window, deviations = past[-WINDOW:], _deviations(past)
    left = sum(rest)
    level, error = _level(window), math.sqrt(_day_variance(deviations) / (len(window) + PRIOR_DAYS))
    ends = [done + left * (level + rng.gauss(0.0, error)) for _ in range(DRAWS)]
    for start in range(0, len(rest), BLOCK):
        ends = list(map(add, ends, _weeks(rng, deviations, rest[start : start + BLOCK])))
    most = math.inf if cap is None else max(cap, done)
    return Outlook(tuple(sorted(min(max(end, done), most) for end in ends)))


def _level(window: Sequence[Past]) -> float:
    """Return actual ÷ plan, drawn towards 1."""
    if not window:
        return 1.0
    prior = PRIOR_DAYS * sum(day.plan for day in window) / len(window)
    return (sum(day.actual for day in window) + prior) / (sum(day.plan for day in window) + prior)


def _deviations(past: Sequence[Past]) -> list[float]:
    """Return how far each day was off the mean of all, in days of plan."""
    if not past:
        return []
    mean = sum(day.actual for day in past) / sum(day.plan for day in past)
    return [day.actual / day.plan - mean for day in past]


def _day_variance(deviations: Sequence[float]) -> float:
    """Return the variance per day that weeks have; few days are helped out by the prior."""
    own = 0.0
    if len(deviations) > BLOCK:
        sums = [sum(deviations[start : start + BLOCK]) for start in range(len(deviations) - BLOCK + 1)]
        own = sum(week * week for week in sums) / len(sums) / BLOCK
    prior = PRIOR_WEIGHT * PRIOR_SD * PRIOR_SD
    return (len(deviations) * own + prior) / (len(deviations) + PRIOR_WEIGHT)


def _weeks(rng: Random, deviations: Sequence[float], plan: Sequence[float]) -> list[float]:
    """Return for each draw what a week of the past adds to a week to come."""
    starts = range(max(len(deviations) - BLOCK + 1, 0))
    if not starts:
        return [0.0] * DRAWS
    found = [
        sum(part * deviation for part, deviation in zip(plan, deviations[start:], strict=False))
        for start in starts
    ]
    return rng.choices(found, k=DRAWS)
