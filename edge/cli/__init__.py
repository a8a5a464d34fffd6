"""The commands of `chili-edge`. Each loads only what it needs, so that the node stays small.

Exit codes: 0 done, 1 failed while running, 2 bad configuration or usage (said on stderr, never as a traceback).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from edge import __version__
from edge.cli import console, devices, figures, line, people, production, reports, stored, target
from edge.cli.arguments import FAILED, USAGE, Parser
from edge.errors import ConfigurationError, EdgeError


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return the exit code."""
    try:
        arguments = _parser().parse_args(argv)
        return int(arguments.run(arguments))
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); Python would complain once more while it shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return FAILED
    except (EdgeError, ExceptionGroup) as error:
        return _say(_ours(error))


def _ours(error: Exception) -> EdgeError:
    """Return what we raised on purpose, also from within task groups; anything else is a fault in the program."""
    if isinstance(error, ExceptionGroup):
        known, unknown = error.split(EdgeError)
        if known is None or unknown is not None:
            raise error
        return _ours(known.exceptions[0])
    if not isinstance(error, EdgeError):
        raise error
    return error


def _say(error: EdgeError) -> int:
    if isinstance(error, ConfigurationError):
        print(error, file=sys.stderr)
        return USAGE
    print(f"chili-edge: {error}", file=sys.stderr)
    return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="chili-edge", description="Edge controller for a sour-chili line: every jin is counted once."
    )
    parser.add_argument("--version", action="version", version=f"chili-edge {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    for room in (line, devices, figures, reports, production, stored, target, people, console):
        room.add_to(commands)
    return parser
