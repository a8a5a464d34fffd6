"""The year's forecast over 200 simulated years: how often P10–P90 covers what came, and its error beside straight lines.

Run as `python -m benchmarks.forecast`; takes about a minute. The years are `simulators/year/output.py`'s, which shares no
code with what forecasts them; the same back-test is `chili-edge target backtest`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from edge.model.calendar import Calendar
from edge.model.plant import Plant, Target
from edge.model.work_days import MONDAY_TO_SATURDAY, WorkDays
from edge.target.backtest import Score, Trial, month_ends, score, year_ends
from edge.target.made import Made
from edge.work_days.published import published
from edge.work_days.rules import by_rule
from simulators.year.output import World, yearly_output
from simulators.year.plan import MONTHLY_SHARE, TARGET_G

YEARS = 200
YEAR = 2026
WORLDS = {
    "usual": World(),
    "steady: no level but the plan's": World(year_sd=0.0, month_sd=0.0),
    "rough: twice the breakdowns, twice as long": World(breakdowns=4.0, mean_days=5.0),
}
"""The first is what the promise is about; the others tell what it is worth elsewhere."""
TARGET = Target(YEAR, TARGET_G, 60_000_000, tuple(Decimal(str(share)) for share in MONTHLY_SHARE))
PLANT = Plant(
    "tianjiao",
    "aikou",
    "suanjiao-1",
    Calendar(
        ZoneInfo("Asia/Shanghai"),
        work_days=WorkDays(MONDAY_TO_SATURDAY, published=published, rules=by_rule),
    ),
    target=TARGET,
)

Ask = Callable[[Plant, Target, Made, date], list[Trial]]
ASKED: dict[str, Ask] = {"month's end": month_ends, "year's end": year_ends}


def main() -> None:
    """Score every world and print one table."""
    table = Table(
        "world",
        "forecast of",
        "trials",
        "P10–P90 covers",
        "WAPE",
        "straight line",
        "lower by",
        "by days",
        "lower by",
    )
    for world, of_world in WORLDS.items():
        years = [Made(yearly_output(seed, YEAR, of_world)) for seed in range(YEARS)]
        for what, ask in ASKED.items():
            found = score(
                [trial for made in years for trial in ask(PLANT, TARGET, made, date(YEAR + 1, 1, 1))]
            )
            assert found is not None
            table.add_row(world, what, *_cells(found))
    print(f"forecast: {YEARS} simulated years each, seeds 0 to {YEARS - 1}")
    Console(width=130).print(table)


def _cells(found: Score) -> list[str]:
    cells = [str(found.trials), f"{found.coverage:.1%}", f"{found.wape:.2%}"]
    for other in (found.straight_wape, found.rate_wape):
        cells += [f"{other:.2%}", f"{1 - found.wape / other:.0%}"]
    return cells


if __name__ == "__main__":
    main()
