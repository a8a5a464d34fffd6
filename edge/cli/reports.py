"""`reports`: what is issued by schedule: listing it, asking for it now, and the two commands with which the host does its work."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from edge.cli import values
from edge.cli.arguments import DONE, Commands, Parser, with_configuration
from edge.clock import SystemClock
from edge.errors import ConfigurationError

LISTED = 30


def add_to(commands: Commands) -> None:
    """Add these commands."""
    reports = commands.add_parser("reports", help="reports that are issued by schedule")
    actions = reports.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=Parser)
    listed = actions.add_parser("list", help="what was issued, which edition, and where it arrived")
    with_configuration(listed)
    listed.set_defaults(run=_list)
    issue = actions.add_parser(
        "issue", help="issue a report of the schedule now; one whose figures have changed as its next edition"
    )
    issue.add_argument("job", metavar="JOB", help="key in reports.schedule")
    issue.add_argument(
        "--date", type=values.day, help="a production day of the span (default: the newest one)"
    )
    with_configuration(issue)
    issue.set_defaults(run=_issue)
    again = actions.add_parser("again", help="try again now what did not arrive")
    again.add_argument("number", type=int, metavar="NUMBER", help="as `list` shows it")
    with_configuration(again)
    again.set_defaults(run=_again)
    _add_make(actions)
    _add_send(actions)


def _add_make(actions: Commands) -> None:
    make = actions.add_parser(
        "make", help="what the host runs to make a report; says what came of it as JSON"
    )
    make.add_argument("job", metavar="JOB")
    make.add_argument("first", type=values.day, metavar="FIRST")
    make.add_argument("last", type=values.day, metavar="LAST")
    make.add_argument("folder", type=Path, metavar="FOLDER")
    make.add_argument("--edition", type=int, help="the one before")
    make.add_argument("--digest", default="", help="of the one before")
    make.add_argument("--since", type=int, default=0, help="when that was made, ns UTC")
    with_configuration(make)
    make.set_defaults(run=_make)


def _add_send(actions: Commands) -> None:
    send = actions.add_parser(
        "send", help="what the host runs to send a report, which is told as JSON on stdin"
    )
    send.add_argument("destination", metavar="DESTINATION")
    with_configuration(send)
    send.set_defaults(run=_send)


def _list(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.issuing import listed

    for line in listed(load(arguments.config), LISTED):
        print(line)
    return DONE


def _issue(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.issuing import ask_for

    print(ask_for(load(arguments.config), arguments.job, arguments.date, SystemClock()))
    return DONE


def _again(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.issuing import try_again

    print(try_again(load(arguments.config), arguments.number, SystemClock()))
    return DONE


def _make(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.inquiry import Before, make_issue

    before = Before(arguments.edition, arguments.digest, arguments.since) if arguments.edition else None
    settings = load(arguments.config)
    said = asyncio.run(
        make_issue(
            settings, arguments.job, arguments.first, arguments.last, arguments.folder, before, SystemClock()
        )
    )
    print(json.dumps(said, ensure_ascii=False))
    return DONE


def _send(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.issuing import send

    try:
        told = json.load(sys.stdin)
    except ValueError as error:
        raise ConfigurationError("reports send: stdin has no report") from error
    send(load(arguments.config), arguments.destination, told)
    return DONE
