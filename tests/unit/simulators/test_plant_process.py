"""`python -m simulators plant` from the outside: started, run, halted, ended."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pymodbus.client import AsyncModbusTcpClient

from simulators.park import NAMES
from simulators.people.roster import roster
from tests.unit.simulators.processes import DEADLINE_S, Simulator, simulator

_PLANT = ("plant", "--seed", "3", "--speed", "50")
_SECTIONS = {
    *("format", "seed", "speed", "started", "written", "producing", "devices", "machines", "people", "faults")
}


def _truth(path: Path) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads(path.read_text())
    return truth


async def _until(plant: Simulator, path: Path, told: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Wait for a truth file that says what is expected, asking a server of the plant in between."""
    async with asyncio.timeout(DEADLINE_S):
        while not told(truth := _truth(path)):
            await _raw_counts(plant.ports["jar_line"])
    return truth


async def _raw_counts(port: int) -> dict[str, int]:
    client = AsyncModbusTcpClient("127.0.0.1", port=port, retries=0, reconnect_delay=0)
    assert await client.connect()
    try:
        words = (await client.read_holding_registers(4, count=6, device_id=1)).registers
    finally:
        client.close()
    names = ("total_count", "good_count", "reject_count")
    return {name: words[2 * n] << 16 | words[2 * n + 1] for n, name in enumerate(names)}


async def test_hold_run_halt_quit(tmp_path: Path) -> None:
    """Nothing is made before `run`, nothing after `halt`; the registers then show what the final truth says."""
    path = tmp_path / "truth.json"
    async with simulator(
        *_PLANT, "--truth", str(path), "--hold", "--terminal-url", "http://127.0.0.1:9"
    ) as plant:
        assert plant.ready["serials"] == ["CGKK223812345", "CGKK223812346"]
        assert {*NAMES, "jar_line_2", "jar_line_3"} == plant.ports.keys()
        before = _truth(path)
        assert before.keys() == _SECTIONS
        assert not before["producing"]
        assert before["devices"]["jar_line"]["counters"]["total"] == {"pieces": 0, "grams": 0}
        first = await _raw_counts(plant.ports["jar_line"])
        assert first == before["machines"]["jar_line"]["raw"]

        plant.say("run")
        running = await _until(
            plant, path, lambda t: t["devices"]["jar_line"]["counters"]["total"]["pieces"] > 40
        )
        assert running["producing"]

        plant.say("halt")
        await _until(plant, path, lambda t: not t["producing"])
        halted = await _raw_counts(plant.ports["jar_line"])
        plant.say("quit")
        code, errors = await plant.end()
    assert (code, errors) == (0, "")
    final = _truth(path)
    jars = final["machines"]["jar_line"]
    counters = final["devices"]["jar_line"]["counters"]
    assert counters["total"]["pieces"] == counters["good"]["pieces"] + counters["reject"]["pieces"]
    assert counters["total"]["pieces"] == halted["total_count"] - first["total_count"]
    assert (jars["raw"], jars["state"]) == (halted, 2)
    assert not final["producing"]
    assert final["written"] > final["started"]
    assert final["people"]["punched"] > 0
    assert final["people"]["unsent"] >= final["people"]["punched"]
    assert final["people"]["records_sent"] == 0
    assert not path.with_name("truth.json.new").exists()


async def test_the_end_of_stdin_ends_it(tmp_path: Path) -> None:
    """A plant whose starter is gone halts, writes its truth and goes too; it complains about commands it ignores."""
    path = tmp_path / "truth.json"
    async with simulator(*_PLANT, "--truth", str(path)) as plant:
        assert _truth(path)["people"]["punched"] == 0
        plant.say("dance")
        code, errors = await plant.end()
    assert (code, errors) == (0, "simulators: no such command: 'dance' (run, halt, quit)\n")
    assert not _truth(path)["producing"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_in_order(tmp_path: Path, number: signal.Signals) -> None:
    """With --no-stdin it lives on until it is told to end, and ends with code 0 and a final truth."""
    path = tmp_path / "truth.json"
    async with simulator(*_PLANT, "--truth", str(path), "--no-stdin") as plant:
        plant.close_stdin()
        await _until(plant, path, lambda t: bool(t["producing"]))
        plant.process.send_signal(number)
        assert await plant.end() == (0, "")
    assert not _truth(path)["producing"]


@pytest.mark.parametrize("shift", ["A", "B", "C"])
async def test_the_people_of_a_shift_come_at_any_hour(shift: str, tmp_path: Path) -> None:
    """What a run is compared with must not depend on the time of day at which it was started."""
    words = ("--truth", str(tmp_path / "t.json"), "--tables", str(tmp_path), "--for", "1s", "--no-stdin")
    async with simulator(*_PLANT, *words, "--shift", shift, "--terminal-url", "http://127.0.0.1:9") as plant:
        async with asyncio.timeout(DEADLINE_S):
            await plant.process.wait()
    _, *rows = (tmp_path / "attendance.csv").read_text().splitlines()
    came = {row.split(",")[1] for row in rows}
    assert came
    assert came <= {worker.pin for worker in roster(3) if worker.shift == shift}


async def test_only_what_people_did_is_told(tmp_path: Path) -> None:
    """A run that is over before the whole shift has come lists those who have, and the truth file counts them."""
    path = tmp_path / "truth.json"
    words = ("--truth", str(path), "--tables", str(tmp_path / "tables"), "--for", "1s", "--no-stdin")
    async with simulator(
        "plant", "--seed", "3", "--speed", "15", *words, "--terminal-url", "http://127.0.0.1:9"
    ) as plant:
        async with asyncio.timeout(DEADLINE_S):
            await plant.process.wait()
    _, *rows = (tmp_path / "tables" / "attendance.csv").read_text().splitlines()
    people = _truth(path)["people"]
    assert 0 < len({row.split(",")[1] for row in rows}) == people["punched"] < people["planned"]
    assert all(float(row.split(",")[0]) <= 15.0 for row in rows)
