"""A node that carries a whole plant: drivers, every processor, outbox and forwarder, as a share of a core and in MB. A limit.

Run as `python -m benchmarks.node`; needs mosquitto. The simulated plant runs in real time, Modbus, OPC UA and all; eight
fleet devices of 200 tags that all change each second bring it to 2,000 tags a second. The node is pinned to the first core,
all others to the last.
"""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import tempfile
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from benchmarks.processes import cpu_s
from edge.clock import SystemClock
from edge.config.settings import Settings, load
from edge.demo import processes
from edge.demo.configuration import write_configuration
from edge.demo.processes import Program
from edge.historian.base import Aggregate, Query
from edge.host import open_historian
from tests.servers import mosquitto_server

ROUNDS, ROUND_S, WARM_UP_S = 5, 10.0, 20.0
FLEET, FLEET_TAGS = 8, 200
_ROSTER = "pin,name,kind,team,shift\n0001,王芳,permanent,pack,A\n"


def main() -> None:
    """Measure and print a line each."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    print(f"the node pinned to core {cores[0]}, plant, broker and host to core {cores[-1]}")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder), cores[0]))


async def _measure(folder: Path, core: int) -> None:
    broker = mosquitto_server(folder)
    async with AsyncExitStack() as stack:
        broker.start()
        stack.callback(broker.stop)
        plant = await _start(stack, folder, "simulators", "plant", "--truth", str(folder / "truth.json"))
        fleet = await _start(stack, folder, "simulators", "fleet", "--devices", str(FLEET))
        config = _configuration(folder, await plant.ready(), await fleet.ready(), broker.port)
        run = ("edge", "run", "-c", str(config), "--until-eof", "--only")
        await _start(stack, folder, *run, "host")
        node = await _start(stack, folder, *run, "node")
        pid = node.process.pid if node.process else 0
        os.sched_setaffinity(pid, {core})
        await asyncio.sleep(WARM_UP_S)
        begun = SystemClock().now()
        shares = [await _share(pid) for _ in range(ROUNDS)]
        settings = load(config)
        stored = await _stored_per_s(settings, begun)
        print(
            f"{len(settings.plant.devices)} devices, {_tags_per_s(settings):,.0f} tags/s read, {stored:,.0f} values/s stored"
        )
        print(
            f"{min(shares):.1f} / {statistics.median(shares):.1f} / {max(shares):.1f} % of the core (min / median / max of"
            f" {ROUNDS} rounds of {ROUND_S:.0f} s), {_peak_mb(pid):.0f} MB at most"
        )


async def _start(stack: AsyncExitStack, folder: Path, *words: str) -> Program:
    program = processes.ours(words[-1], folder / "log" / f"{words[-1].replace('/', '-')}.log", *words)
    await program.start()
    stack.push_async_callback(program.stop)
    return program


async def _share(pid: int) -> float:
    """Return the CPU time of a process in percent of a core."""
    used, begun = cpu_s(pid), time.perf_counter()
    await asyncio.sleep(ROUND_S)
    return 100 * (cpu_s(pid) - used) / (time.perf_counter() - begun)


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def _tags_per_s(settings: Settings) -> float:
    modbus = (tag.scan for _, stations in settings.modbus for station in stations for tag in station.tags)
    opcua = (tag.scan for server in settings.opcua for tag in server.tags)
    return sum(1 / scan for scan in (*modbus, *opcua))


async def _stored_per_s(settings: Settings, since: int) -> float:
    """Return the raw values that the host has stored a second: those that changed."""
    stop = since + round(ROUNDS * ROUND_S * 1e9)
    async with open_historian(settings, read_only=True) as historian:
        rows = await historian.query(Query("tag", "v", Aggregate.COUNT, since, stop))
    return sum(int(row.value) for row in rows) / (ROUNDS * ROUND_S)


def _configuration(folder: Path, plant: Mapping[str, Any], fleet: Mapping[str, Any], broker: int) -> Path:
    """Write the demo's edge.yaml with the fleet in it; return its path."""
    (folder / "people.csv").write_text(_ROSTER, encoding="utf-8")
    ports = {**plant["ports"], "terminals": processes.free_port(), "broker": broker, "console": 0}
    config = write_configuration(folder, ports, plant["serials"], 1.0, SystemClock().now(), None)
    tags = (f'  value_{at}: {{address: "holding:{2 * at}", type: uint32}}' for at in range(FLEET_TAGS))
    lines = ("protocol: modbus", "description: a fleet device", "tags:", *tags)
    (folder / "plc_maps" / "fleet.yaml").write_text("\n".join(lines), encoding="utf-8")
    devices = (
        f'  fleet_{at}: {{map: plc_maps/fleet.yaml, endpoint: "modbus-tcp://127.0.0.1:{port}?unit=1"}}\n'
        for at, port in enumerate(fleet["ports"])
    )
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("devices:\n", "devices:\n" + "".join(devices), 1), encoding="utf-8")
    return config


if __name__ == "__main__":
    main()
