"""`report`: what was made."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from edge.cli import values
from edge.cli.arguments import DONE, Commands, with_configuration, with_language
from edge.clock import SystemClock
from edge.errors import ConfigurationError


def add_to(commands: Commands) -> None:
    """Add these commands."""
    _add_report(commands)


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


def _report(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load
    from edge.inquiry import report

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
