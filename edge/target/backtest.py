"""How far past forecasts were off, as they would have been made from today's sums, beside a straight line. Pure.

Months are forecast when one, two and three weeks of them are over, the year at the end of each month. The straight line is
what most tools draw: so much in so many calendar days, so much in all of them. A fairer one goes by production days, but
knows the season as little. Where no production day is over, nobody says anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from edge.model.plan import Curve, mass_curve
from edge.model.plant import Plant, Target
from edge.target.forecast import forecast
from edge.target.made import Made
from edge.target.standing import past_days

WEEKS = (7, 14, 21)
_NEXT_MONTH = timedelta(days=32)


@dataclass(frozen=True, slots=True)
class Trial:
    """A forecast of the past and what came of it, g.

    Attributes:
        day: the first day that was not over.
        straight: what the straight line over calendar days said; `rate` is the one over production days.
        actual: what it was in the end.
    """

    day: date
    p10: int
    p50: int
    p90: int
    straight: int
    rate: int
    actual: int

    @property
    def is_covered(self) -> bool:
        """Whether the end was between P10 and P90."""
        return self.p10 <= self.actual <= self.p90


@dataclass(frozen=True, slots=True)
class Score:
    """Trials in figures.

    Attributes:
        wape: sum of the errors of P50 ÷ sum of what came; `straight_wape` and `rate_wape` are those of the straight lines.
        coverage: share of the ends between P10 and P90; 0.8 is right.
    """

    trials: int
    wape: float
    straight_wape: float
    rate_wape: float
    coverage: float


def score(trials: Sequence[Trial]) -> Score | None:
    """Return the figures of trials; None when there are none, or nothing came."""
    total = sum(trial.actual for trial in trials)
    if not total:
        return None
    return Score(
        len(trials),
        sum(abs(trial.p50 - trial.actual) for trial in trials) / total,
        sum(abs(trial.straight - trial.actual) for trial in trials) / total,
        sum(abs(trial.rate - trial.actual) for trial in trials) / total,
        sum(trial.is_covered for trial in trials) / len(trials),
    )


def month_ends(plant: Plant, target: Target, made: Made, over: date) -> list[Trial]:
    """Return the forecasts of each month that is over, while it was on.

    Args:
        plant: whose calendar it is.
        target: of the year.
        made: by production day.
        over: the first day that is not over.
    """
    return [
        trial
        for first, stop in _months(target.year)
        if stop <= over
        for days in WEEKS
        for trial in _trials(plant, target, made, (first, stop), first + timedelta(days=days))
    ]


def year_ends(plant: Plant, target: Target, made: Made, over: date) -> list[Trial]:
    """Return the forecasts of the year at the end of each month but the last; none while it is on."""
    year = date(target.year, 1, 1), date(target.year + 1, 1, 1)
    if over < year[1]:
        return []
    return [
        trial
        for _, stop in _months(target.year)
        if stop < year[1]
        for trial in _trials(plant, target, made, year, stop)
    ]


def _trials(plant: Plant, target: Target, made: Made, span: tuple[date, date], day: date) -> Iterator[Trial]:
    """Yield the forecast of a span at the start of a day of it; none before a production day of it is over."""
    first, stop = span
    curve = mass_curve(target.as_of(day), plant.calendar)
    done, over = _made(made, first, day), _days(curve, first, day)
    if not over or not done:
        return
    outlook = forecast(past_days(curve, made.grams, day), _ahead(curve, day, stop), float(done), day)
    p10, p50, p90 = (outlook.quantile(share) for share in (0.1, 0.5, 0.9))
    straight = round(done * (stop - first).days / (day - first).days)
    rate = round(done * _days(curve, first, stop) / over)
    yield Trial(day, p10, p50, p90, straight, rate, _made(made, first, stop))


def _ahead(curve: Curve, day: date, stop: date) -> list[float]:
    return [float(plan) for plan in _part(curve, day, stop) if plan]


def _days(curve: Curve, first: date, stop: date) -> int:
    return sum(1 for plan in _part(curve, first, stop) if plan)


def _part(curve: Curve, first: date, stop: date) -> Sequence[Fraction]:
    return curve.days[(first - curve.first).days : (stop - curve.first).days]


def _made(made: Made, first: date, stop: date) -> int:
    return sum(grams for on, grams in made.grams.items() if first <= on < stop)


def _months(year: int) -> Iterator[tuple[date, date]]:
    for month in range(1, 13):
        first = date(year, month, 1)
        yield first, (first + _NEXT_MONTH).replace(day=1)
