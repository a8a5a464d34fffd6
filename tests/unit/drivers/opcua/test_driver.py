"""The OPC UA driver against a real server."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from edge.backoff import Backoff
from edge.clock import SystemClock
from edge.drivers.opcua.address import Mode, Server
from edge.drivers.opcua.driver import OpcuaDriver
from edge.drivers.opcua.pki import Pki
from edge.drivers.opcua.session import Patience
from edge.model.calendar import NS, to_ns
from edge.model.frame import Frame, Quality
from tests.unit.drivers.frames import is_bad, is_good, readings, running
from tests.unit.drivers.opcua.hall import Hall, address, hall, proxy, tag

pytestmark = pytest.mark.asyncio(loop_scope="module")
CLOCK = SystemClock()


def driver(server: Server, pki: Path = Path("pki"), patience: Patience | None = None) -> OpcuaDriver:
    """Return a driver that does not wait long before it tries again."""
    return OpcuaDriver(server, CLOCK, Pki(pki, "n"), lambda: Backoff(0.05, 0.1, random.Random(1)), patience)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[Hall]:
    """One server for all tests here: making its address space takes seconds."""
    async with hall() as running_hall:
        yield running_hall


@pytest_asyncio.fixture(loop_scope="module")
async def plant(shared: Hall) -> Hall:
    """The server as it is when it starts."""
    await shared.reopen()
    return shared


def carries(name: str, value: object) -> Callable[[Frame], bool]:
    """Return a predicate: the frame has this value for a tag."""

    def check(frame: Frame) -> bool:
        return name in frame.tags and readings(frame)[name] == value

    return check


def quality(frame: Frame, name: str) -> int:
    """Return the quality of a tag in a frame."""
    return frame.qualities[frame.tags.index(name)]


def source_time(frame: Frame, name: str) -> int:
    """Return the time of a tag in a frame."""
    assert frame.times is not None
    return frame.times[frame.tags.index(name)]


@pytest.mark.parametrize("mode", list(Mode))
async def test_reads_scalars_of_every_kind(plant: Hall, mode: Mode) -> None:
    """Numbers, booleans and text arrive as they are, integers as integers; an array is of bad quality."""
    names = ("level", "count", "running", "batch", "many")
    server = address(plant.port, *(tag(name, mode) for name in names))
    async with running(driver(server)) as frames:
        frame = await frames.until(lambda frame: set(frame.tags) == set(names))
    assert readings(frame) == {"level": 1.5, "count": 7, "running": True, "batch": "A-17", "many": None}
    assert type(readings(frame)["count"]) is int
    assert quality(frame, "many") == Quality.BAD
    assert quality(frame, "level") == Quality.GOOD


@pytest.mark.parametrize("mode", list(Mode))
async def test_keeps_status_and_source_time(plant: Hall, mode: Mode) -> None:
    """An uncertain value keeps its value, its quality and the time at which its source acquired it."""
    moment = datetime.now(UTC) - timedelta(minutes=3)  # noqa: TID251 - a server's clock
    await plant.write("level", 2.5, status=0x40000000, source=moment)
    async with running(driver(address(plant.port, tag("level", mode)))) as frames:
        frame = await frames.until(carries("level", 2.5))
    assert quality(frame, "level") == Quality.UNCERTAIN
    assert source_time(frame, "level") == to_ns(moment)


@pytest.mark.parametrize("mode", list(Mode))
async def test_a_bad_status_takes_the_value_away(plant: Hall, mode: Mode) -> None:
    """A value with a bad StatusCode is not a value."""
    await plant.write("level", 2.5, status=0x80000000)
    async with running(driver(address(plant.port, tag("level", mode)))) as frames:
        frame = await frames.until(lambda frame: frame.tags == ("level",))
    assert readings(frame) == {"level": None}
    assert quality(frame, "level") == Quality.BAD


async def test_an_implausible_source_time_gives_way_to_the_servers(plant: Hall) -> None:
    """A source whose clock nobody has set does not move values into the past."""
    server_time = datetime.now(UTC)  # noqa: TID251 - a server's clock
    await plant.write("level", 9.0, source=datetime(2000, 1, 1, tzinfo=UTC), server=server_time)
    async with running(driver(address(plant.port, tag("level", Mode.POLL)))) as frames:
        frame = await frames.until(carries("level", 9.0))
    assert abs(source_time(frame, "level") - CLOCK.now()) < 60 * NS


async def test_every_change_of_a_burst_is_kept(plant: Hall) -> None:
    """Changes between two publishings come as successive frames, in their order, none dropped."""
    async with running(driver(address(plant.port, tag("count"), tag("running")))) as frames:
        await plant.watched(2)
        for number in range(100, 110):
            await plant.write("count", number)
        await plant.write("running", value=False)
        await frames.until(carries("count", 109))
    counts = [readings(frame)["count"] for frame in frames.all if "count" in frame.tags]
    assert [count for count in counts if count != 7] == list(range(100, 110))
    assert all(len(set(frame.tags)) == len(frame.tags) for frame in frames.all)


async def test_scales_and_checks_the_range(plant: Hall) -> None:
    """A value is scaled as the map says; one outside of its range is bad."""
    await plant.write("count", 123)
    tags = tag("count", Mode.POLL, scale=0.1), tag("level", Mode.POLL, limits=(2.0, 3.0))
    async with running(driver(address(plant.port, *tags))) as frames:
        frame = await frames.until(lambda frame: "count" in frame.tags)
    assert readings(frame) == {"count": 12.3, "level": None}


async def test_unknown_nodes_and_namespaces_cost_their_own_tags_only(plant: Hall) -> None:
    """A tag whose node or namespace the server does not have is bad; its neighbours are read."""
    tags = (
        tag("level"),
        tag("nowhere"),
        tag("count", Mode.POLL),
        tag("gone", Mode.POLL),
        tag("alien", namespace="urn:elsewhere"),
    )
    async with running(driver(address(plant.port, *tags))) as frames:
        polled = await frames.until(lambda frame: "alien" in frame.tags and "count" in frame.tags)
        await frames.until(carries("level", 1.5))
    assert readings(polled) == {"level": 1.5, "count": 7, "gone": None, "nowhere": None, "alien": None}
    assert [quality(polled, name) for name in ("nowhere", "gone", "alien")] == [Quality.BAD] * 3


async def test_a_node_that_appears_later_is_read(plant: Hall) -> None:
    """What the server would not watch is polled, so it is there as soon as the server has it."""
    server = address(plant.port, tag("level"), tag("later"))
    async with running(driver(server)) as frames:
        await frames.until(carries("later", None))
        await plant.add("later")
        await frames.until(carries("later", 0.5))


async def test_an_absent_server_is_bad_quality_again_and_again(unused_tcp_port: int) -> None:
    """Each failed attempt is said by a frame of bad quality for all tags."""
    async with running(driver(address(unused_tcp_port, tag("level"), tag("count", Mode.POLL)))) as frames:
        frame = await frames.until(is_bad, count=3)
    assert frame.tags == ("level", "count")


async def test_a_server_that_comes_back_with_other_indexes_is_read_right(plant: Hall) -> None:
    """After a restart that moved the namespace to another index, the same tags give their own values."""
    server = address(plant.port, tag("level"), tag("count", Mode.POLL))
    async with running(driver(server)) as frames:
        await frames.until(carries("level", 1.5))
        await plant.close()
        await frames.until(lambda frame: is_bad(frame) and frame.tags == ("level", "count"))
        seen = len(frames.all)
        await plant.open(before=("urn:new:one", "urn:new:two"))
        await plant.write("level", 4.5)
        await plant.write("count", 8)
        await frames.until(carries("level", 4.5), after=seen)
        await frames.until(carries("count", 8), after=seen)


async def test_a_silent_server_is_given_up(plant: Hall) -> None:
    """A server that holds the connection and answers nothing is lost after the deaf time."""
    async with proxy(plant.port) as wire:
        patience = Patience(connect=1.0, watch=0.05, deaf=0.3, farewell=0.1)
        async with running(driver(address(wire.port, tag("level")), patience=patience)) as frames:
            await frames.until(is_good)
            wire.is_silent = True
            await frames.until(lambda frame: is_bad(frame) and frame.tags == ("level",))


async def test_a_deleted_subscription_is_noticed(plant: Hall) -> None:
    """When the server drops the subscription but answers reads, a new session is opened."""
    patience = Patience(watch=0.1, keep_alive=0.2, silent=0.5)
    async with running(driver(address(plant.port, tag("level")), patience=patience)) as frames:
        await frames.until(is_good)
        await plant.watched()
        await plant.core.forget_subscriptions()
        await frames.until(is_bad)
        await frames.until(is_good, after=len(frames.all))


async def test_the_session_is_closed_in_order(plant: Hall) -> None:
    """Cancelled, the driver leaves neither a session on the server nor a task of the library behind."""
    before = asyncio.all_tasks()
    async with running(driver(address(plant.port, tag("level")))) as frames:
        await frames.until(is_good)
        assert plant.sessions == 1
    assert plant.sessions == 0
    own = {task for task in asyncio.all_tasks() - before if not task.done()}
    assert not [task for task in own if "client" in repr(task.get_coro())], own
