from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from edge.historian.base import Aggregate, Query
from edge.historian.embedded import EmbeddedHistorian
from edge.messages.schema import Stream
from edge.outbox.sqlite import read_tallies
from tests.servers import Server, free_port, mosquitto_server
from tests.system.programs import POLL_S, START_S, children, running

FORBIDDEN = ("pandas", "matplotlib", "influxdb_client", "numpy")


def write_plant(folder: Path, broker: int) -> Path:
    """Write an edge.yaml whose only PLC is not there."""
    (folder / "map.yaml").write_text(
        'protocol: modbus\ntags:\n  good: {address: "holding:0", type: uint32, counter: {role: good, max_per_s: 3}}\n'
    )
    file = folder / "edge.yaml"
    file.write_text(
        f"""
site: {{enterprise: e, site: s, line: l, timezone: Asia/Shanghai}}
node: {{id: n}}
devices: {{absent: {{map: map.yaml, endpoint: "modbus-tcp://127.0.0.1:{free_port()}"}}}}
mqtt: {{url: "mqtt://127.0.0.1:{broker}", ack_timeout_s: 1}}
console: {{listen: "127.0.0.1:0"}}
"""
    )
    return file


def test_the_node_loads_nothing_that_it_does_not_need() -> None:
    """pandas, matplotlib and influxdb_client belong to the host; the node must stay small."""
    command = [sys.executable, "-X", "importtime", "-c", "import edge.node, edge.drivers.modbus.driver"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    modules = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "edge" in modules
    assert modules.isdisjoint(FORBIDDEN)


@pytest.mark.timeout(90)
async def test_an_absent_plc_is_an_offline_machine_and_an_absent_broker_fills_the_outbox(
    tmp_path: Path,
) -> None:
    """A node whose PLC and broker are away starts all the same; when the broker comes, what waited is stored."""
    broker = mosquitto_server(tmp_path)
    broker.port = free_port()
    config = write_plant(tmp_path, broker.port)
    outbox, historian = tmp_path / "var" / "outbox.db", tmp_path / "var" / "historian.db"
    async with running(config, "node") as node, running(config, "host") as host:
        await node.says("node runs")
        await host.says("host runs")
        async with asyncio.timeout(START_S):
            while not (
                await asyncio.to_thread(outbox.exists) and read_tallies(outbox)[Stream.LEDGER].waiting
            ):
                await asyncio.sleep(POLL_S)
        broker.start()
        try:
            await _until_stored(historian)
            assert await node.end() == 0
            assert await host.end() == 0
        finally:
            broker.stop()
    for program in (node, host):
        assert "Traceback" not in program.log.read_text(encoding="utf-8")


@pytest.mark.timeout(60)
async def test_an_absent_database_only_fills_the_outbox(mosquitto: Server, tmp_path: Path) -> None:
    """A host whose InfluxDB is away starts, says so, and acknowledges nothing."""
    config = write_plant(tmp_path, mosquitto.port)
    text = config.read_text()
    url = f"http://127.0.0.1:{free_port()}"
    config.write_text(f"{text}historian: {{kind: influxdb, url: '{url}', database: chili}}\n")
    async with running(config, "node") as node, running(config, "host") as host:
        await node.says("node runs")
        await host.says("the database cannot be reached")
        tally = read_tallies(tmp_path / "var" / "outbox.db")[Stream.LEDGER]
        assert tally.waiting > 0
        assert tally.acknowledged == 0
        assert await host.end() == 0


@pytest.mark.timeout(60)
async def test_a_taken_address_is_one_line_and_exit_code_2(mosquitto: Server, tmp_path: Path) -> None:
    """The console's port is somebody else's: the host says so and ends, without a traceback."""
    config = write_plant(tmp_path, mosquitto.port)
    config.write_text(config.read_text().replace('"127.0.0.1:0"', f'"127.0.0.1:{mosquitto.port}"'))
    async with running(config, "host") as host:
        async with asyncio.timeout(START_S):
            assert await host.process.wait() == 2
    (line,) = [line for line in host.log.read_text(encoding="utf-8").splitlines() if "console.listen" in line]
    assert "is taken" in line
    assert "Traceback" not in host.log.read_text(encoding="utf-8")


@pytest.mark.timeout(90)
async def test_run_starts_a_killed_program_again_and_ends_both_in_order(
    mosquitto: Server, tmp_path: Path
) -> None:
    """Node and host run as two processes; each is started again after kill -9, and SIGTERM ends all within 10 s."""
    config = write_plant(tmp_path, mosquitto.port)
    async with running(config) as both:
        await both.says("node runs")
        await both.says("host runs")
        for child in children(both.process.pid):
            os.kill(child, signal.SIGKILL)
        await both.says("(?s)node runs.*node runs")
        await both.says("(?s)host runs.*host runs")
        async with asyncio.timeout(10):
            assert await both.end() == 0
    log = both.log.read_text(encoding="utf-8")
    assert log.index("node ends") < log.index("host ends")
    assert "Traceback" not in log


async def _until_stored(file: Path) -> None:
    """Wait until the historian says that the machine is offline."""
    query = Query("state", "category", Aggregate.LAST, 0, 2**62, group_by=("device",))
    async with asyncio.timeout(START_S):
        while not await asyncio.to_thread(file.exists):
            await asyncio.sleep(POLL_S)
        async with EmbeddedHistorian(file, read_only=True) as historian:
            while not (rows := await historian.query(query)):
                await asyncio.sleep(POLL_S)
    assert [(row.tags["device"], row.value) for row in rows] == [("absent", "offline")]


@pytest.mark.timeout(60)
async def test_a_node_that_waits_for_its_disk_ends_when_it_is_told_to(tmp_path: Path) -> None:
    """It says why it waits, and SIGTERM, or the end of who started it, finds it ready to go."""
    config = write_plant(tmp_path, free_port())
    await asyncio.to_thread((tmp_path / "var").write_text, "a file where the folder should be")
    async with running(config, "node") as node:
        await node.says("outbox cannot be opened, trying again")
        assert await node.end() == 0
