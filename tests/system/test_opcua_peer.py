"""The OPC UA driver against a server of another maker: node-opcua, beside asyncua's."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from edge.backoff import Backoff
from edge.clock import SystemClock
from edge.drivers.opcua.address import MessageMode, Mode, Policy, Security, Server
from edge.drivers.opcua.driver import OpcuaDriver
from edge.drivers.opcua.pki import Pki, Standing
from edge.drivers.opcua.session import Patience
from edge.map_browse.arguments import Options
from edge.map_browse.command import browse
from edge.map_browse.screen import Screen
from edge.model.calendar import NS
from edge.model.frame import Frame, Quality, Value
from edge.plc_map.load import OpcuaMachine, load_map
from tests.opcua_peer import Peer, peer
from tests.unit.drivers.frames import Frames, is_bad, is_good, readings, running
from tests.unit.drivers.opcua.hall import OPEN, Hall, Proxy, address, hall, proxy, tag

pytestmark = pytest.mark.asyncio(loop_scope="module")
CLOCK = SystemClock()
NAMES = ("level", "count", "running", "batch")
STATUSES = {"Good": 0, "Uncertain": 0x4000_0000, "Bad": 0x8000_0000}
CUT = 300
Sample = tuple[str, Value, int, int]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def other(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Peer]:
    """One process for all tests here: it takes seconds to start."""
    async with peer(tmp_path_factory.mktemp("peer")) as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plant() -> AsyncIterator[Hall]:
    """The same variables in asyncua's server."""
    async with hall() as one:
        yield one


def driver(server: Server, pki: Pki | None = None, patience: Patience | None = None) -> OpcuaDriver:
    """Return a driver that does not wait long before it tries again."""
    pauses = random.Random(1)
    return OpcuaDriver(
        server, CLOCK, pki or Pki(Path("pki"), "n"), lambda: Backoff(0.02, 0.1, pauses), patience
    )


def said(frames: Frames) -> list[Sample]:
    """Return every sample with its own time stamp, each once, by tag and time."""
    found = {
        (name, value, quality, time)
        for frame in frames.all
        for name, value, quality, time in zip(
            frame.tags, frame.values, frame.qualities, frame.times or (), strict=False
        )
    }
    return sorted(found, key=lambda one: (one[0], one[3]))


@pytest.mark.parametrize("mode", list(Mode))
async def test_values_qualities_and_source_times_are_the_same_from_either_server(
    other: Peer, plant: Hall, mode: Mode
) -> None:
    """Every type and status that is written comes as it is, with the source's time, whoever made the server."""
    begin = CLOCK.now() // NS * 1000 + 5000
    written: list[tuple[str, Value, str]] = [
        ("level", 2.25, "Good"),
        ("level", -0.5, "Uncertain"),
        ("level", 3.0, "Bad"),
        ("count", 4_294_967_295, "Good"),
        ("running", False, "Uncertain"),
        ("batch", "罐-18", "Good"),
    ]

    async def to_peer(name: str, value: Value, status: str, moment: int) -> None:
        await other.write(name, value, status, moment)

    async def to_hall(name: str, value: Value, status: str, moment: int) -> None:
        await plant.write(name, value, STATUSES[status], datetime.fromtimestamp(moment / 1000, UTC))

    async def heard(port: int, write: Callable[..., Awaitable[None]]) -> list[Sample]:
        tags = [tag(name, mode, scan=0.1) for name in NAMES]
        async with running(driver(address(port, *tags))) as frames:
            await frames.until(is_whole)
            for step, (name, value, status) in enumerate(written):
                moment = begin + step
                await write(name, value, status, moment)
                await frames.until(carries(name, moment * 1_000_000))
        return [one for one in said(frames) if begin * 1_000_000 <= one[3] < (begin + 1000) * 1_000_000]

    expected = sorted(
        (
            (name, None if status == "Bad" else value, QUALITIES[status], (begin + step) * 1_000_000)
            for step, (name, value, status) in enumerate(written)
        ),
        key=lambda one: (one[0], one[3]),
    )
    assert await heard(plant.port, to_hall) == expected
    assert await heard(other.port, to_peer) == expected


