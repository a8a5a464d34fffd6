"""Years without a plant behind them: random, repeatable, and about as even as the plant's own."""

from __future__ import annotations

from datetime import date
from statistics import mean, stdev

import pytest

from simulators.year.output import USUAL, World, yearly_output
from simulators.year.plan import planned_g

QUIET = World(year_sd=0.0, month_sd=0.0, breakdowns=0.0)


def ratios(seed: int, world: World = USUAL) -> list[float]:
    """Return made ÷ planned of each production day."""
    return [made / planned_g(day) for day, made in yearly_output(seed, 2026, world).items()]


def test_a_seed_always_gives_the_same_year() -> None:
    """Another seed gives another one."""
    assert yearly_output(1, 2026) == yearly_output(1, 2026) != yearly_output(2, 2026)


def test_only_production_days_bring_something() -> None:
    """The 289 of 2026; nothing on the first of October."""
    made = yearly_output(1, 2026)

    assert len(made) == 289
    assert date(2026, 10, 1) not in made
    assert min(made.values()) >= 0


def test_days_scatter_as_the_plants_own_do() -> None:
    """The minute-by-minute plant of seed 1 makes 99 % of its plan with 8 % of scatter where nothing breaks for days."""
    found = ratios(1, QUIET)

    assert mean(found) == pytest.approx(0.98, abs=0.02)
    assert stdev(found) == pytest.approx(0.09, abs=0.02)


def test_breakdowns_take_output_away() -> None:
    """Many and long ones, more than few."""
    assert mean(ratios(3, World(breakdowns=8.0, mean_days=5.0))) < mean(ratios(3, QUIET)) - 0.1
