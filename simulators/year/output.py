"""A year's output day by day, without the plant behind it: for what needs hundreds of years, such as forecasts.

Its days scatter as those of the plant's own year do (`season.py`): orders by 8 %, what is made of them by 4.5 %. On top of
that machines break down at random and for days, and no year is as good as its plan: each has a level of its own, and so
has each month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from simulators.year.plan import ordered_g

_MADE_SD = 0.045
_LINES = (0.35, 0.25, 0.20, 0.20)
"""What each filling line makes of the whole: jars, 500 g pouches, 200 g pouches, bulk."""


@dataclass(frozen=True, slots=True)
class World:
    """What goes wrong.

    Attributes:
        year_sd: of the level of a year against its plan; `month_sd` is that of a month against its year.
        breakdowns: of days, per line and year.
        mean_days: how long such a breakdown lasts.
    """

    year_sd: float = 0.05
    month_sd: float = 0.02
    breakdowns: float = 2.0
    mean_days: float = 2.5


USUAL = World()


def yearly_output(seed: int, year: int, world: World = USUAL) -> Mapping[date, int]:
    """Return the good product of each day on which something is made, g."""
    rng = Random(f"{seed}/output/{year}")
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    lost = _lost(rng, len(days), world)
    level = rng.gauss(0.98, world.year_sd)
    months = [rng.gauss(level, world.month_sd) for _ in range(12)]
    made = {}
    for number, day in enumerate(days):
        ordered = ordered_g(seed, day)
        if ordered:
            share = months[day.month - 1] * rng.gauss(1.0, _MADE_SD) * (1 - lost[number])
            made[day] = round(ordered * max(share, 0.0))
    return made


def _lost(rng: Random, days: int, world: World) -> list[float]:
    """Return the part of each day's output that broken lines do not make."""
    lost = [0.0] * days
    for share in _LINES:
        begin = rng.expovariate(world.breakdowns / days) if world.breakdowns else float(days)
        while begin < days:
            end = begin + rng.expovariate(1 / world.mean_days)
            for day in range(int(begin), min(int(end) + 1, days)):
                lost[day] += share * (min(end, day + 1) - max(begin, day))
            begin = end + rng.expovariate(world.breakdowns / days)
    return lost
