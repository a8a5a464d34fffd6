"""A broker or a database as a scenario treats it: the real program, behind a proxy, under the scenario's clock."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence

from simulators.commands import Commands
from simulators.faults.scenario import Scenario
from simulators.faults.schedule import Schedule, apply
from simulators.wire.service import Service

_PERIOD_S = 0.1


async def run(
    name: str, words: Sequence[str], port: int, listen: int, scenario: Scenario | None, commands: Commands
) -> None:
    """Run the program until `quit`, and let happen to it what the scenario says of `name`.

    Args:
        name: broker or database.
        words: the program and its arguments.
        port: where the program listens.
        listen: where its clients come; 0 = any free port.
        scenario: other targets' faults are left to others.
        commands: `quit`, or their end, ends it.

    Raises:
        OSError: the program can't be started, or a port is taken.
    """
    faults = tuple(fault for fault in scenario.faults if fault.target == name) if scenario else ()
    async with Service(name, words, port, listen, output=sys.stderr.buffer) as service:
        print(json.dumps({"ready": True, "ports": {name: service.listen}}), flush=True)
        try:
            async with asyncio.TaskGroup() as tasks:
                work = [
                    tasks.create_task(_disturb(name, service, Schedule(faults)), name="faults"),
                    tasks.create_task(_until_quit(commands), name="commands"),
                ]
                await asyncio.wait(work[1:])
                work[0].cancel()
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors


async def _disturb(name: str, service: Service, schedule: Schedule) -> None:
    loop = asyncio.get_running_loop()
    start = loop.time()
    while True:
        await apply(schedule.due(loop.time() - start), {name: service})
        await asyncio.sleep(_PERIOD_S)


async def _until_quit(commands: Commands) -> None:
    async for command in commands:
        if command == "quit":
            return
        if command:
            print(f"simulators: no such command: {command!r} (quit)", file=sys.stderr)
