"""`report`: what was made."""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from edge.cli.arguments import DONE, Commands, with_configuration, with_language
from edge.cli.values import FIRST_YEAR, LAST_YEAR
from edge.clock import SystemClock
from edge.errors import ConfigurationError

if TYPE_CHECKING:
    from edge.cli.screen import Screen
    from edge.reports.report import Kind, Part, Span

_SPANS = ("day", "week", "month", "season", "year", "range")
_FORMS = ("pdf", "xlsx", "html", "csv", "text")
_BINARY = ("pdf", "xlsx")
_ABOUT = ("machine", "product", "shift", "team")
_PATTERNS = {
    "year": re.compile(r"(\d{4})"),
    "season": re.compile(r"(\d{4})-[Qq]([1-4])"),
    "month": re.compile(r"(\d{4})-(\d{2})"),
    "week": re.compile(r"(\d{4})-[Ww](\d{2})"),
    "day": re.compile(r"(\d{4})-(\d{2})-(\d{2})"),
}
_LIKE = {
    "day": "2026-09-15",
    "week": "2026-W38 or a day of it",
    "month": "2026-09",
    "season": "2026-Q3 or a day of it",
    "year": "2026",
}


def add_to(commands: Commands) -> None:
    """Add these commands."""
    report = commands.add_parser(
        "report",
        help="write an output report",
        description="Write what was made, what it is worth, who worked, what stopped the line, and how the year will end."
        " A season is a quarter of the year.",
    )
    report.add_argument("span", choices=_SPANS, help="what it covers")
    with_configuration(report)
    report.add_argument(
        "--date",
        metavar="DATE",
        help="2026-09-15, 2026-W38, 2026-09, 2026-Q3 or 2026 (default: the one that is on)",
    )
    report.add_argument("--from", dest="first", metavar="DAY", help="first production day of a range")
    report.add_argument("--to", dest="last", metavar="DAY", help="and the last one (default: the first)")
    for part in _ABOUT:
        report.add_argument(f"--{part}", metavar="KEY", help=f"of this {part} alone")
    report.add_argument("--format", choices=_FORMS, help="default: as FILE ends, else text")
    with_language(report)
    report.add_argument("--unit", choices=["jin", "wan_jin", "kg", "t"], default="jin", help="of mass (jin)")
    report.add_argument("--money", choices=["yuan", "wan_yuan"], default="yuan", help="unit of money (yuan)")
    report.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: standard output")
    report.set_defaults(run=_report)


def _report(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.inquiry import REPORT_STEPS, report
    from edge.reports.style import Style

    form = _form(arguments)
    span, about = _span(arguments), _about(arguments)
    settings = load(arguments.config)
    style = Style(arguments.lang, arguments.unit, arguments.money)
    with _screen(arguments, REPORT_STEPS) as screen:
        done = screen.step if screen else lambda: None
        content = asyncio.run(report(settings, span, about, form, style, SystemClock(), done))
    if arguments.output is None:
        sys.stdout.buffer.write(content)
        return DONE
    try:
        arguments.output.write_bytes(content)
    except OSError as error:
        raise ConfigurationError(f"--output: cannot write {arguments.output}: {error.strerror}") from error
    return DONE


def _screen(arguments: argparse.Namespace, steps: int) -> Screen | nullcontext[None]:
    """Return a progress bar for a report that takes a while, where somebody sees it."""
    if arguments.span in ("day", "week", "month") or not sys.stderr.isatty():
        return nullcontext()
    from edge.cli.screen import Screen

    return Screen(f"report {arguments.span}", steps)


def _form(arguments: argparse.Namespace) -> str:
    """Return the form that is wanted: what was said, or what the file's name says."""
    named = arguments.output.suffix.removeprefix(".").lower() if arguments.output else ""
    form: str = arguments.format or (named if named in _FORMS else "text")
    if form in _BINARY and arguments.output is None and sys.stdout.isatty():
        raise ConfigurationError(
            f"--format: a terminal shows no {form}; write it to a file: -o report.{form}"
        )
    return form


def _about(arguments: argparse.Namespace) -> tuple[Part, str] | None:
    from edge.reports.report import Part

    asked = [(part, getattr(arguments, part)) for part in _ABOUT if getattr(arguments, part) is not None]
    if len(asked) > 1:
        raise ConfigurationError(f"report: about one of {', '.join(f'--{part}' for part, _ in asked)}")
    return (Part(asked[0][0]), asked[0][1]) if asked else None


def _span(arguments: argparse.Namespace) -> Span | Kind:
    """Return the production days that are asked for; the kind of span alone when it is the one that is on."""
    from edge.reports.report import Kind
    from edge.reports.scope import range_of, span_of

    kind = Kind(arguments.span)
    if kind is not Kind.RANGE:
        if arguments.first is not None or arguments.last is not None:
            raise ConfigurationError("--from, --to: are of a range: chili-edge report range --from … --to …")
        return kind if arguments.date is None else span_of(kind, _day(kind, arguments.date))
    first = arguments.first or arguments.date
    if first is None:
        raise ConfigurationError("--from: a range has a first day")
    return range_of(_day(Kind.DAY, first, "--from"), _day(Kind.DAY, arguments.last or first, "--to"))


def _day(kind: Kind, text: str, option: str = "--date") -> date:
    """Return a day of the span that a text names: as its own, or as one that is shorter."""
    for shape, pattern in _PATTERNS.items():
        found = pattern.fullmatch(text) if text.isascii() else None
        if found is not None and (shape == kind or _is_shorter(shape, kind)):
            try:
                return _within_years(_first_day(shape, [int(part) for part in found.groups()]))
            except ValueError:
                break
    raise ConfigurationError(f"{option}: {text} is not a {kind} like {_LIKE[kind]}")


def _is_shorter(shape: str, kind: Kind) -> bool:
    """Return whether a text names something that lies within one span of a kind."""
    order = ("day", "month", "season", "year")
    if kind == "week" or shape == "week":
        return shape == "day"
    return order.index(shape) < order.index(kind)


def _first_day(shape: str, parts: list[int]) -> date:
    match shape, parts:
        case "season", [year, quarter]:
            return date(year, 3 * quarter - 2, 1)
        case "week", [year, week]:
            return date.fromisocalendar(year, week, 1)
    return date(*parts, *[1] * (3 - len(parts)))


def _within_years(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("far from any plant's days")
    return day
