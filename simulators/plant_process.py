"""The plant as a process: model, servers and terminal under one clock; started, halted and ended by line commands."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import deque
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from simulators import truth
from simulators.clock import local_now, now_ns
from simulators.commands import Commands
from simulators.model.attendance import Punch, punches
from simulators.model.plant import Plant
from simulators.model.roster import roster, shift_at
from simulators.servers.attendance_terminal import SERIAL, AttendanceTerminal
from simulators.servers.controllers import CONTROLLERS
from simulators.servers.http_client import HttpClient
from simulators.servers.modbus import ModbusServer
from simulators.servers.opcua import TankServer

PERIOD_S = 0.1
"""Real time between two steps of the model."""
_TICKS_PER_SECOND = round(1 / PERIOD_S)


@dataclass(frozen=True, slots=True)
class PlantOptions:
    """What the command line says.

    Attributes:
        seed: of everything random.
        speed: seconds of production per second.
        truth: where the truth file goes.
        ports: of the machines' Modbus servers by name; 0 = any free one.
        opcua_port: of the tanks' server; 0 = any free one.
        terminal: the way to the attendance server; None leaves the terminal unplugged.
        hold: produce nothing before the command `run`.
    """

    seed: int
    speed: float
    truth: Path
    ports: dict[str, int]
    opcua_port: int = 0
    terminal: HttpClient | None = None
    hold: bool = False


class PlantProcess:
    """Owns the plant while it lives."""

    def __init__(self, options: PlantOptions) -> None:
        local = local_now()
        workers = [worker for worker in roster(options.seed) if worker.shift == shift_at(local.time())]
        self._options = options
        self._plant = Plant(options.seed)
        self._servers = {name: ModbusServer(options.ports.get(name, 0)) for name in CONTROLLERS}
        self._tanks = TankServer([tank.name for tank in self._plant.tanks], options.opcua_port)
        self._terminal = AttendanceTerminal(options.terminal) if options.terminal else None
        self._punches: deque[Punch] = deque(punches(options.seed, workers) if options.terminal else ())
        self._planned = len(workers)
        self._produced_s = 0.0
        self._started = now_ns()
        self._ticks = 0

    async def live(self, commands: Commands) -> None:
        """Serve until `quit` or the end of the commands.

        Raises:
            OSError: a port is taken, or the truth file can't be written.
        """
        async with AsyncExitStack() as servers:
            for server in self._servers.values():
                await servers.enter_async_context(server)
            await servers.enter_async_context(self._tanks)
            self._show()
            await self._show_tanks()
            self._write_truth()
            self._announce()
            if not self._options.hold:
                self._plant.run()
            try:
                await self._work(commands)
            except ExceptionGroup as errors:
                raise errors.exceptions[0] from errors
            finally:
                self._halt()

    async def _work(self, commands: Commands) -> None:
        async with asyncio.TaskGroup() as tasks:
            work = [tasks.create_task(self._tick_for_ever(), name="plant")]
            if self._terminal is not None:
                work.append(tasks.create_task(self._terminal.run(), name="terminal"))
            async for command in commands:
                if command == "quit":
                    break
                self._obey(command)
            for task in work:
                task.cancel()

    def _obey(self, command: str) -> None:
        match command:
            case "run":
                self._plant.run()
            case "halt":
                self._halt()
            case "":
                pass
            case _:
                print(f"simulators: no such command: {command!r} (run, halt, quit)", file=sys.stderr)

    def _halt(self) -> None:
        self._plant.halt()
        self._show()
        self._write_truth()

    async def _tick_for_ever(self) -> None:
        """Step the model in equal steps, as many as are due; a late one is made up for."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        while True:
            await asyncio.sleep(max(0.0, start + (self._ticks + 1) * PERIOD_S - loop.time()))
            seconds = self._ticks // _TICKS_PER_SECOND
            while start + (self._ticks + 1) * PERIOD_S <= loop.time():
                self._ticks += 1
                self._step(PERIOD_S * self._options.speed)
            self._show()
            self._write_truth()
            if self._ticks // _TICKS_PER_SECOND > seconds:
                await self._show_tanks()

    def _step(self, dt: float) -> None:
        self._plant.step(dt)
        if not self._plant.producing:
            return
        self._produced_s += dt
        while self._terminal is not None and self._punches and self._punches[0].after_s <= self._produced_s:
            self._terminal.memory.punch(self._punches.popleft(), local_now())

    @property
    def _heartbeat(self) -> int:
        return self._ticks // _TICKS_PER_SECOND

    def _show(self) -> None:
        clock = local_now()
        for name, server in self._servers.items():
            snapshot = self._plant.machines[name].snapshot()
            server.tables = CONTROLLERS[name].tables(snapshot, self._heartbeat, clock)

    async def _show_tanks(self) -> None:
        await self._tanks.show(self._heartbeat, [tank.read() for tank in self._plant.tanks], now_ns())

    def _write_truth(self) -> None:
        memory = self._terminal.memory if self._terminal else None
        people = {
            "planned": self._planned,
            "punched": len(memory.pins) if memory else 0,
            "records_sent": memory.sent if memory else 0,
            "unsent": len(memory.unsent) if memory else 0,
        }
        truth.write(
            self._options.truth,
            {
                "seed": self._options.seed,
                "speed": self._options.speed,
                "started": self._started,
                "written": now_ns(),
                "producing": self._plant.producing,
                "machines": truth.machines(self._plant),
                "people": people,
            },
        )

    def _announce(self) -> None:
        ports = {name: server.port for name, server in self._servers.items()} | {"opcua": self._tanks.port}
        print(json.dumps({"ready": True, "ports": ports, "serial": SERIAL}), flush=True)
