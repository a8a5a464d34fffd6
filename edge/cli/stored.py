"""`history`, `outbox` and `dead-letters`: what is stored, what waits to be, and what no historian would have."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from edge.cli import values
from edge.cli.arguments import DONE, FAILED, Commands, Parser, with_configuration
from edge.clock import SystemClock


def add_to(commands: Commands) -> None:
    """Add these commands."""
    _add_history(commands)
    _add_outbox(commands)
    _add_dead_letters(commands)


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
    export = actions.add_parser(
        "export", help="write a measurement to CSV, or Parquet where DuckDB is installed"
    )
    with_configuration(export)
    export.add_argument("measurement", help="as in count, tag, state")
    export.add_argument(
        "--from", dest="first", type=values.day, required=True, metavar="DAY", help="first production day"
    )
    export.add_argument(
        "--to", dest="last", type=values.day, required=True, metavar="DAY", help="last production day"
    )
    export.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="ends in .csv or .parquet"
    )
    export.set_defaults(run=_history_export)


def _add_outbox(commands: Commands) -> None:
    outbox = commands.add_parser("outbox", help="what waits on the node to be stored")
    outbox.add_argument("action", choices=["status"])
    with_configuration(outbox)
    outbox.set_defaults(run=_outbox)


def _add_dead_letters(commands: Commands) -> None:
    letters = commands.add_parser("dead-letters", help="what no historian would have, and why")
    actions = letters.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=Parser)
    for action, text in (
        ("list", "one line a letter, the oldest first"),
        ("show", "write a letter's original bytes to standard output"),
        ("replay", "let the host store letters again, now that the cause is gone"),
    ):
        parser = actions.add_parser(action, help=text)
        if action != "list":
            parser.add_argument(
                "ids",
                type=values.letter,
                nargs=1 if action == "show" else "*",
                metavar="ID",
                help="all when none is given",
            )
        with_configuration(parser)
        parser.set_defaults(run=_dead_letters)


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


def _history_export(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.inquiry import export_history

    settings = load(arguments.config)
    points = asyncio.run(
        export_history(settings, arguments.measurement, arguments.first, arguments.last, arguments.output)
    )
    print(f"{points} points in {arguments.output}")
    return DONE


def _outbox(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.outbox.sqlite import FILE
    from edge.outbox.status import status_lines

    settings = load(arguments.config)
    for line in status_lines(settings.data_dir / FILE, settings.outbox):
        print(line)
    return DONE


def _dead_letters(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.inquiry import list_letters, replay_letters, show_letter

    settings = load(arguments.config)
    if arguments.action == "show":
        sys.stdout.buffer.write(show_letter(settings, arguments.ids[0]))
        return DONE
    if arguments.action == "list":
        lines, kept = list_letters(settings), False
    else:
        lines, kept = asyncio.run(replay_letters(settings, arguments.ids or None))
    for line in lines:
        print(line)
    return FAILED if kept else DONE
