"""`report`, `history` and `outbox`: what was counted, and what waits."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from edge.cli import values
from edge.cli.arguments import DONE, Commands, Parser, with_configuration, with_language
from edge.clock import SystemClock
from edge.errors import ConfigurationError


def add_to(commands: Commands) -> None:
    """Add these commands."""
    _add_report(commands)
    _add_history(commands)
    _add_outbox(commands)


def _add_report(commands: Commands) -> None:
    report = commands.add_parser("report", help="write an output report")
    report.add_argument("span", choices=["day"], help="what it covers")
    with_configuration(report)
    report.add_argument(
        "--date", type=values.day, help="production day, e.g. 2026-09-15 (default: the current one)"
    )
    report.add_argument("--format", choices=["html", "csv", "text"], default="text")
    with_language(report)
    report.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: standard output")
    report.set_defaults(run=_report)


def _add_history(commands: Commands) -> None:
    history = commands.add_parser("history", help="readings of the past")
    actions = history.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=Parser)
    past = actions.add_parser(
        "import",
        help="replay a folder of raw readings into the historian",
        description="Replay a folder of raw readings in virtual time through the node's own processing, exactly as a"
        " node would have seen them, into the historian. Node and host must not run meanwhile. An import that was"
        " ended goes on after the last day that is stored; the node goes on counting from its end. The format of"
        " DIR: docs/history.md",
    )
    past.add_argument("dir", type=Path, metavar="DIR", help="folder with readings.json")
    with_configuration(past)
    past.add_argument(
        "--trend-days",
        type=values.days,
        default=14,
        metavar="N",
        help="store raw tags of the last N days only, or all (14)",
    )
    past.add_argument(
        "--skip-unknown",
        action="store_true",
        help="leave out devices, columns and terminals that edge.yaml does not have",
    )
    past.set_defaults(run=_history_import)


def _add_outbox(commands: Commands) -> None:
    outbox = commands.add_parser("outbox", help="what waits on the node to be stored")
    outbox.add_argument("action", choices=["status"])
    with_configuration(outbox)
    outbox.set_defaults(run=_outbox)


def _report(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.host import report

    content = asyncio.run(
        report(load(arguments.config), arguments.date, arguments.format, arguments.lang, SystemClock())
    )
    if arguments.output is None:
        sys.stdout.buffer.write(content)
        return DONE
    try:
        arguments.output.write_bytes(content)
    except OSError as error:
        raise ConfigurationError(f"--output: cannot write {arguments.output}: {error.strerror}") from error
    return DONE


def _history_import(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.history.command import Options, import_history, summary
    from edge.history.screen import Screen

    clock, options = SystemClock(), Options(arguments.trend_days, arguments.skip_unknown)
    settings, begun = load(arguments.config), clock.monotonic()
    with Screen() as screen:
        done = asyncio.run(import_history(arguments.dir, settings, options, clock, screen))
    for line in summary(done, clock.monotonic() - begun):
        print(line)
    return DONE


def _outbox(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.outbox.sqlite import FILE, read_tallies

    tallies = read_tallies(load(arguments.config).data_dir / FILE)
    if not tallies:
        print("no outbox yet: the node has not run with this configuration")
    for stream, tally in tallies.items():
        print(
            f"{stream}: {tally.waiting} points wait ({tally.bytes} bytes); of {tally.acquired} acquired,"
            f" {tally.acknowledged} are stored and {tally.dropped} were dropped"
        )
    return DONE
