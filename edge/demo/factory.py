"""The factory of the demo: its programs, the files that they leave, and what these say."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from edge.clock import Clock
from edge.config.settings import Settings, load
from edge.demo import processes
from edge.demo.configuration import ZONE, write_configuration
from edge.demo.processes import Program
from edge.demo.reconciliation import (
    Figure,
    Key,
    Reconciliation,
    counted_by,
    made_by,
    reconcile,
    since,
    stored_in,
)
from edge.errors import ConfigurationError, EdgeError, TransientError
from edge.historian.base import Historian
from edge.host import open_historian
from edge.messages.schema import Stream
from edge.model.calendar import local_time
from edge.outbox.sqlite import FILE, read_state, read_tallies
from edge.processing.ledger import load as load_ledger
from edge.processing.pipeline import LEDGER_KEY

CHECK_S = 0.1
START_DEADLINE_S = 60.0
SUMMARY = Path("truth/summary.json")
"""Where a simulated season says how its counters ended."""
TREND_DAYS = 2
"""Raw tags of so many days: enough for every curve of the console, and an import of minutes."""
SETTLE_DEADLINE_S = 60.0
"""After the machines stopped, the last piece must be counted and acknowledged within this time."""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line; see `chili-edge demo --help`.

    Attributes:
        history: simulated days that come before; 0 = all of this year, None = none.
    """

    seconds: float | None
    speed: float
    seed: int
    port: int
    directory: Path | None
    influxdb: str | None
    chaos: float | None
    broker: str
    history: int | None = None


