"""`people`: the roster, who is there, what is to be settled, the month, and what the law asks of who keeps people's data."""

from __future__ import annotations

import argparse
import asyncio
from datetime import timedelta
from pathlib import Path

from edge.cli import values
from edge.cli.arguments import DONE, Commands, Parser, with_configuration
from edge.clock import SystemClock
from edge.errors import ConfigurationError

MOST_DAYS = 366
_WORKER = ("worker", "WORKER", "id, or PIN")
_DATE = ("date", "DATE", "day on which the shift begins")


def add_to(commands: Commands) -> None:
    """Add these commands."""
    people = commands.add_parser(
        "people",
        help="who is on shift, hours and payroll, corrections, export and erasure",
        description="People's data stay in the records file of the node, sealed. Every command that shows any is"
        " written to its access log.",
    )
    actions = people.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=Parser)
    _add_looks(actions)
    _add_decisions(actions)
    _add_custody(actions)


def _add_looks(actions: Commands) -> None:
    roster = _action(actions, "import", "make a roster the one that holds: XLSX, XLS, ODS or CSV")
    roster.add_argument("file", type=Path, metavar="FILE")
    roster.add_argument("--since", type=values.day, help="the day from which it holds (today)")
    roster.add_argument("--sheet", help="of a workbook (the first)")
    day = _action(
        actions, "today", "planned, present, who is missing, what is to be settled, what the law limits"
    )
    day.add_argument("--date", type=values.day, help="another day")
    month = _action(actions, "month", "hours by class of pay, and the payroll sheet")
    month.add_argument("month", type=values.month, nargs="?", metavar="YYYY-MM", help="(this month)")
    month.add_argument("-o", "--output", type=Path, metavar="FILE", help="an XLSX file for signature")
    made = _action(
        actions, "production", "jin per worker-hour, labour in a jin, and how many the target needs"
    )
    made.add_argument("--from", dest="first", type=values.day, help="production day (a week before --until)")
    made.add_argument("--until", type=values.day, help="production day (yesterday's)")
    made.set_defaults(run=_production)
    asked = _action(actions, "questions", "punches that are missing, or are nobody's")
    asked.add_argument("--from", dest="first", type=values.day, help="(a week before --until)")
    asked.add_argument("--until", type=values.day, help="(today)")
    _action(actions, "terminals", "terminals that spoke: refused ones, and clocks that are off")
    load = _action(actions, "load", "take a terminal's USB log (attlog.dat), or a CSV of punches")
    load.add_argument("file", type=Path, metavar="FILE")
    load.add_argument("--terminal", metavar="SERIAL", help="(from the name of the file)")


def _add_decisions(actions: Commands) -> None:
    _decision(actions, "punch", "write down a punch that no terminal knows", _WORKER).add_argument(
        "time", type=values.moment, metavar="TIME", help="as in '2026-08-03 07:55'"
    )
    _decision(actions, "void", "let a punch not count", _WORKER).add_argument(
        "time", type=values.moment, metavar="TIME", help="as in '2026-08-03 07:55'"
    )
    shift = _decision(actions, "shift", "another shift on a day", _WORKER, _DATE)
    shift.add_argument("shift", metavar="SHIFT", help="its key, several with commas, or - for a day off")
    other = ("other", "OTHER", "the other worker")
    _decision(actions, "swap", "two workers exchange their shifts of a day", _WORKER, other, _DATE)
    leave = _decision(actions, "leave", "leave, for a day or more", _WORKER)
    leave.add_argument("first", type=values.day, metavar="FIRST")
    leave.add_argument("last", type=values.day, nargs="?", metavar="LAST")
    leave.add_argument("--kind", choices=["annual", "sick", "personal", "lieu", "other"], default="personal")
    confirm = _decision(actions, "confirm", "what was assumed for a missing punch is right", _WORKER, _DATE)
    confirm.add_argument("shift", metavar="SHIFT")
    approve = _decision(actions, "approve", "approve overtime of a day", _WORKER, _DATE)
    approve.add_argument("minutes", type=values.minutes, metavar="MINUTES")
    pin = _decision(
        actions, "pin", "a PIN of nobody is a worker's", ("pin", "PIN", "at the terminal"), _WORKER
    )
    pin.add_argument("--since", type=values.day, help="(always)")
    _decision(actions, "undo", "an earlier decision does not hold").add_argument(
        "number", type=int, metavar="NUMBER"
    )


def _add_custody(actions: Commands) -> None:
    _with(_action(actions, "history", "every decision about a worker"), _WORKER)
    export = _with(_action(actions, "export", "all that is kept of a worker, as JSON"), _WORKER)
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="(standard output)")
    erase = _with(_action(actions, "erase", "delete all that is kept of a worker"), _WORKER)
    erase.add_argument("--why", required=True, help="is kept in the access log")
    erase.add_argument("--now", action="store_true", help="also what the wage ledger still needs")
    _action(actions, "accesses", "who looked at what, and when")


def _action(actions: Commands, name: str, text: str) -> Parser:
    parser = actions.add_parser(name, help=text)
    with_configuration(parser)
    parser.add_argument("--by", metavar="NAME", help="who does it (the user of this session)")
    parser.set_defaults(run=_people)
    return parser


def _decision(actions: Commands, name: str, text: str, *arguments: tuple[str, str, str]) -> Parser:
    parser = _with(_action(actions, name, text), *arguments)
    parser.add_argument("--why", required=True, help="is kept with it")
    return parser


def _with(parser: Parser, *arguments: tuple[str, str, str]) -> Parser:
    for name, metavar, text in arguments:
        kind = values.day if name == "date" else str
        parser.add_argument(name, metavar=metavar, type=kind, help=text)
    return parser


def _production(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.inquiry import labour_text

    settings = load(arguments.config)
    last = arguments.until or settings.plant.calendar.production_day(SystemClock().now()) - timedelta(days=1)
    first = arguments.first or last - timedelta(days=6)
    if not 0 <= (last - first).days < MOST_DAYS:
        raise ConfigurationError(f"--from: {first} is after {last}, or more than {MOST_DAYS} days before it")
    for line in asyncio.run(labour_text(settings, first, last)):
        print(line)
    return DONE


def _people(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.people.commands import run

    for line in run(arguments, load(arguments.config), SystemClock()):
        print(line)
    return DONE
