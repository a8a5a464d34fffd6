"""The plant under chaos: PLCs, node, broker, host and InfluxDB, each where it can be hurt."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from edge.errors import TransientError
from edge.historian.base import Aggregate, Query
from edge.historian.influxdb import InfluxHistorian
from edge.historian.options import InfluxOptions
from edge.messages.schema import Stream
from edge.outbox.sqlite import read_state, read_tallies
from edge.outbox.tally import Tally
from tests.servers import Server, influxd_server, mosquitto_server
from tests.system.chaos.link import Link
from tests.system.chaos.plc import RATE, Plc, plc_map
from tests.system.programs import ENVIRONMENT, POLL_S

PLCS = 3
SETTLE_S = 60.0
WORK_S = 0.05
_FILLING = 1 << 16


class Process:
    """A program of ours that may be killed and started again."""

    def __init__(self, *words: str, log: Path) -> None:
        self._words = words
        self.log = log
        self._process: asyncio.subprocess.Process | None = None
        self._killed = False

    @property
    def pid(self) -> int:
        """The process; it must run."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it, or start it again."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *self._words, stdin=asyncio.subprocess.PIPE, stderr=log, env=ENVIRONMENT
            )
        self._killed = False

    async def kill(self) -> None:
        """End it as a power cut would."""
        self._killed = True
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    @property
    def died(self) -> bool:
        """Whether it has ended by itself."""
        return not self._killed and self._process is not None and self._process.returncode is not None


class Plant:
    """All of it; `serve` runs it."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.folder = folder
        self.data = data
        self.plcs = [Plc() for _ in range(PLCS)]
        self.broker: Server = mosquitto_server(folder)
        self.database: Server = influxd_server(folder)
        self.offset = folder / "offset"
        self.outbox = data / "outbox.db"
        self.unsettled = ""
        self._producing = True
        self._rng = random.Random(1)

    @contextlib.asynccontextmanager
    async def serve(self) -> AsyncIterator[Plant]:
        """Start everything, wait for the first reading of each counter, and begin to produce."""
        async with contextlib.AsyncExitStack() as stack:
            for plc in self.plcs:
                await stack.enter_async_context(plc.serve())
            for server in (self.broker, self.database):
                await asyncio.to_thread(server.start)
                stack.push_async_callback(asyncio.to_thread, server.stop)
            self.links = {
                name: await stack.enter_async_context(Link(port).serve())
                for name, port in (
                    ("node", self.broker.port),
                    ("host", self.broker.port),
                    ("database", self.database.port),
                )
            }
            self.offset.write_text("0")
            node, host = self._write("node"), self._write("host")
            self.node = Process(
                "-m", "tests.system.chaos.node", str(node), str(self.offset), log=self.folder / "node.log"
            )
            self.host = Process(
                "-m",
                "edge",
                "run",
                "-c",
                str(host),
                "--only",
                "ingest",
                "--until-eof",
                log=self.folder / "host.log",
            )
            for process in (self.host, self.node):
                stack.push_async_callback(process.kill)
                await process.start()
            async with asyncio.timeout(SETTLE_S):
                while len(self._read()) < 2 * PLCS:
                    await asyncio.sleep(POLL_S)
            work = asyncio.create_task(self._work(), name="work")
            try:
                yield self
            finally:
                work.cancel()

    async def _work(self) -> None:
        """Make pieces at a pace that changes."""
        while self._producing:
            await asyncio.sleep(WORK_S)
            for plc in self.plcs:
                plc.made["good"] += self._rng.randrange(int(RATE * WORK_S) // 2)
                plc.made["reject"] += self._rng.random() < 0.1

    def tallies(self) -> Mapping[Stream, Tally]:
        """Return the account of every point; nothing while the file is being opened anew."""
        try:
            return read_tallies(self.outbox)
        except TransientError:
            return {}

    def made(self) -> dict[tuple[str, str], int]:
        """Return the truth."""
        return {
            (f"plc{number}", name): pieces
            for number, plc in enumerate(self.plcs)
            for name, pieces in plc.made.items()
        }

    async def stored(self) -> dict[tuple[str, str], int]:
        """Return what the database has."""
        options = InfluxOptions(
            kind="influxdb", url=f"http://127.0.0.1:{self.database.port}", database="chaos"
        )
        async with InfluxHistorian(options) as historian:
            query = Query("count", "n", Aggregate.SUM, 0, 2**62, group_by=("device", "counter"))
            rows = await historian.query(query)
        return {(row.tags["device"], row.tags["counter"]): int(row.value) for row in rows}

    async def settle(self) -> None:
        """Make no more, and wait until every piece has been counted and every batch acknowledged."""
        self._producing = False
        await asyncio.sleep(2 * WORK_S)
        made = {f"{plc}.{name}": pieces for (plc, name), pieces in self.made().items()}
        async with asyncio.timeout(SETTLE_S):
            while (counted := self._read()) != made or any(tally.waiting for tally in self._ledger()):
                self.unsettled = f"made {made}, counted {counted}, {self.tallies()}"
                await asyncio.sleep(POLL_S)

    def _ledger(self) -> list[Tally]:
        tallies = self.tallies()
        return [tallies[Stream.LEDGER]] if tallies else [Tally(1, 0, waiting=1)]

    def _read(self) -> dict[str, int]:
        """Return the totals that the node has counted, by counter; nothing before the first reading."""
        try:
            state = read_state(self.outbox)
        except TransientError:
            return {}
        return {
            f"{key.removeprefix('ledger/')}.{name}": account["total"]
            for key, text in state.items()
            if key.startswith("ledger/")
            for name, account in json.loads(text)["accounts"].items()
        }

    def _write(self, program: str) -> Path:
        (self.folder / "plc.yaml").write_text(plc_map())
        devices = "\n".join(
            f'  plc{number}: {{map: plc.yaml, endpoint: "modbus-tcp://127.0.0.1:{plc.port}"}}'
            for number, plc in enumerate(self.plcs)
        )
        data = self.data if program == "node" else self.folder / "host"
        file = self.folder / f"{program}.yaml"
        file.write_text(
            f"""
site: {{enterprise: e, site: s, line: l, timezone: Asia/Shanghai}}
node: {{id: n, data_dir: "{data}"}}
devices:
{devices}
mqtt: {{url: "mqtt://127.0.0.1:{self.links[program].port}", ack_timeout_s: 2}}
outbox: {{budget: 12MB, min_free: 1MB}}
historian: {{kind: influxdb, url: "http://127.0.0.1:{self.links["database"].port}", database: chaos, timeout_s: 3}}
"""
        )
        return file
