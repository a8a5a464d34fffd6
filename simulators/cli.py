"""The command line: `plant`, `year`, `fleet`, `service`, `roster` and `broker`."""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import astuple, fields, replace
from pathlib import Path

from simulators import arguments
from simulators.commands import process_commands
from simulators.faults.scenario import Scenario, ScenarioError, load
from simulators.faults.targets import TERMINALS, park_targets
from simulators.people.roster import SHIFTS, Worker, roster
from simulators.probes import park_probes
from simulators.truth import counters_at_the_end

_FAILED, _WRONG = 1, 2


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code (0 done, 1 failed while running, 2 bad arguments or files)."""
    options = _parser().parse_args(words)
    try:
        match options.command:
            case "plant":
                asyncio.run(_plant(options))
            case "year":
                _year(options)
            case "fleet":
                asyncio.run(_fleet(options))
            case "service":
                asyncio.run(_service(options))
            case "broker":
                asyncio.run(_broker(options))
            case _:
                _print_roster(options.seed)
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return _WRONG
    except ValueError as error:
        print(f"simulators {options.command}: {error}", file=sys.stderr)
        return _WRONG
    except OSError as error:
        print(f"simulators {options.command}: {_named(error)}", file=sys.stderr)
        return _FAILED
    except KeyboardInterrupt:
        return _FAILED
    return 0


def _named(error: OSError) -> str:
    """Return what went wrong, and with which file if it was one."""
    file = error.filename2 or error.filename
    what = error.strerror or str(error)
    return f"{file}: {what}" if file else what


async def _plant(options: argparse.Namespace) -> None:
    # asyncua takes a second to import, which the other commands need not wait for.
    from simulators.park import NAMES  # noqa: PLC0415 - see above
    from simulators.plant_process import PlantOptions, PlantProcess  # noqa: PLC0415 - see above
    from simulators.servers.opcua import Security  # noqa: PLC0415 - see above

    ports = dict(options.port)
    for name in ports:
        if name not in NAMES:
            raise ValueError(f"--port: there is no {name!r}; there are {', '.join(NAMES)}")
    scenario = _scenario(options)
    if scenario is not None and options.terminal_url is None:
        _refuse_terminal_faults(scenario)
    plant = PlantOptions(
        seed=options.seed,
        speed=options.speed,
        truth=options.truth,
        tables=options.tables,
        ports=ports,
        terminal=options.terminal_url,
        scenario=scenario,
        security=Security(options.secure, {"edge": "chili"}) if options.secure else None,
        starts=counters_at_the_end(options.resume) if options.resume else {},
        seconds=options.seconds,
        hold=options.hold,
        shift=options.shift,
    )
    await PlantProcess(plant).live(process_commands(stdin=options.stdin))


def _year(options: argparse.Namespace) -> None:
    from simulators.year.screen import simulate_and_tell  # noqa: PLC0415 - the calendar is an optional dependency

    if options.first > options.last:
        raise ValueError(f"--from {options.first} is after --to {options.last}")
    simulate_and_tell(options.seed, options.first, options.last, options.out)


async def _fleet(options: argparse.Namespace) -> None:
    from simulators.fleet.command import run  # noqa: PLC0415 - its servers are needed here only

    await run(options)


async def _service(options: argparse.Namespace) -> None:
    from simulators.service_process import run  # noqa: PLC0415 - needed here only

    commands = process_commands(stdin=options.stdin)
    await run(options.name, options.words, options.port, options.listen, _scenario(options), commands)


async def _broker(options: argparse.Namespace) -> None:
    try:
        from simulators.broker import serve  # noqa: PLC0415 - amqtt is an optional dependency
    except ModuleNotFoundError as error:
        raise OSError("the built-in broker needs amqtt: pip install 'chili-edge[demo]'") from error
    await serve(options.port, process_commands(stdin=options.stdin))


def _scenario(options: argparse.Namespace) -> Scenario | None:
    path: Path | None = options.scenario
    return load(path, park_targets(), park_probes()) if path else None


def _refuse_terminal_faults(scenario: Scenario) -> None:
    """Refuse what would stand in the truth and never happen: without a server the terminals are not plugged in."""
    for fault in scenario.faults:
        if fault.target in TERMINALS:
            raise ValueError(
                f"--scenario: {fault.kind} on {fault.target} can't happen, the terminals push to nobody; "
                "say where to with --terminal-url, or take the fault out"
            )


def _print_roster(seed: int) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(field.name for field in fields(Worker))
    # The plant of the present knows no Sunday: "A,A" is shift A day by day, whatever the calendar says.
    daily = (replace(worker, shift=f"{worker.shift},{worker.shift}") for worker in roster(seed))
    writer.writerows(astuple(worker) for worker in daily)


def _parser() -> argparse.ArgumentParser:
    parser = arguments.Parser(prog="simulators", description="The factory that stands in for the plant.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=arguments.Parser)

    plant = commands.add_parser("plant", help="run the plant in real time, on loopback")
    _add_seed(plant)
    plant.add_argument(
        "--speed", type=arguments.speed, default=1.0, help="seconds of production per second (1)"
    )
    plant.add_argument(
        "--truth", type=arguments.new_file, required=True, help="where to write what was really made"
    )
    plant.add_argument(
        "--tables", type=arguments.folder, help="folder for the truth as tables, written at the end"
    )
    plant.add_argument("--scenario", type=Path, help="what goes wrong: a file as in simulators/scenarios")
    plant.add_argument(
        "--port",
        type=arguments.named_port,
        action="append",
        default=[],
        metavar="NAME=PORT",
        help="a fixed port, as in jar_line=15020; again for more (any free ones)",
    )
    plant.add_argument(
        "--resume",
        type=arguments.old_file,
        metavar="FILE",
        help="truth/summary.json of a season: its counters go on",
    )
    plant.add_argument(
        "--secure", type=Path, metavar="DIR", help="folder of the OPC UA server's certificates"
    )
    plant.add_argument(
        "--terminal-url", type=arguments.url, help="attendance server, as http://127.0.0.1:8090"
    )
    plant.add_argument(
        "--for", dest="seconds", type=arguments.seconds, help="end by itself after 30s, 5min …"
    )
    plant.add_argument("--shift", choices=tuple(SHIFTS), help="whose people come (those of the hour)")
    plant.add_argument("--hold", action="store_true", help="produce nothing before the command 'run'")

    year = commands.add_parser("year", help="write a season's readings and its truth, without sockets")
    _add_seed(year)
    year.add_argument(
        "--from", dest="first", type=arguments.day, required=True, help="first day, as 2026-01-01"
    )
    year.add_argument("--to", dest="last", type=arguments.day, required=True, help="last day")
    year.add_argument("--out", type=Path, required=True, help="a new folder")

    fleet = commands.add_parser("fleet", help="run many cheap servers, for load")
    from simulators.fleet.command import add_arguments  # noqa: PLC0415 - beside its use

    add_arguments(fleet)

    service = commands.add_parser(
        "service", help="run a broker or a database that a scenario stops, kills or slows"
    )
    service.add_argument("name", choices=("broker", "database"), help="what scenarios call it")
    service.add_argument(
        "--port", type=arguments.port, required=True, help="where the program itself listens"
    )
    service.add_argument(
        "--listen", type=arguments.port, default=0, help="where its clients come; 0 = any free port"
    )
    service.add_argument("--scenario", type=Path, help="what goes wrong")
    service.add_argument(
        "words", nargs="+", metavar="COMMAND", help="after --: the program and its arguments"
    )

    people = commands.add_parser("roster", help="print the workers as CSV")
    _add_seed(people)

    broker = commands.add_parser("broker", help="run an MQTT broker on loopback")
    broker.add_argument("--port", type=arguments.port, default=0, help="0 = any free port (0)")

    for command in (plant, service, broker):
        command.add_argument(
            "--no-stdin", dest="stdin", action="store_false", help="live until SIGTERM or SIGINT"
        )
    return parser


def _add_seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=arguments.seed, default=1, help="of everything random (1)")
