"""The commands of `chili-edge`. Each loads only what it needs, so that the node stays small.

Exit codes: 0 done, 1 failed while running, 2 bad configuration or usage (said on stderr, never as a traceback).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn

from edge import __version__
from edge.clock import SystemClock
from edge.errors import ConfigurationError, EdgeError
from edge.instrumentation import configure_logging

DONE, FAILED, USAGE = 0, 1, 2
MAX_SPEED = 100
MAX_PORT = 65_535
ALL_YEAR = 0
"""Days of history: all since the first of January."""


class _Parser(argparse.ArgumentParser):
    """Says one precise line where argparse would print the whole usage."""

    def error(self, message: str) -> NoReturn:
        raise ConfigurationError(f"{self.prog}: {message} (see {self.prog} --help)")


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
    parser = _Parser(
        prog="chili-edge", description="Edge controller for a sour-chili line: every jin is counted once."
    )
    parser.add_argument("--version", action="version", version=f"chili-edge {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    demo = commands.add_parser("demo", help="run the whole simulated factory on this machine")
    demo.add_argument(
        "--for", dest="seconds", type=_duration, help="end by itself, e.g. after 60s (default: Ctrl-C)"
    )
    demo.add_argument(
        "--speed", type=_factor, default=10.0, help="how much faster than real the plant runs (10)"
    )
    demo.add_argument(
        "--history",
        type=_history_days,
        nargs="?",
        const=ALL_YEAR,
        metavar="DAYS",
        help="begin with so many simulated days until yesterday; all of this year when no number is given",
    )
    demo.add_argument("--seed", type=int, default=1, help="of the simulated plant (1)")
    demo.add_argument("--port", type=_port, default=8080, help="of the console; 0 takes any free one (8080)")
    demo.add_argument("--dir", type=Path, help="where its files go (default: a new folder under var/demo)")
    demo.add_argument(
        "--influxdb", metavar="URL", help="store into this InfluxDB 1.x rather than the embedded historian"
    )
    demo.add_argument(
        "--chaos", type=_duration, metavar="EVERY", help="kill -9 node or host about this often"
    )
    demo.add_argument(
        "--broker", choices=["auto", "mosquitto", "embedded"], default="auto", help=argparse.SUPPRESS
    )
    demo.set_defaults(run=_demo)

    init = commands.add_parser("init", help="write a commented edge.yaml and the maps it names")
    init.add_argument("dir", type=Path, metavar="DIR")
    init.set_defaults(run=_init)

    check = commands.add_parser(
        "check", help="name every fault of the configuration, or show what would be read"
    )
    _with_configuration(check)
    check.set_defaults(run=_check)

    run = commands.add_parser("run", help="run node and host, or one of them")
    _with_configuration(run)
    run.add_argument(
        "--only",
        choices=["node", "host", "ingest"],
        help="run just this one, in this process; ingest is a host without pages",
    )
    run.add_argument("--until-eof", action="store_true", help=argparse.SUPPRESS)
    run.add_argument("--log", choices=["text", "json"], default="text", help="form of the log on stderr")
    run.set_defaults(run=_run)

    report = commands.add_parser("report", help="write an output report")
    report.add_argument("span", choices=["day"], help="what it covers")
    _with_configuration(report)
    report.add_argument(
        "--date", type=_date, help="production day, e.g. 2026-09-15 (default: the current one)"
    )
    report.add_argument("--format", choices=["html", "csv", "text"], default="text")
    report.add_argument("--lang", choices=["zh", "en"], default=_language())
    report.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: standard output")
    report.set_defaults(run=_report)

    history = commands.add_parser("history", help="readings of the past")
    actions = history.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)
    past = actions.add_parser(
        "import",
        help="replay a folder of raw readings into the historian",
        description="Replay a folder of raw readings in virtual time through the node's own processing, exactly as a"
        " node would have seen them, into the historian. Node and host must not run meanwhile. An import that was"
        " ended goes on after the last day that is stored; the node goes on counting from its end. The format of"
        " DIR: docs/history.md",
    )
    past.add_argument("dir", type=Path, metavar="DIR", help="folder with readings.json")
    _with_configuration(past)
    past.add_argument(
        "--trend-days",
        type=_days,
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
    _add_export(actions)

    outbox = commands.add_parser("outbox", help="what waits on the node to be stored")
    outbox.add_argument("action", choices=["status"])
    _with_configuration(outbox)
    outbox.set_defaults(run=_outbox)
    _add_dead_letters(commands)
    return parser


def _add_export(actions: argparse._SubParsersAction[_Parser]) -> None:
    parser = actions.add_parser(
        "export", help="write a measurement to CSV, or Parquet where DuckDB is installed"
    )
    _with_configuration(parser)
    parser.add_argument("measurement", help="as in count, tag, state")
    parser.add_argument(
        "--from", dest="first", type=_date, required=True, metavar="DAY", help="first production day"
    )
    parser.add_argument(
        "--to", dest="last", type=_date, required=True, metavar="DAY", help="last production day"
    )
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="ends in .csv or .parquet"
    )
    parser.set_defaults(run=_history_export)


def _add_dead_letters(commands: argparse._SubParsersAction[_Parser]) -> None:
    letters = commands.add_parser("dead-letters", help="what no historian would have, and why")
    actions = letters.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)
    for action, text in (
        ("list", "one line a letter, the oldest first"),
        ("show", "write a letter's original bytes to standard output"),
        ("replay", "let the host store letters again, now that the cause is gone"),
    ):
        parser = actions.add_parser(action, help=text)
        if action != "list":
            parser.add_argument(
                "ids",
                type=_count,
                nargs=1 if action == "show" else "*",
                metavar="ID",
                help="all when none is given",
            )
        _with_configuration(parser)
        parser.set_defaults(run=_dead_letters)


def _with_configuration(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-c", "--config", type=Path, required=True, metavar="FILE", help="edge.yaml")


def _init(arguments: argparse.Namespace) -> int:
    from edge.config.commands import init

    for file in init(arguments.dir):
        print(file)
    return DONE


def _check(arguments: argparse.Namespace) -> int:
    from edge.config.commands import check

    print(check(arguments.config))
    return DONE


def _run(arguments: argparse.Namespace) -> int:
    from edge.config.settings import load

    configure_logging(form=arguments.log)
    settings = load(arguments.config)
    if arguments.only is None:
        from edge.supervisor import supervise

        return asyncio.run(supervise(arguments.config, arguments.log))
    stdin = sys.stdin if arguments.until_eof else None
    if arguments.only == "node":
        from edge.node import run_node

        asyncio.run(run_node(settings, SystemClock(), stdin))
    else:
        from edge.host import run_host

        asyncio.run(run_host(settings, SystemClock(), stdin, console=arguments.only == "host"))
    return DONE


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
    from edge.host import list_letters, replay_letters, show_letter

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
    from edge.host import export_history

    points = asyncio.run(
        export_history(
            load(arguments.config), arguments.measurement, arguments.first, arguments.last, arguments.output
        )
    )
    print(f"{points} points in {arguments.output}")
    return DONE


def _demo(arguments: argparse.Namespace) -> int:
    from edge.demo.command import demo
    from edge.demo.factory import Options

    options = Options(
        seconds=arguments.seconds,
        speed=arguments.speed,
        seed=arguments.seed,
        port=arguments.port,
        directory=arguments.dir,
        influxdb=arguments.influxdb,
        chaos=arguments.chaos,
        broker=arguments.broker,
        history=arguments.history,
    )
    return asyncio.run(demo(options, SystemClock()))


def _history_days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"a number of days from 1 on, not {text!r}")
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text} is not a letter's number")
    return int(text)


def _duration(text: str) -> float:
    units = {"s": 1, "m": 60, "h": 3600}
    number, unit = (text[:-1], units[text[-1]]) if text[-1:] in units else (text, 1)
    try:
        seconds = float(number) * unit
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a time like 60s, 5m or 1h")
    return seconds


def _days(text: str) -> int | None:
    if text == "all":
        return None
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a number of days, nor all")
    return int(text)


def _factor(text: str) -> float:
    try:
        factor = float(text)
    except ValueError:
        factor = 0.0
    if not 0 < factor <= MAX_SPEED:
        raise argparse.ArgumentTypeError(f"{text} is not a factor above 0 and up to {MAX_SPEED}")
    return factor


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > MAX_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port from 0 to {MAX_PORT}")
    return int(text)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day like 2026-09-15") from None


def _language() -> str:
    return "en" if os.environ.get("LANG", "").startswith("en") else "zh"
