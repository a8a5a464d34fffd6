"""The command line: `plant`, `roster` and `broker`."""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import math
import sys
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import NoReturn

from simulators.commands import process_commands
from simulators.model.roster import Worker, roster
from simulators.servers.http_client import HttpClient

_MACHINE_FLAGS = {"jar_line": "--jar-port", "pouch_line": "--pouch-port", "pasteurizer": "--pasteurizer-port"}
_MAX_PORT = 65_535
_MAX_SPEED = 1000.0
_FAILED = 1


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code (0 done, 1 failed while running; bad arguments exit with 2)."""
    options = _parser().parse_args(arguments)
    try:
        match options.command:
            case "plant":
                asyncio.run(_plant(options))
            case "broker":
                asyncio.run(_broker(options))
            case _:
                _print_roster(options.seed)
    except OSError as error:
        print(f"simulators {options.command}: {error.strerror or error}", file=sys.stderr)
        return _FAILED
    return 0


async def _plant(options: argparse.Namespace) -> None:
    # asyncua takes a second to import, which the other commands need not wait for.
    from simulators.plant_process import PlantOptions, PlantProcess  # noqa: PLC0415 - see above

    plant = PlantOptions(
        seed=options.seed,
        speed=options.speed,
        truth=options.truth,
        ports={name: getattr(options, name) for name in _MACHINE_FLAGS},
        opcua_port=options.opcua_port,
        terminal=options.terminal_url,
        hold=options.hold,
    )
    await PlantProcess(plant).live(process_commands(stdin=options.stdin))


async def _broker(options: argparse.Namespace) -> None:
    try:
        from simulators.broker import serve  # noqa: PLC0415 - amqtt is an optional dependency
    except ModuleNotFoundError as error:
        raise OSError("the built-in broker needs amqtt: pip install 'chili-edge[demo]'") from error
    await serve(options.port, process_commands(stdin=options.stdin))


def _print_roster(seed: int) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(field.name for field in fields(Worker))
    writer.writerows(astuple(worker) for worker in roster(seed))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="simulators", description="The factory that stands in for the plant.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)

    plant = commands.add_parser("plant", help="run the plant in real time, on loopback")
    plant.add_argument("--seed", type=_seed, default=1, help="of everything random (1)")
    plant.add_argument("--speed", type=_speed, default=1.0, help="seconds of production per second (1)")
    plant.add_argument("--truth", type=_truth, required=True, help="where to write what was really made")
    for name, flag in _MACHINE_FLAGS.items():
        plant.add_argument(flag, dest=name, type=_port, default=0, help="0 = any free port (0)")
    plant.add_argument("--opcua-port", type=_port, default=0, help="0 = any free port (0)")
    plant.add_argument("--terminal-url", type=_url, help="attendance server, as http://127.0.0.1:8090")
    plant.add_argument("--hold", action="store_true", help="produce nothing before the command 'run'")

    people = commands.add_parser("roster", help="print the workers as CSV")
    people.add_argument("--seed", type=_seed, default=1, help="the plant's seed (1)")

    broker = commands.add_parser("broker", help="run an MQTT broker on loopback")
    broker.add_argument("--port", type=_port, default=0, help="0 = any free port (0)")

    for command in (plant, broker):
        command.add_argument(
            "--no-stdin", dest="stdin", action="store_false", help="live until SIGTERM or SIGINT"
        )
    return parser


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 on, not {text!r}")
    return int(text)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not 0 < speed <= _MAX_SPEED:
        raise argparse.ArgumentTypeError(
            f"a speed is a number above 0 and up to {_MAX_SPEED:.0f}, not {text!r}"
        )
    return speed


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > _MAX_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {_MAX_PORT}, not {text!r}")
    return int(text)


def _truth(text: str) -> Path:
    path = Path(text)
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {str(path.parent)!r} to write {path.name!r} to")
    return path


def _url(text: str) -> HttpClient:
    try:
        return HttpClient.for_url(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