QUALITIES = {"Good": 192, "Uncertain": 64, "Bad": 0}


def is_whole(frame: Frame) -> bool:
    """Whether a frame has every tag."""
    return set(frame.tags) == set(NAMES)


def carries(name: str, time: int) -> Callable[[Frame], bool]:
    """Return a predicate: the frame has a value of a tag with this time stamp."""

    def check(frame: Frame) -> bool:
        place = frame.places.get(name)
        return place is not None and frame.times is not None and frame.times[place] == time

    return check


async def test_every_policy_in_every_mode_after_approval(other: Peer, tmp_path: Path) -> None:
    """Unknown, its certificate is stored; trusted, each policy and mode gives values, also with a password."""
    pki = Pki(tmp_path / "pki", "n")
    secured = [
        Security(policy, mode) for policy in Policy if policy is not Policy.NONE for mode in MessageMode
    ]
    async with running(driver(address(other.port, tag("count"), security=secured[0]), pki)) as frames:
        await frames.until(is_bad)
    unknown = [one for standing, _, one in pki.listing() if standing is Standing.REJECTED]
    assert len(unknown) == 1
    pki.trust(unknown[0].thumbprint)
    for security in [*secured, replace(secured[-1], user="edge", password="chili")]:
        server = replace(address(other.port, tag("count"), security=security), timeout=4.0)
        async with running(driver(server, pki)) as frames:
            frame = await frames.until(is_good)
        assert frame.values[0] is not None


async def _cut(frames: Frames, wire: Proxy) -> None:
    seen = len(frames.all)
    wire.is_silent = True
    await frames.until(is_bad, after=seen)


async def test_a_cut_link_leaves_nothing_out_and_nothing_twice(other: Peer) -> None:
    """The server keeps 50 nodes a call, two sessions and a history, and gives all that was missed."""
    begin = CLOCK.now() // NS * 1000 + 2000
    patience = Patience(connect=4.0, watch=0.1, deaf=0.5, farewell=0.2)
    await other.write("level", 1.0)
    async with proxy(other.port) as wire:
        server = address(wire.port, tag("level", scan=0.1))
        async with running(driver(server, patience=patience)) as frames:
            await frames.until(is_good)
            await other.write("level", 1000.0, source_ms=begin)
            await frames.until(lambda frame: readings(frame).get("level") == 1000.0)
            await _cut(frames, wire)
            for step in range(1, CUT):
                await other.write("level", 1000.0 + step, source_ms=begin + 1000 * step)
            wire.is_silent = False
            await frames.until_not(lambda: len(_levels(frames)) < CUT)
    assert sorted(_levels(frames)) == [
        ((begin + 1000 * step) * 1_000_000, 1000.0 + step) for step in range(CUT)
    ]


def _levels(frames: Frames) -> list[tuple[int, Value]]:
    return [
        (frame.times[0], frame.values[0])
        for frame in frames.all
        if frame.times is not None and frame.qualities[0] == Quality.GOOD
        if isinstance(frame.values[0], float) and frame.values[0] >= 1000.0
    ]


async def test_its_address_space_becomes_a_map(other: Peer, tmp_path: Path) -> None:
    """With units and descriptions; what the map says is then read."""
    options = Options(address(other.port, security=OPEN), branch="Hall")
    with Screen() as screen:
        text, told = await browse(options, Pki(tmp_path, "n"), CLOCK, screen)
    assert told == "tags: 7; variables left out, as comments: 0"
    assert "level:" in text
    assert "unit: °C" in text
    assert "description: the count of the hall" in text
    file = tmp_path / "map.yaml"
    file.write_text(text, encoding="utf-8")
    machine = load_map(file)
    assert isinstance(machine, OpcuaMachine)
    server = replace(address(other.port), tags=machine.tags)
    async with running(driver(server)) as frames:
        frame = await frames.until(lambda frame: len(frame.tags) == 7)
    assert [readings(frame)[f"many_{number}"] for number in range(3)] == [1, 2, 3]
