"""Laws of the forecast, whatever the past was."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.target.forecast import DRAWS, Outlook, Past, forecast

DAY = date(2026, 7, 1)
PASTS = st.lists(st.builds(Past, st.floats(1, 30), st.floats(0, 40)), max_size=60)
PLANS = st.lists(st.floats(1, 30), max_size=60)


@settings(max_examples=25)
@given(PASTS, PLANS, st.floats(0, 1000), st.floats(0, 2000))
def test_no_end_is_below_what_is_made_or_beyond_the_stock(
    past: list[Past], rest: list[float], done: float, cap: float
) -> None:
    """What is made stays made, and without raw stock nothing more is; the ends are in order."""
    ends = forecast(past, rest, done, DAY, cap).ends

    assert len(ends) == DRAWS
    assert done <= ends[0]
    assert list(ends) == sorted(ends)
    assert ends[-1] <= max(cap, done)


@settings(max_examples=25)
@given(PASTS, PLANS)
def test_a_day_always_gives_the_same_forecast(past: list[Past], rest: list[float]) -> None:
    """A report that is printed again is the same; another day draws otherwise."""
    assert forecast(past, rest, 1.0, DAY) == forecast(past, rest, 1.0, DAY)


def test_a_year_that_goes_to_plan_will_end_at_plan() -> None:
    """With 28 days at 100 % the middle is the plan, and the odds of it even."""
    outlook = forecast([Past(10.0, 10.0)] * 28, [10.0] * 100, 280.0, DAY)

    assert outlook.quantile(0.5) == pytest.approx(1280, rel=0.01)
    assert outlook.probability(1280) == pytest.approx(0.5, abs=0.06)


def test_the_level_is_drawn_towards_the_plan() -> None:
    """28 days at 81 % and 10 at plan, in place of a prior, are 86 %."""
    outlook = forecast([Past(10.0, 8.1)] * 28, [10.0] * 100, 0.0, DAY)

    assert outlook.quantile(0.5) == pytest.approx(1000 * (28 * 0.81 + 10) / 38, rel=0.01)


def test_without_days_the_plan_is_all_that_is_known() -> None:
    """Its middle is the plan, and it may end anywhere."""
    outlook = forecast([], [10.0] * 100, 0.0, DAY)

    assert outlook.quantile(0.5) == pytest.approx(1000, rel=0.02)
    assert outlook.quantile(0.9) - outlook.quantile(0.1) > 150


def test_more_days_make_it_surer() -> None:
    """The same scatter over more days leaves less room."""
    week = [Past(10.0, actual) for actual in (9.0, 11.0, 10.0, 8.0, 12.0, 10.0)]
    widths = [
        outlook.quantile(0.9) - outlook.quantile(0.1)
        for outlook in (forecast(week * weeks, [10.0] * 100, 0.0, DAY) for weeks in (1, 5, 40))
    ]
    assert widths == sorted(widths, reverse=True)


def test_when_nothing_is_left_the_end_is_what_is_made() -> None:
    """No draw errs any more."""
    outlook = forecast([Past(10.0, 3.0)] * 40, [], 120.0, DAY)

    assert set(outlook.ends) == {120.0}
    assert (outlook.probability(120.0), outlook.probability(120.1)) == (1.0, 0.0)


def test_quantiles_between_two_draws() -> None:
    """They lie between in proportion."""
    assert Outlook((0.0, 100.0, 200.0)).quantile(0.25) == 50
