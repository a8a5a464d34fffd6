"""Scenarios as processes live through them: what a client sees and when, what the truth says, and the same bytes again."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException

from simulators.faults.catalogue import WIRE
from simulators.faults.scenario import SCENARIOS, load
from simulators.faults.schedule import Schedule, apply
from simulators.faults.targets import SERVICES, TERMINALS, park_targets
from simulators.model.plant import Plant
from simulators.park import Park
from simulators.probes import park_probes
from simulators.servers.attendance_terminal import AttendanceTerminal
from simulators.servers.http_client import HttpClient
from simulators.servers.opcua import Security
from tests.servers import free_port, program
from tests.unit.simulators.processes import DEADLINE_S, simulator

_STORY = """\
description: the jar line refuses to answer, and the cable to the pouch line is out
seed: 3
faults:
  - {kind: exception, target: jar_line, start: 500ms, end: 1500ms, code: 4}
  - {kind: wire_cut, target: pouch_line, start: 500ms, end: 1500ms}
  - {kind: counter_reset, target: pouch_a, start: 1s}
"""


async def _seen(port: int) -> str:
    """Return what a read of the first register comes to: a value, an exception's code, or no connection."""
    client = AsyncModbusTcpClient("127.0.0.1", port=port, retries=0, reconnect_delay=0, timeout=1)
    try:
        if not await client.connect():
            return "refused"
        answer = await client.read_holding_registers(0, count=1, device_id=1)
        return f"exception {answer.exception_code}" if answer.isError() else "value"
    except ModbusException:
        return "cut"
    finally:
        client.close()


async def _until(port: int, *wanted: str) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while await _seen(port) not in wanted:
            pass


def _story(directory: Path) -> Path:
    path = directory / "story.yaml"
    path.write_text(_STORY)
    return path


async def test_faults_come_and_go_as_the_file_says(tmp_path: Path) -> None:
    """A PLC with exceptions and one behind a cut cable answer before, fail meanwhile, and answer again."""
    story = str(_story(tmp_path))
    async with simulator("plant", "--truth", str(tmp_path / "t.json"), "--scenario", story) as plant:
        jar_line, pouch_line = plant.ports["jar_line"], plant.ports["pouch_line"]
        await _until(jar_line, "exception 4")
        await _until(pouch_line, "refused")
        await _until(jar_line, "value")
        await _until(pouch_line, "value")
        assert await plant.end() == (0, "")


async def test_the_same_scenario_leaves_the_same_bytes(tmp_path: Path) -> None:
    """Two runs of one seed, scenario and length end by themselves and write identical tables, fault windows included."""
    story = str(_story(tmp_path))
    tables = []
    for name in ("a", "b"):
        folder = tmp_path / name
        words = ("--truth", str(tmp_path / "t.json"), "--tables", str(folder), "--scenario", story)
        async with simulator(
            "plant", "--speed", "20", "--seed", "5", "--for", "2s", "--no-stdin", *words
        ) as plant:
            async with asyncio.timeout(DEADLINE_S):
                await plant.process.wait()
        tables.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert tables[0] == tables[1]
    assert {"production.csv", "states.csv", "alarms.csv", "lots.csv", "attendance.csv", "faults.csv"} == set(
        tables[0]
    )
    windows = json.loads((tmp_path / "t.json").read_text())["faults"]
    assert [(one["kind"], one["start_s"], one["end_s"]) for one in windows] == [
        ("exception", 0.5, 1.5),
        ("wire_cut", 0.5, 1.5),
        ("counter_reset", 1.0, 1.0),
    ]
    faults = tables[0]["faults.csv"].decode().splitlines()
    assert len(faults) == 4
    assert "counter_reset,pouch_a,1.000,1.000,3,{}" in faults


async def test_a_killed_broker_is_away_and_back(tmp_path: Path) -> None:
    """The service command runs a real mosquitto; the scenario kills it, and starts it again, for its clients to see."""
    story = tmp_path / "story.yaml"
    story.write_text(
        "description: the broker dies\nfaults: [{kind: service_kill, target: broker, start: 300ms, end: 900ms}]\n"
    )
    port = free_port()
    words = ("service", "broker", "--port", str(port), "--scenario", str(story), "--")
    async with simulator(*words, program("mosquitto", "mosquitto"), "-p", str(port)) as broker:
        clients = broker.ports["broker"]
        await _reached(clients, wanted=False)
        await _reached(clients, wanted=True)
        broker.say("quit")
        code, _ = await broker.end()
    assert code == 0


async def _reached(port: int, *, wanted: bool) -> None:
    """Wait until a broker behind a port answers CONNECT, or doesn't."""
    async with asyncio.timeout(DEADLINE_S):
        while await _answers_connect(port) is not wanted:
            pass


async def _answers_connect(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(bytes.fromhex("10 0C 0004 4D515454 04 02 003C 0000".replace(" ", "")))
        return bool(await reader.read(4))
    except OSError:
        return False
    finally:
        writer.close()


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
async def test_every_fault_of_every_scenario_is_taken(path: Path, tmp_path: Path) -> None:
    """Each file that comes with the plant names targets and probes that are there."""
    scenario = load(path, park_targets(), park_probes())
    faults = [fault for fault in scenario.faults if fault.target not in SERVICES]
    terminals = {
        name: AttendanceTerminal(HttpClient.for_url("http://127.0.0.1:9"), name) for name in TERMINALS
    }
    park = Park(
        Plant(1),
        1,
        ports={},
        spoiled={fault.target for fault in faults if fault.kind in WIRE},
        security=Security(tmp_path, {"edge": "secret"}),
    )
    async with park:
        park.show(1, datetime(2026, 11, 23, 12, tzinfo=UTC))
        await park.show_tanks(1, 1_795_000_000_000_000_000)
        schedule = Schedule(faults)
        targets = {**park.targets, **terminals}
        for event in schedule.due(1e9):
            await apply([event], targets)
            await park.show_tanks(2, 1_795_000_001_000_000_000)
