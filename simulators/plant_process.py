"""The plant as a process: model, servers, terminals and faults under one clock; ruled by line commands."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import deque
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from simulators import truth
from simulators.clock import local_now, now_ns
from simulators.commands import Commands
from simulators.faults.catalogue import WIRE
from simulators.faults.kinds import Fault
from simulators.faults.record import HEADER, facts, windows
from simulators.faults.scenario import Scenario
from simulators.faults.schedule import Schedule, apply
from simulators.faults.target import Target
from simulators.model.machine import CounterStart
from simulators.model.plant import Plant
from simulators.park import NAMES, Park
from simulators.people.attlog import Terminal
from simulators.people.punching import Punch, punches
from simulators.people.roster import roster, shift_at
from simulators.run_files import RunFiles
from simulators.servers.attendance_terminal import AttendanceTerminal
from simulators.servers.http_client import HttpClient
from simulators.servers.opcua import Security

TERMINALS = {"gate": Terminal.GATE, "workshop": Terminal.WORKSHOP}
"""The attendance terminals by the names that scenarios use."""
_NAME_OF = {terminal: name for name, terminal in TERMINALS.items()}
PERIOD_S = 0.1
"""Real time between two steps of the model."""
_TICKS_PER_SECOND = round(1 / PERIOD_S)
_HEAP_G = 30_000_000
"""Fresh chili that lies there at the start; a truck brings as much again whenever half of it is sorted."""


@dataclass(frozen=True, slots=True)
class PlantOptions:
    """What the command line says.

    Attributes:
        seed: of everything random.
        speed: seconds of production per second.
        truth: where the truth file goes.
        tables: folder of the truth's tables, written at the end; None = none.
        ports: wanted ports by name; absent = any free one.
        terminal: the way to the attendance server; None leaves the terminals unplugged.
        scenario: what goes wrong.
        security: of the OPC UA server; None = open.
        starts: where counters stand at the start, by machine.
        seconds: real time after which it ends by itself.
        hold: produce nothing before the command `run`.
        shift: whose people come; None = those who work at this hour.
    """

    seed: int
    speed: float
    truth: Path
    tables: Path | None = None
    ports: Mapping[str, int] = field(default_factory=dict)
    terminal: HttpClient | None = None
    scenario: Scenario | None = None
    security: Security | None = None
    starts: Mapping[str, CounterStart] = field(default_factory=dict)
    seconds: float | None = None
    hold: bool = False
    shift: str | None = None


class PlantProcess:
    """Owns the plant while it lives."""

    def __init__(self, options: PlantOptions) -> None:
        shift = options.shift or shift_at(local_now().time())
        workers = [worker for worker in roster(options.seed) if worker.shift == shift]
        come = punches(options.seed, workers) if options.terminal else ()
        self._options = options
        faults = _own_faults(options)
        self._plant = Plant(options.seed, starts=options.starts)
        self._trucks = 0
        self._park = Park(
            self._plant,
            options.seed,
            ports=options.ports,
            spoiled={fault.target for fault in faults if fault.kind in WIRE},
            security=options.security,
        )
        self._terminals = (
            {
                name: AttendanceTerminal(options.terminal, terminal.value, seed=options.seed)
                for name, terminal in TERMINALS.items()
            }
            if options.terminal
            else {}
        )
        self._targets: dict[str, Target] = {}
        self._schedule = Schedule(faults)
        self._punches: deque[Punch] = deque(come)
        self._punched: list[Punch] = []
        self._files = RunFiles(self._plant, options.seed)
        self._planned = len(workers)
        self._produced_s = 0.0
        self._started = now_ns()
        self._ticks = 0

    async def live(self, commands: Commands) -> None:
        """Serve until `quit`, the end of the commands, or the end of the time.

        Raises:
            OSError: a port is taken, or the truth can't be written.
        """
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._park)
            self._show()
            await self._park.show_tanks(self._heartbeat, now_ns())
            self._write_truth()
            self._targets = {**self._park.targets, **self._terminals}
            self._announce()
            if not self._options.hold:
                self._plant.run()
            try:
                await self._work(commands)
            except ExceptionGroup as errors:
                raise errors.exceptions[0] from errors
            finally:
                self._halt()
                self._write_tables()

    async def _work(self, commands: Commands) -> None:
        """Let time pass and obey, until one of the two is over."""
        async with asyncio.TaskGroup() as tasks:

            def start(work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
                return tasks.create_task(work, name=name)

            decisive = [start(self._pass_time(), "time"), start(self._obey_all(commands), "commands")]
            terminals = [start(terminal.run(), serial) for serial, terminal in self._terminals.items()]
            await asyncio.wait(decisive, return_when=asyncio.FIRST_COMPLETED)
            for task in (*decisive, *terminals):
                task.cancel()

    async def _obey_all(self, commands: Commands) -> None:
        async for command in commands:
            if command == "quit":
                return
            self._obey(command)

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

    async def _pass_time(self) -> None:
        """Step the model in equal steps, as many as are due; a late one is made up for."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        while not self._over:
            await asyncio.sleep(max(0.0, start + (self._ticks + 1) * PERIOD_S - loop.time()))
            seconds = self._ticks // _TICKS_PER_SECOND
            while start + (self._ticks + 1) * PERIOD_S <= loop.time() and not self._over:
                self._ticks += 1
                self._step(PERIOD_S * self._options.speed)
            await self._disturb()
            self._show()
            self._write_truth()
            if self._ticks // _TICKS_PER_SECOND > seconds:
                await self._park.show_tanks(self._heartbeat, now_ns())

    @property
    def _over(self) -> bool:
        limit = self._options.seconds
        return limit is not None and self._ticks >= round(limit / PERIOD_S)

    def _step(self, dt: float) -> None:
        self._bring_chili()
        self._plant.step(dt)
        self._park.step(dt)
        self._files.step()
        if not self._plant.producing:
            return
        self._produced_s += dt
        while self._punches and self._punches[0].after_s <= self._produced_s:
            punch = self._punches.popleft()
            self._punched.append(punch)
            self._terminals[_NAME_OF[punch.terminal]].memory.punch(punch, local_now())

    def _bring_chili(self) -> None:
        """Keep the heap high: it is an October day, and trucks come all the time."""
        if self._plant.heap.level < _HEAP_G / 2:
            self._trucks += 1
            self._plant.heap.put(f"R-{self._options.seed:08d}-AK-{self._trucks:03d}", _HEAP_G)

    async def _disturb(self) -> None:
        await apply(self._schedule.due(self._ticks * PERIOD_S), self._targets)

    @property
    def _heartbeat(self) -> int:
        return self._ticks // _TICKS_PER_SECOND

    def _show(self) -> None:
        self._park.show(self._heartbeat, local_now())

    def _write_truth(self) -> None:
        scenario = self._options.scenario
        memories = [terminal.memory for terminal in self._terminals.values()]
        people = {
            "planned": self._planned,
            "punched": len(set[str]().union(*(memory.pins for memory in memories))),
            "records_sent": sum(memory.sent for memory in memories),
            "unsent": sum(len(memory.unsent) for memory in memories),
        }
        truth.write(
            self._options.truth,
            {
                "seed": self._options.seed,
                "speed": self._options.speed,
                "started": self._started,
                "written": now_ns(),
                "producing": self._plant.producing,
                "devices": truth.devices(self._plant),
                "machines": truth.machines(self._plant),
                "people": people,
                "faults": facts(scenario, self._ticks * PERIOD_S) if scenario else [],
            },
        )

    def _write_tables(self) -> None:
        if self._options.tables is not None:
            scenario = self._options.scenario
            faults = windows(scenario, self._ticks * PERIOD_S) if scenario else []
            self._files.write(self._options.tables, self._punched, [HEADER, *faults])

    def _announce(self) -> None:
        ready = {
            "ready": True,
            "ports": self._park.ports,
            "serials": [terminal.value for terminal in Terminal],
        }
        print(json.dumps(ready), flush=True)


def _own_faults(options: PlantOptions) -> tuple[Fault, ...]:
    """Return the faults that can happen here: brokers and databases have a process of their own."""
    names = {*NAMES, *(TERMINALS if options.terminal else ())}
    faults = options.scenario.faults if options.scenario else ()
    return tuple(fault for fault in faults if fault.target.partition("/")[0] in names)
