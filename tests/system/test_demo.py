from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Server, program
from tests.system.programs import POLL_S, Outcome, alive, children, chili_edge

FIGURES = re.compile(
    r"^(\w+) +(total|good|reject|infeed) +([\d,]+) +([\d,]+) +([\d,]+) .* (\d+)$", re.MULTILINE
)


def made(text: str) -> dict[tuple[str, str], int]:
    """Return the pieces of a reconciliation that says that made = counted = stored, by machine and counter."""
    rows = {(machine, counter): figures for machine, counter, *figures in FIGURES.findall(text)}
    assert len(rows) == 17, text
    for made_, counted, stored, difference in rows.values():
        assert made_ == counted == stored, text
        assert difference == "0", text
    return {key: int(figures[0].replace(",", "")) for key, figures in rows.items()}


def assert_reconciled(outcome: Outcome) -> None:
    """Fail unless the demo made something, and lost and doubled nothing of it."""
    assert outcome.code == 0, outcome.out + outcome.err
    pieces = made(outcome.out)
    assert pieces["jar_line", "good"] > 50
    assert pieces["pouch_line", "good"] > 50
    assert "made = counted = stored" in outcome.out
    assert "Traceback" not in outcome.err


@pytest.mark.timeout(180)
@pytest.mark.parametrize("broker", ["mosquitto", "embedded"])
def test_the_demo_counts_every_piece_once(broker: str, tmp_path: Path) -> None:
    """What the machines made is what was counted and stored, also where the pouch line's total rolls over."""
    if broker == "mosquitto":
        program("mosquitto", "mosquitto")
    outcome = chili_edge(
        *(
            "demo",
            "--for",
            "8s",
            "--port",
            "0",
            "--speed",
            "20",
            "--broker",
            broker,
            "--dir",
            tmp_path / "demo",
        ),
        timeout=150,
    )
    assert_reconciled(outcome)
    truth = json.loads((tmp_path / "demo" / "truth.json").read_text())
    assert truth["machines"]["pouch_line"]["raw"]["total_count"] < 2**16


@pytest.mark.timeout(180)
def test_a_demo_with_history_goes_on_from_it(tmp_path: Path) -> None:
    """Two simulated days are counted first; the live machines go on from their counters, and every difference is zero."""
    outcome = chili_edge(
        *(
            "demo",
            "--history",
            "2",
            "--for",
            "8s",
            "--port",
            "0",
            "--speed",
            "20",
            "--dir",
            tmp_path / "demo",
        ),
        timeout=150,
    )
    assert_reconciled(outcome)
    summary = json.loads(
        (tmp_path / "demo" / "history" / "truth" / "summary.json").read_text(encoding="utf-8")
    )
    truth = json.loads((tmp_path / "demo" / "truth.json").read_text())
    before = summary["machines"]["jar_line"]["raw"][0]
    assert (
        truth["machines"]["jar_line"]["raw"]["total_count"] == before + made(outcome.out)["jar_line", "total"]
    )


@pytest.mark.timeout(180)
def test_the_demo_stores_into_a_real_influxdb(influxd: Server, tmp_path: Path) -> None:
    """InfluxQL's own sum over the counts is the truth file, to the piece."""
    url = f"http://127.0.0.1:{influxd.port}"
    _ask(url, "CREATE DATABASE chili")
    outcome = chili_edge(
        *(
            "demo",
            "--for",
            "8s",
            "--port",
            "0",
            "--speed",
            "20",
            "--influxdb",
            url,
            "--dir",
            tmp_path / "demo",
        ),
        timeout=150,
    )
    assert_reconciled(outcome)
    truth = json.loads((tmp_path / "demo" / "truth.json").read_text())
    answer = _ask(url, "SELECT sum(n) FROM count GROUP BY device, counter")
    stored = {
        (series["tags"]["device"], series["tags"]["counter"]): series["values"][0][1]
        for series in answer["results"][0]["series"]
    }
    assert stored == {
        (machine, counter): figure["pieces"]
        for machine, facts in truth["devices"].items()
        for counter, figure in facts["counters"].items()
    }


@pytest.mark.timeout(240)
def test_kill_9_at_any_moment_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """Node and host are killed ten times and more within a minute, and started again: every difference is still 0."""
    outcome = chili_edge(
        *(
            "demo",
            "--for",
            "60s",
            "--port",
            "0",
            "--chaos",
            "3.5s",
            "--seed",
            "7",
            "--dir",
            tmp_path / "demo",
        ),
        timeout=220,
    )
    assert_reconciled(outcome)
    kills = re.search(r"(\d+) times node or host was killed", outcome.out)
    assert kills is not None
    assert int(kills[1]) >= 10
    assert "by itself" not in outcome.out


@pytest.mark.timeout(90)
async def test_a_killed_demo_leaves_no_program_behind(tmp_path: Path) -> None:
    """When the demo itself dies by kill -9, everything that it started ends."""
    program("mosquitto", "mosquitto")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "edge", "demo", "--port", "0", "--dir", str(tmp_path / "demo")),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            while b"console:" not in await process.stdout.readline():
                pass
        started = [child for child in children(process.pid) if alive(child)]
        assert len(started) == 4
    finally:
        process.kill()
        await process.wait()
    async with asyncio.timeout(20):
        while any(alive(child) for child in started):
            await asyncio.sleep(POLL_S)


@pytest.mark.timeout(90)
@pytest.mark.parametrize(
    ("heard", "outcomes"),
    [
        (b"starting", {b"ended before anything was made"}),
        (b"console:", {b"made = counted = stored", b"nothing to compare"}),
    ],
)
async def test_ctrl_c_ends_the_demo(heard: bytes, outcomes: set[bytes], tmp_path: Path) -> None:
    """While it starts there is nothing to compare yet; from the console on it settles and compares. It exits with 0."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "edge", "demo", "--port", "0", "--dir", str(tmp_path / "demo")),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    while heard not in (said := await process.stdout.readline()):
        assert said, "it ended by itself"
    process.send_signal(signal.SIGINT)
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    assert any(outcome in said for outcome in outcomes), said.decode()


@pytest.mark.timeout(90)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
async def test_a_demo_that_ends_while_its_past_is_simulated_leaves_nothing_behind(
    number: signal.Signals, tmp_path: Path
) -> None:
    """A year takes minutes: whoever does not want to wait gets the terminal back at once, and no program works on."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "edge", "demo", "--history", "--port", "0", "--dir", str(tmp_path / "demo")),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            while not (tmp_path / "demo" / "history").exists():
                await asyncio.sleep(POLL_S)
        started = [child for child in children(process.pid) if alive(child)]
        assert len(started) == 1
        process.send_signal(number)
        async with asyncio.timeout(10):
            said, _ = await process.communicate()
            while any(alive(child) for child in started):
                await asyncio.sleep(POLL_S)
    finally:
        if process.returncode is None:
            process.kill()
    if number is signal.SIGINT:
        assert process.returncode == 0
        assert b"ended before anything was made" in said


def _ask(url: str, query: str) -> Any:
    form = urllib.parse.urlencode({"db": "chili", "q": query}).encode()
    with urllib.request.urlopen(f"{url}/query", form, timeout=10) as response:  # noqa: S310 - our own server
        return json.load(response)