class Factory:
    """The programs of a demo and the files that they leave."""

    def __init__(self, options: Options, directory: Path, clock: Clock) -> None:
        self.options = options
        self.directory = directory
        self.clock = clock
        self.kills = 0
        self.deaths = 0
        """How often node or host ended without having been killed: a fault of ours."""
        self._logs = directory / "log"
        self._truth = directory / "truth.json"
        self._random = random.Random(options.seed)  # noqa: S311 - chaos that can be repeated
        self._next_kill = options.chaos and self._random.uniform(0.3, 1.7) * options.chaos
        self._programs: list[Program] = []
        self._history = directory / "history"
        self._counted_before: Mapping[Key, Figure] = {}
        self._stored_before: Mapping[Key, Figure] = {}
        self._begun = clock.now()

    async def start(self) -> None:
        """Start every program, sinks before sources."""
        await self._write_roster()
        if self.options.history is not None:
            await self._simulate_history(self.options.history)
        terminals = processes.free_port()
        self.plant = await self._start(
            processes.ours(
                "simulators",
                self._logs / "simulators.log",
                *("simulators", "plant", "--hold", "--seed", str(self.options.seed)),
                *("--speed", str(self.options.speed), "--truth", str(self._truth)),
                *("--terminal-url", f"http://127.0.0.1:{terminals}"),
                *(("--resume", str(self._history / SUMMARY)) if self.options.history is not None else ()),
            )
        )
        plant = await self.plant.ready()
        ports = {
            **plant["ports"],
            "terminals": terminals,
            "broker": await self._start_broker(),
            "console": processes.free_port(self.options.port),
        }
        configuration = write_configuration(
            self.directory,
            ports,
            plant["serials"],
            self.options.speed,
            self.clock.now(),
            self.options.influxdb,
        )
        self.settings: Settings = load(configuration)
        if self.options.history is not None:
            await self._import_history(configuration)
        self._begun = self.clock.now()
        self.host = await self._start(self._ours("host", configuration))
        self.node = await self._start(self._ours("node", configuration))

    async def first_reading(self) -> None:
        """Wait until every counter has been read once: what is made from then on is counted.

        Raises:
            EdgeError: a counter could not be read within the deadline.
        """
        missing = await self._until_read_after(self._begun, START_DEADLINE_S)
        if missing:
            raise EdgeError(f"no reading of {', '.join(missing)}: see {self._logs}")

    async def settle(self) -> bool:
        """Stop the machines; return whether the last piece was counted and acknowledged within the deadline."""
        await self.plant.tell("halt")
        await self.revive()
        try:
            async with asyncio.timeout(SETTLE_DEADLINE_S):
                while (truth := self._read_truth())["producing"]:
                    await asyncio.sleep(CHECK_S)
                if await self._until_read_after(truth["written"], SETTLE_DEADLINE_S):
                    return False
                while self._waiting():
                    await asyncio.sleep(CHECK_S)
        except TimeoutError:
            return False
        return True

    async def figures(self, historian: Historian) -> Reconciliation:
        """Return made, counted and stored as they are now; a side that cannot be asked now is empty."""
        try:
            stored = await stored_in(historian)
        except TransientError:
            stored = {}
        counted = counted_by(self._state(), self.settings.plant)
        return reconcile(
            made_by(self._read_truth()),
            since(counted, self._counted_before),
            since(stored, self._stored_before),
        )

    def status(self, elapsed: float) -> str:
        """Return a line on how it goes."""
        parts = [f"{elapsed:.0f} s", f"console http://127.0.0.1:{self.settings.console.listen.port}"]
        parts.append(f"{self._waiting()} points on their way")
        if self.options.chaos:
            parts.append(f"{self.kills} kills")
        return ", ".join(parts)

    async def disturb(self, elapsed: float) -> None:
        """Kill node or host when chaos wants it."""
        if self.options.chaos and self._next_kill is not None and elapsed >= self._next_kill:
            await self._random.choice((self.node, self.host)).kill()
            self.kills += 1
            self._next_kill = elapsed + self._random.uniform(0.3, 1.7) * self.options.chaos

    async def revive(self) -> None:
        """Start node and host again where they died.

        Raises:
            EdgeError: simulators or broker died, which nothing can make good.
        """
        for program in self._programs:
            if program.runs:
                continue
            if program not in (self.host, self.node):
                raise EdgeError(f"{program.name} died: {program.last_words()}")
            self.deaths += not program.killed
            await program.start()

    async def stop(self) -> None:
        """End every program, sources before sinks."""
        for program in reversed(self._programs):
            await program.stop()

    async def _start(self, program: Program) -> Program:
        self._programs.append(program)
        await program.start()
        return program

    async def _finish(self, program: Program) -> None:
        """Run a program to its end; it is stopped with the others when the demo ends before, however that comes."""
        program = processes.tied(program)
        await self._start(program)
        await program.output()
        self._programs.remove(program)

    async def _start_broker(self) -> int:
        port = processes.free_port()
        broker = None
        if self.options.broker != "embedded":
            broker = processes.mosquitto(self.directory, self._logs / "broker.log", port)
        if broker is None and self.options.broker == "mosquitto":
            raise ConfigurationError("--broker: mosquitto is not installed (Debian's package mosquitto)")
        if broker is None:
            broker = processes.ours(
                "broker", self._logs / "broker.log", "simulators", "broker", "--port", str(port)
            )
        await self._start(broker)
        await processes.accepts(port)
        return port

    def _ours(self, name: str, configuration: Path) -> Program:
        arguments = ("edge", "run", "-c", str(configuration), "--only", name, "--until-eof")
        return processes.ours(name, self._logs / f"{name}.log", *arguments)

    async def _simulate_history(self, days: int) -> None:
        """Simulate the days before today: `days` of them, or all of this year when it is 0."""
        today = local_time(self.clock.now(), ZONE).date()
        first = today - timedelta(days=days) if days else today.replace(month=1, day=1)
        last = today - timedelta(days=1)
        if first > last:
            raise ConfigurationError("--history: this year has no day before today; give a number of days")
        year = processes.ours(
            "the simulated year",
            self._logs / "simulators.log",
            *("simulators", "year", "--seed", str(self.options.seed)),
            *("--from", str(first), "--to", str(last), "--out", str(self._history)),
        )
        await self._finish(year)

    async def _import_history(self, configuration: Path) -> None:
        """Count the simulated days as a node would have, and note what that came to."""
        program = processes.ours(
            "the import",
            self._logs / "history.log",
            *("edge", "history", "import", str(self._history), "-c", str(configuration)),
            *("--trend-days", str(TREND_DAYS)),
        )
        await self._finish(program)
        self._counted_before = counted_by(self._state(), self.settings.plant)
        async with open_historian(self.settings, read_only=True) as historian:
            self._stored_before = await stored_in(historian)

    async def _write_roster(self) -> None:
        roster = processes.ours(
            "roster", self._logs / "simulators.log", "simulators", "roster", "--seed", str(self.options.seed)
        )
        await roster.start()
        (self.directory / "people.csv").write_bytes(await roster.output())

    async def _until_read_after(self, time: int, seconds: float) -> list[str]:
        """Wait until every counter was read after an instant (ns UTC); return those that were not in time."""
        try:
            async with asyncio.timeout(seconds):
                while missing := self._not_read_after(time):
                    await asyncio.sleep(CHECK_S)
        except TimeoutError:
            return missing
        return []

    def _not_read_after(self, time: int) -> list[str]:
        state = self._state()
        missing = []
        for device in self.settings.plant.devices:
            text = state.get(LEDGER_KEY + device.key)
            accounts = load_ledger(text).accounts if text else {}
            for tag in device.tags:
                account = accounts.get(tag.name)
                is_counted = tag.counter is not None and tag.counter.role.is_pieces
                if is_counted and (account is None or account.state.last.time <= time):
                    missing.append(f"{device.key}.{tag.name}")
        return missing

    def _state(self) -> Mapping[str, str]:
        try:
            return read_state(self.settings.data_dir / FILE)
        except TransientError:
            return {}

    def _waiting(self) -> int:
        """Return how many points of the ledger the host has not acknowledged yet."""
        try:
            tallies = read_tallies(self.settings.data_dir / FILE)
        except TransientError:
            return 1
        return tallies[Stream.LEDGER].waiting if tallies else 0

    def _read_truth(self) -> Any:
        return json.loads(self._truth.read_text(encoding="utf-8"))
