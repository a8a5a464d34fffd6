"""`target` and `calendar`: how the year stands, how far forecasts were off, and on which days the plant works."""

from __future__ import annotations

import argparse
import asyncio

from edge.cli import values
from edge.cli.arguments import DONE, Commands, Parser, with_configuration, with_language
from edge.clock import SystemClock


def add_to(commands: Commands) -> None:
    """Add these commands."""
    target = commands.add_parser("target", help="the year against its plan")
    actions = target.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=Parser)
    show = actions.add_parser(
        "show",
        help="how the year stands, and how it will end",
        description="Completion, schedule index, what each day to come must bring, and the year's end as P10, P50, P90 with the"
        " probability of the target, in mass and in value; from sums in the historian.",
    )
    with_configuration(show)
    show.add_argument(
        "--date",
        type=values.day,
        help="as of the start of this production day (default: the one that is on)",
    )
    with_language(show)
    show.set_defaults(run=_show)
    backtest = actions.add_parser(
        "backtest",
        help="how far past forecasts were off",
        description="Make the forecasts of the year's past again from what is known today, and compare them with what came:"
        " WAPE (beside a straight line's) and how often P10–P90 covered it; 80 % is right.",
    )
    with_configuration(backtest)
    with_language(backtest)
    backtest.set_defaults(run=_backtest)
    calendar = commands.add_parser("calendar", help="working days, holidays and make-up workdays of a year")
    with_configuration(calendar)
    calendar.add_argument("--year", type=values.year, help="default: this one")
    with_language(calendar)
    calendar.set_defaults(run=_calendar)


def _show(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.host import year_text

    return _print(
        asyncio.run(year_text(load(arguments.config), arguments.date, arguments.lang, SystemClock()))
    )


def _backtest(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.host import backtest_text

    return _print(asyncio.run(backtest_text(load(arguments.config), arguments.lang, SystemClock())))


def _calendar(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.target.text import calendar_lines

    calendar = load(arguments.config).plant.calendar
    year = arguments.year or calendar.production_day(SystemClock().now()).year
    return _print(list(calendar_lines(calendar.work_days, year, arguments.lang)))


def _print(lines: list[str]) -> int:
    for line in lines:
        print(line)
    return DONE
