"""Forecasts of the past: what they are asked, when, and how they are scored."""

from __future__ import annotations

from datetime import date

import pytest

from edge.target.backtest import Trial, month_ends, score, year_ends
from edge.target.made import Made
from simulators.year.output import yearly_output
from tests.unit.target.plants import PLANT, TARGET, at_level

OVER = date(2027, 1, 1)


def test_a_year_to_plan_is_forecast_well() -> None:
    """Months and year end where the plan says, while the straight line does not know the season."""
    months, years = (score(trials(PLANT, TARGET, at_level(1.0), OVER)) for trials in (month_ends, year_ends))
    assert months is not None
    assert years is not None
    assert months.wape < 0.005
    assert years.wape < 0.02
    assert years.straight_wape > 0.1
    assert years.coverage == 1.0


def test_months_are_asked_three_times_and_the_year_at_each_months_end() -> None:
    """A week of October is a holiday: nobody says anything before a production day is over."""
    months = month_ends(PLANT, TARGET, at_level(1.0), OVER)

    assert [trial.day for trial in months[:3]] == [date(2026, 1, day) for day in (8, 15, 22)]
    assert date(2026, 10, 8) not in {trial.day for trial in months}
    assert len(months) == 35
    assert [trial.day.month for trial in year_ends(PLANT, TARGET, at_level(1.0), OVER)] == list(range(2, 13))


def test_what_is_not_over_is_not_scored() -> None:
    """In the middle of May four months can be looked at, and no year."""
    may = date(2026, 5, 15)

    assert {trial.day.month for trial in month_ends(PLANT, TARGET, at_level(1.0, may), may)} == {1, 2, 3, 4}
    assert year_ends(PLANT, TARGET, at_level(1.0, may), may) == []
    assert score([]) is None


def test_nothing_is_said_before_something_was_made() -> None:
    """A year without output gives no trial."""
    assert month_ends(PLANT, TARGET, Made(), OVER) == []
    assert year_ends(PLANT, TARGET, Made(), OVER) == []


def test_a_score_adds_errors_up_before_it_divides() -> None:
    """WAPE is the sum of the errors ÷ the sum of what came."""
    trials = [
        Trial(OVER, 80, 90, 110, 50, 60, 100),
        Trial(OVER, 310, 330, 350, 500, 400, 300),
    ]
    found = score(trials)

    assert found is not None
    assert (found.trials, found.coverage) == (2, 0.5)
    assert found.wape == pytest.approx(40 / 400)
    assert found.straight_wape == pytest.approx(250 / 400)
    assert found.rate_wape == pytest.approx(140 / 400)


def test_simulated_years_are_covered_and_better_than_a_straight_line() -> None:
    """A few of the benchmark's 200 years: the interval is neither a boast nor an excuse."""
    made = [Made(yearly_output(seed, 2026)) for seed in range(6)]
    months = score([trial for year in made for trial in month_ends(PLANT, TARGET, year, OVER)])
    years = score([trial for year in made for trial in year_ends(PLANT, TARGET, year, OVER)])

    assert months is not None
    assert years is not None
    assert 0.6 < months.coverage < 0.95
    assert 0.5 < years.coverage < 0.97
    assert months.wape < 0.75 * months.straight_wape
    assert years.wape < 0.75 * min(years.straight_wape, years.rate_wape)
