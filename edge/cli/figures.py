"""`report`: what was made, of any span, in any form."""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from datetime import date
from pathlib import Path

from edge.cli.arguments import DONE, Commands, with_configuration, with_language
from edge.clock import SystemClock
from edge.errors import ConfigurationError
from edge.reports.report import Kind, Part, Span
from edge.reports.scope import range_of, span_of

SPANS = ("day", "week", "month", "season", "year", "range")
FORMS = ("pdf", "xlsx", "html", "csv", "text")
SUBJECTS = ("machine", "product", "shift", "team")
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def add_to(commands: Commands) -> None:
    """Add these commands."""
    report = commands.add_parser(
        "report",
        help="write an output report",
        description="What was made, what it is worth, who worked, what stopped the line, and whether the year will reach its"
        " target: of a production day, a week, a month, a season (a quarter), a year, or any range of days.",
    )
    report.add_argument("span", choices=SPANS, help="what it covers")
    with_configuration(report)
    report.add_argument(
        "--date",
        type=_day,
        metavar="DATE",
        help="a production day in it, e.g. 2026-09-15, 2026-09 or 2026 (default: today)",
    )
    report.add_argument("--from", dest="first", type=_day, metavar="DAY", help="first day of a range")
    report.add_argument(
        "--to", dest="last", type=_day, metavar="DAY", help="last day of a range (default: today)"
    )
    about = report.add_mutually_exclusive_group()
    for subject in SUBJECTS:
        about.add_argument(f"--{subject}", metavar="KEY", help=f"of one {subject} alone")
    report.add_argument("--format", choices=FORMS, default="text")
    with_language(report)
    report.add_argument("--unit", choices=["jin", "wan_jin", "kg", "t"], default="jin", help="of mass (jin)")
    report.add_argument("--money", choices=["yuan", "wan_yuan"], default="yuan", help="元 or 万元 (yuan)")
    report.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: standard output")
    report.set_defaults(run=_report)


def _day(text: str) -> date:
    """Return a day; of a month or a year alone its first one."""
    match = _DATE.fullmatch(text)
    try:
        year, month, day = (int(part or 1) for part in match.groups()) if match else (0, 0, 0)
        return date(year, month, day)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"a day is like 2026-09-15, a month like 2026-09 (given: {text})"
        ) from None


def _report(arguments: argparse.Namespace) -> int:
    from edge.cli.report_screen import ReportScreen
    from edge.config.settings import load
    from edge.inquiry import ask_report
    from edge.reports.render import BINARY, render
    from edge.reports.style import Style

    if arguments.format in BINARY and arguments.output is None and sys.stdout.isatty():
        raise ConfigurationError(
            f"--format: {arguments.format} is nothing for a terminal: write it to a file with -o"
        )
    settings, clock = load(arguments.config), SystemClock()
    today = settings.plant.calendar.production_day(clock.now())
    span = _span(arguments, today)
    subject = next(
        ((Part(name), key) for name in SUBJECTS if (key := getattr(arguments, name)) is not None), None
    )
    style = Style(arguments.lang, arguments.unit, arguments.money)
    with ReportScreen(arguments.lang) as screen:
        report = asyncio.run(ask_report(settings, span, clock, subject))
        screen.step(1)
        content = render(report, arguments.format, style)
        screen.step(2)
    if arguments.output is None:
        sys.stdout.buffer.write(content)
        return DONE
    try:
        arguments.output.write_bytes(content)
    except OSError as error:
        raise ConfigurationError(f"--output: cannot write {arguments.output}: {error.strerror}") from error
    return DONE


def _span(arguments: argparse.Namespace, today: date) -> Span:
    kind = Kind(arguments.span)
    if kind is not Kind.RANGE:
        if arguments.first is not None or arguments.last is not None:
            raise ConfigurationError(f"--from, --to: are of a range; a {kind} has --date")
        return span_of(kind, arguments.date or today)
    if arguments.date is not None or arguments.first is None:
        raise ConfigurationError("--from: a range has its first day there, and its last in --to")
    return range_of(arguments.first, arguments.last or today)
