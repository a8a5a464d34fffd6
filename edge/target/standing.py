"""How the year stands against its plan, and how it will end: in g and in yuan, from what each production day brought. Pure.

Everything is as of the start of a production day: days before it are over and count whole, later ones are plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from statistics import mean, quantiles

from edge.model.plan import Curve, mass_curve, value_curve
from edge.model.plant import Plant, Target
from edge.target.forecast import WINDOW, Outlook, Past, forecast
from edge.target.made import Made

AMBER, RED = Fraction(110, 100), Fraction(125, 100)
"""How much more than planned the remaining days must bring."""
_TENTH_MIN = 10
"""Days of output from which its 90 % can be told."""


class Pace(StrEnum):
    """What the days left are asked for: about what is planned, more, or far more, or more than was shown possible."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Standing:
    """The year in one unit, g or yuan.

    Attributes:
        goal: of the whole year.
        plan: what was to be made by now; `baseline` is what the plan had asked for before it was revised.
        made: what was made by now.
        days_left: planned days to come.
        best: made ÷ planned that one day in ten has reached; None when there are too few to tell.
        outlook: how the year may end.
    """

    goal: int
    plan: Fraction
    baseline: Fraction
    made: Fraction
    days_left: int
    best: Fraction | None
    outlook: Outlook

    @property
    def completion(self) -> Fraction:
        """Made ÷ goal."""
        return self.made / self.goal

    @property
    def schedule_index(self) -> Fraction | None:
        """Made ÷ planned by now; None before the first planned day."""
        return self.made / self.plan if self.plan else None

    @property
    def required(self) -> Fraction | None:
        """What each day to come must bring to reach the goal; None when no day is left."""
        return max(self.goal - self.made, Fraction()) / self.days_left if self.days_left else None

    @property
    def pressure(self) -> Fraction | None:
        """What the days to come must bring ÷ what is planned for them; None when nothing is."""
        left = self.goal - self.plan
        return max(self.goal - self.made, Fraction()) / left if left > 0 else None

    @property
    def pace(self) -> Pace:
        """How hard it is to reach the goal."""
        if self.made >= self.goal:
            return Pace.GREEN
        pressure = self.pressure
        if self.required is None or pressure is None or pressure > RED:
            return Pace.RED
        if pressure <= AMBER:
            return Pace.GREEN
        return Pace.RED if self.best is not None and pressure > self.best else Pace.AMBER

    @property
    def probability(self) -> float:
        """How likely the goal is reached."""
        return self.outlook.probability(self.goal)


@dataclass(frozen=True, slots=True)
class Year:
    """A year as of the start of a production day.

    Attributes:
        day: the first production day that is not over.
        value: None when the plan has none.
        unpriced: g that are in no value.
        cap: the most that the year can bring, by the raw stock that was counted, g; None when none was.
        stock_days: how long the stock lasts at the rate of the last weeks.
        provisional: the calendar of the year is not published, so its planned days are only likely.
    """

    day: date
    mass: Standing
    value: Standing | None
    unpriced: int
    cap: int | None
    stock_days: int | None
    provisional: bool


def stand(plant: Plant, target: Target, made: Made, day: date) -> Year:
    """Return how the year stands at the start of a production day of it, or of the day after it.

    Args:
        plant: whose calendar it is.
        target: of the year; revisions from later days are not known yet.
        made: by production day.
        day: the first that is not over.
    """
    known, calendar = target.as_of(day), plant.calendar
    curve = mass_curve(known, calendar)
    cap = _cap(known, made, day)
    mass = _standing(curve, mass_curve(known.baseline, calendar), made.grams, known.goal_mass, day, cap)
    value = None
    if known.goal_value:
        value_cap = None
        if cap is not None:
            worth = sum(made.yuan.values()) / sum(made.grams.values()) if made.grams else None
            per_gram = float(worth or known.goal_value / Decimal(known.goal_mass))
            done = sum(yuan for on, yuan in made.yuan.items() if on < day)
            value_cap = float(done) + max(cap - float(mass.made), 0.0) * per_gram
        baseline = value_curve(known.baseline, calendar)
        value = _standing(value_curve(known, calendar), baseline, made.yuan, known.goal_value, day, value_cap)
    return Year(
        day,
        mass,
        value,
        sum(grams for on, grams in made.unpriced.items() if on < day),
        cap,
        _stock_days(cap, mass, past_days(curve, made.grams, day)),
        calendar.work_days.is_provisional(target.year),
    )


def past_days(curve: Curve, made: Mapping[date, int] | Mapping[date, Decimal], day: date) -> list[Past]:
    """Return the planned days before a day, from the first on that brought something.

    What a day without a plan brought goes to the planned one before it.
    """
    first = min((on for on, amount in made.items() if amount), default=day)
    past: list[Past] = []
    for number in range((first - curve.first).days, (day - curve.first).days):
        on = curve.first + timedelta(days=number)
        plan, actual = curve.of(on), float(made.get(on, 0))
        if plan:
            past.append(Past(float(plan), actual))
        elif past:
            past[-1] = Past(past[-1].plan, past[-1].actual + actual)
    return past


def _standing(
    curve: Curve,
    baseline: Curve,
    made: Mapping[date, int] | Mapping[date, Decimal],
    goal: int,
    day: date,
    cap: float | None,
) -> Standing:
    done = sum((Fraction(amount) for on, amount in made.items() if on < day), Fraction())
    ahead = [plan for plan in curve.days[(day - curve.first).days :] if plan]
    past = past_days(curve, made, day)
    outlook = forecast(past, [float(plan) for plan in ahead], float(done), day, cap)
    return Standing(goal, curve.until(day), baseline.until(day), done, len(ahead), _best(past), outlook)


def _best(past: Sequence[Past]) -> Fraction | None:
    if len(past) < _TENTH_MIN:
        return None
    # In days of plan: the best day of a quiet month says nothing about what the season can bring.
    return Fraction(quantiles([day.actual / day.plan for day in past], n=10)[-1])


def _cap(target: Target, made: Made, day: date) -> int | None:
    stock = target.stock
    if stock is None or stock.day > day:
        return None
    before = sum(grams for on, grams in made.grams.items() if on < stock.day)
    return before + int((stock.mass + stock.expected) * stock.recovery)


def _stock_days(cap: int | None, mass: Standing, past: Sequence[Past]) -> int | None:
    if cap is None or not past:
        return None
    rate = mean(day.actual for day in past[-WINDOW:])
    return int(max(cap - float(mass.made), 0.0) / rate) if rate > 0 else None
