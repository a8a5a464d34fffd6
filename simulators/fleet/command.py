"""`python -m simulators fleet`: many devices in one process, one port each, until stdin or the time ends."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import resource
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack

from simulators import arguments
from simulators.clock import now_ns
from simulators.commands import process_commands
from simulators.fleet.device import FleetDevice
from simulators.fleet.image import Painter
from simulators.fleet.layout import Layout
from simulators.servers.modbus import ModbusServer

_MAX_CLIENTS = 1000
"""Of each server: a load test may bring as many as it likes."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--devices", type=_count, default=50, help="how many servers (50)")
    parser.add_argument("--tags", type=_count, default=200, help="uint32 values of each (200)")
    parser.add_argument(
        "--port-base",
        type=arguments.port,
        default=0,
        help="port of the first, the others follow; 0 = any free ones (0)",
    )
    parser.add_argument(
        "--change", type=arguments.seconds, default=1.0, help="time between two changes of all values (1s)"
    )
    parser.add_argument(
        "--for", dest="seconds", type=arguments.seconds, help="end by itself after 30s, 5min …"
    )
    parser.add_argument("--no-stdin", dest="stdin", action="store_false", help="live until SIGTERM or SIGINT")


async def run(options: argparse.Namespace) -> None:
    """Serve until `quit`, the end of stdin, a signal, or the end of the time.

    Raises:
        ValueError: values can't carry so many devices and tags, or ports are out of range.
        OSError: a port is taken.
    """
    layout = Layout.fitting(options.devices, options.tags)
    ports = _ports(options.port_base, options.devices)
    painter = Painter(layout, options.tags)
    commands = process_commands(stdin=options.stdin)
    _allow_many_sockets()
    async with AsyncExitStack() as stack:
        started, changes = now_ns(), _changes(options.change)
        servers = [
            ModbusServer(FleetDevice(number, painter, changes), port, _MAX_CLIENTS)
            for number, port in enumerate(ports, 1)
        ]
        for server in servers:
            await stack.enter_async_context(server)
        ready = {
            "ready": True,
            "ports": [server.port for server in servers],
            "devices": options.devices,
            "tags": options.tags,
            "layout": layout.description,
            "started": started,
            "change_s": options.change,
        }
        print(json.dumps(ready), flush=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(options.seconds):
                async for command in commands:
                    if command == "quit":
                        break


def _changes(period_s: float) -> Callable[[], int]:
    """Return what tells how many periods have passed since now."""
    time = asyncio.get_running_loop().time
    start = time()
    return lambda: int((time() - start) / period_s)


def _ports(base: int, count: int) -> Sequence[int]:
    """Return the wanted port of each device; 0 = any free one."""
    if base == 0:
        return [0] * count
    if base + count - 1 > arguments.MAX_PORT:
        raise ValueError(f"--port-base {base}: {count} ports from there on go beyond {arguments.MAX_PORT}")
    return range(base, base + count)


def _allow_many_sockets() -> None:
    """Raise the limit of open files as far as this process may: each device and each client takes one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"not a whole number from 1 on: {text!r}")
    return int(text)
