"""How a year stands: figures that can be checked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.model.plant import Revision, Stock
from edge.model.work_days import WorkDays
from edge.target.made import Made
from edge.target.standing import Pace, past_days, stand
from tests.unit.target.plants import CALENDAR, CURVE, JULY, PLANT, SHARES, TARGET, at_level, days, made_of


def test_a_year_to_plan() -> None:
    """Half of it is over at 100 %: the index is 1, and the days left must bring what is planned for them."""
    year = stand(PLANT, TARGET, at_level(1.0, JULY), JULY)

    assert year.mass.schedule_index == pytest.approx(1)
    assert year.mass.completion == pytest.approx(0.405)
    assert year.mass.pressure == pytest.approx(1)
    assert year.mass.required == pytest.approx(2_975_000_000 / year.mass.days_left)
    assert year.mass.days_left == sum(1 for day in days() if day >= JULY and CURVE.of(day))
    assert year.mass.pace is Pace.GREEN
    assert year.value is not None
    assert year.value.probability == year.mass.probability == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize(
    ("level", "spread", "pace"),
    [(1.02, 0.0, Pace.GREEN), (0.9, 0.0, Pace.GREEN), (0.83, 0.4, Pace.AMBER), (0.6, 0.4, Pace.RED)],
)
def test_the_pace_that_is_asked_for(level: float, spread: float, pace: Pace) -> None:
    """Up to 10 % more than planned is fine, up to 25 % tight, as far as it was shown possible."""
    even = at_level(level, JULY).grams
    factors = (1 - spread, 1 + spread)
    made = {day: round(grams * factors[number % 2]) for number, (day, grams) in enumerate(even.items())}

    assert stand(PLANT, TARGET, made_of(made), JULY).mass.pace is pace


def test_more_than_was_shown_possible_is_hardly_possible() -> None:
    """12 % more than planned is asked of a plant that has always made 83 %."""
    mass = stand(PLANT, TARGET, at_level(0.83, JULY), JULY).mass

    assert mass.pressure is not None
    assert 1.10 < mass.pressure < 1.25
    assert mass.pace is Pace.RED


def test_a_year_that_is_over_is_what_it_is() -> None:
    """Nothing is left to be required, and the odds are 1 or 0."""
    reached = stand(PLANT, TARGET, at_level(1.01), date(2027, 1, 1)).mass
    missed = stand(PLANT, TARGET, at_level(0.99), date(2027, 1, 1)).mass

    assert (reached.required, reached.probability, reached.pace) == (None, 1.0, Pace.GREEN)
    assert (missed.required, missed.probability, missed.pace) == (None, 0.0, Pace.RED)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 180), st.integers(-20_000_000, 20_000_000))
def test_a_day_that_is_corrected_corrects_the_year(number: int, grams: int) -> None:
    """What is added to any day of the past is added to what is made, in mass and in value."""
    made = at_level(1.0, JULY)
    day = date(2026, 1, 1) + timedelta(days=number)
    corrected = made_of({**made.grams, day: made.grams.get(day, 0) + grams})
    before, after = stand(PLANT, TARGET, made, JULY), stand(PLANT, TARGET, corrected, JULY)

    assert after.mass.made - before.mass.made == grams
    assert before.value is not None
    assert after.value is not None
    assert after.value.made - before.value.made == Fraction(grams) * 12 / 1000


def test_a_revision_keeps_the_baseline() -> None:
    """From its day on the goal is the new one; what the plan had asked for before is still told."""
    target = replace(TARGET, revisions=(Revision(date(2026, 6, 1), 4_500_000_000, 54_000_000, SHARES),))
    early, late = (stand(PLANT, target, at_level(1.0, day), day) for day in (date(2026, 5, 31), JULY))

    assert (early.mass.goal, early.mass.baseline) == (5_000_000_000, early.mass.plan)
    assert (late.mass.goal, late.mass.baseline) == (4_500_000_000, CURVE.until(JULY))
    assert late.mass.plan < late.mass.baseline


def test_raw_stock_bounds_the_year() -> None:
    """After the season no more can be packed than pits and tanks hold: 500 t at 95 %."""
    november = date(2026, 11, 1)
    stock = Stock(november, 450_000_000, 50_000_000, Decimal("0.95"))
    year = stand(PLANT, replace(TARGET, stock=stock), at_level(1.0, november), november)
    made = round(year.mass.made)

    assert year.cap == made + 475_000_000
    assert year.mass.outlook.ends[-1] <= year.cap
    assert year.mass.probability == 0.0
    assert year.stock_days is not None
    assert 15 < year.stock_days < 30
    assert year.value is not None
    assert year.value.outlook.ends[-1] <= float(year.value.made) * year.cap / made + 1


def test_stock_that_is_counted_later_is_not_known_yet() -> None:
    """And a year without stock has no cap."""
    stock = Stock(date(2026, 11, 1), 1, 0, Decimal(1))

    assert stand(PLANT, replace(TARGET, stock=stock), at_level(1.0, JULY), JULY).cap is None
    assert stand(PLANT, TARGET, at_level(1.0, JULY), JULY).stock_days is None


def test_a_plan_without_value_has_none() -> None:
    """Then nothing is said of money."""
    assert stand(PLANT, replace(TARGET, value=0), at_level(1.0, JULY), JULY).value is None


def test_a_provisional_calendar_makes_the_year_provisional() -> None:
    """Whoever reads the forecast must know."""
    likely = WorkDays(published=lambda _: None)
    plant = replace(PLANT, calendar=replace(CALENDAR, work_days=likely))

    assert stand(plant, TARGET, at_level(1.0, JULY), JULY).provisional
    assert not stand(PLANT, TARGET, at_level(1.0, JULY), JULY).provisional


def test_days_before_the_first_output_were_not_measured() -> None:
    """A box that was put up in June does not take the months before for breakdowns."""
    june = {day: 1 for day in days() if date(2026, 6, 15) <= day < JULY and CURVE.of(day)}

    assert len(past_days(CURVE, june, JULY)) == len(june)
    assert past_days(CURVE, {}, JULY) == []


def test_what_a_sunday_brings_goes_to_the_saturday_before_it() -> None:
    """A day without a plan has no ratio of its own; zero days are kept."""
    saturday = date(2026, 6, 27)
    past = past_days(CURVE, {saturday: 10, saturday + timedelta(days=1): 7}, JULY)

    assert [day.actual for day in past] == [17, 0, 0]


def test_the_first_day_of_the_year() -> None:
    """Nothing is planned, nothing is made, and everything is ahead."""
    year = stand(PLANT, TARGET, Made(), date(2026, 1, 1))

    assert year.mass.made == year.mass.plan == 0
    assert year.mass.schedule_index is None
    assert year.mass.days_left == sum(1 for day in days() if CURVE.of(day))
    assert year.mass.best is None
