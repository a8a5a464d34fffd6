"""`probe`, `map` and `pki`: a new machine is found out about, and believed."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from edge.cli import values
from edge.cli.arguments import DONE, Commands, Parser, with_notation
from edge.clock import SystemClock
from edge.errors import ConfigurationError
from edge.instrumentation import configure_logging
from edge.map_browse import arguments as browsing


def add_to(commands: Commands) -> None:
    """Add these commands."""
    _add_probe(commands)
    _add_map(commands)
    _add_pki(commands)


def _add_probe(commands: Commands) -> None:
    probe = commands.add_parser(
        "probe",
        help="read some registers once, and show all that they may mean",
        description="Read some registers of a Modbus device once, and show them as every type in every order side by side:"
        " the right one is found by looking at what the machine shows. Nothing is written.",
    )
    probe.add_argument(
        "endpoint",
        metavar="ENDPOINT",
        help="as in edge.yaml: modbus-tcp://192.168.1.15?unit=1, modbus-rtu:///dev/ttyUSB0?baud=9600&unit=11",
    )
    probe.add_argument("address", metavar="ADDRESS", help="as in a map: holding:100, 40101, 4x101, D100")
    probe.add_argument(
        "--count", type=values.count, default=10, metavar="N", help="how many registers, or bits (10)"
    )
    with_notation(probe)
    probe.add_argument(
        "--ca", type=Path, metavar="FILE", help="of modbus-tls://: who has signed the device's certificate"
    )
    probe.add_argument(
        "--certificate", type=Path, metavar="FILE", help="the node's own, if the device asks for it"
    )
    probe.add_argument("--key", type=Path, metavar="FILE", help="of the node's own certificate")
    probe.set_defaults(run=_probe)


def _add_map(commands: Commands) -> None:
    maps = commands.add_parser("map", help="make a PLC map")
    ways = maps.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=Parser)
    table = ways.add_parser(
        "import",
        help="from a register table: XLSX, XLS, ODS or CSV",
        description="Write a PLC map from a register table. Columns are found by their headings, Chinese or English; what"
        " was guessed stands at the top of the map, what cannot be read is named by its cell.",
    )
    table.add_argument("file", type=Path, metavar="FILE")
    table.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="default: FILE with .yaml at its end"
    )
    table.add_argument("--sheet", help="of a workbook (default: the first that holds a register table)")
    table.add_argument(
        "--order", type=str.upper, choices=["ABCD", "CDAB", "BADC", "DCBA"], help="of 32- and 64-bit values"
    )
    with_notation(table)
    table.add_argument("--skip-faulty", action="store_true", help="write rows with faults as comments")
    table.set_defaults(run=_map_import)
    browse = ways.add_parser("browse", help="of what an OPC UA server has")
    browsing.add_arguments(browse)
    browse.set_defaults(run=_map_browse)


def _add_pki(commands: Commands) -> None:
    pki = commands.add_parser("pki", help="certificates of OPC UA servers: who is trusted")
    pki.add_argument("action", choices=["list", "trust", "reject"])
    pki.add_argument("thumbprint", nargs="?", metavar="THUMBPRINT", help="or its first digits")
    pki.add_argument(
        "-c", "--config", type=Path, metavar="FILE", help="edge.yaml; without it, the folder var/pki"
    )
    pki.set_defaults(run=_pki)


def _probe(arguments: argparse.Namespace) -> int:
    from edge.drivers.modbus.endpoint import Tls
    from edge.probe.command import Options, probe

    own = (arguments.certificate, arguments.key)
    if (own[0] is None) != (own[1] is None) or (own[0] and arguments.ca is None):
        raise ConfigurationError("chili-edge probe: --certificate and --key go together, and with --ca")
    options = Options(
        endpoint=arguments.endpoint,
        address=arguments.address,
        count=arguments.count,
        base=arguments.base or 0,
        brand=values.brand(arguments.brand),
        tls=Tls(arguments.ca, *own) if arguments.ca else None,
    )
    for line in asyncio.run(probe(options, SystemClock())):
        print(line)
    return DONE


def _map_import(arguments: argparse.Namespace) -> int:
    from edge.drivers.modbus.address import Order
    from edge.map_import.command import Options, run

    options = Options(
        file=arguments.file,
        output=arguments.output,
        sheet=arguments.sheet,
        order=Order(arguments.order) if arguments.order else None,
        base=arguments.base,
        brand=values.brand(arguments.brand),
        skip_faulty=arguments.skip_faulty,
    )
    for line in run(options):
        print(line)
    return DONE


def _map_browse(arguments: argparse.Namespace) -> int:
    from edge.config.commands import certificates
    from edge.map_browse.command import be_free, browse, write
    from edge.map_browse.screen import Screen

    configure_logging()
    asked, folder = browsing.options(arguments), certificates(arguments.config)
    be_free(arguments.output)
    with Screen() as screen:
        text, said = asyncio.run(browse(asked, folder, SystemClock(), screen))
    write(text, arguments.output)
    print(said, file=sys.stderr)
    return DONE


def _pki(arguments: argparse.Namespace) -> int:
    from edge.config.commands import certificates
    from edge.drivers.opcua.approval import answer

    folder, now = certificates(arguments.config), SystemClock().now()
    for line in answer(folder, arguments.action, arguments.thumbprint, now):
        print(line)
    return DONE
