"""`demo`, `init`, `check` and `run`: a line is tried, set up and run."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from edge.cli import values
from edge.cli.arguments import DONE, Commands, with_configuration
from edge.clock import SystemClock
from edge.instrumentation import configure_logging

ALL_YEAR = 0
"""Days of history: all since the first of January."""


def add_to(commands: Commands) -> None:
    """Add these commands."""
    _add_demo(commands)
    _add_init(commands)
    _add_check(commands)
    _add_run(commands)


def _add_demo(commands: Commands) -> None:
    demo = commands.add_parser("demo", help="run the whole simulated factory on this machine")
    demo.add_argument(
        "--for", dest="seconds", type=values.duration, help="end by itself, e.g. after 60s (default: Ctrl-C)"
    )
    demo.add_argument(
        "--speed", type=values.factor, default=10.0, help="how much faster than real the plant runs (10)"
    )
    demo.add_argument(
        "--history",
        type=values.history_days,
        nargs="?",
        const=ALL_YEAR,
        metavar="DAYS",
        help="begin with so many simulated days until yesterday; all of this year when no number is given",
    )
    demo.add_argument("--seed", type=int, default=1, help="of the simulated plant (1)")
    demo.add_argument(
        "--port", type=values.port, default=8080, help="of the console; 0 takes any free one (8080)"
    )
    demo.add_argument("--dir", type=Path, help="where its files go (default: a new folder under var/demo)")
    demo.add_argument(
        "--influxdb", metavar="URL", help="store into this InfluxDB 1.x rather than the embedded historian"
    )
    demo.add_argument(
        "--chaos", type=values.duration, metavar="EVERY", help="kill -9 node or host about this often"
    )
    demo.add_argument(
        "--broker", choices=["auto", "mosquitto", "embedded"], default="auto", help=argparse.SUPPRESS
    )
    demo.set_defaults(run=_demo)


def _add_init(commands: Commands) -> None:
    init = commands.add_parser("init", help="write a commented edge.yaml and the maps it names")
    init.add_argument("dir", type=Path, metavar="DIR")
    init.set_defaults(run=_init)


def _add_check(commands: Commands) -> None:
    check = commands.add_parser(
        "check", help="name every fault of the configuration, or show what would be read"
    )
    with_configuration(check)
    check.set_defaults(run=_check)


def _add_run(commands: Commands) -> None:
    run = commands.add_parser("run", help="run node and host, or one of them")
    with_configuration(run)
    run.add_argument(
        "--only",
        choices=["node", "host", "ingest"],
        help="run just this one, in this process; ingest is a host without pages",
    )
    run.add_argument("--until-eof", action="store_true", help=argparse.SUPPRESS)
    run.add_argument("--log", choices=["text", "json"], default="text", help="form of the log on stderr")
    run.set_defaults(run=_run)


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
