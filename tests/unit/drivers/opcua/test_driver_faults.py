"""What the OPC UA driver does when a server, a link or a value is not as it should be."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from edge.backoff import Backoff
from edge.clock import SystemClock
from edge.drivers.opcua.address import Deadband, Mode, Server
from edge.drivers.opcua.driver import OpcuaDriver
from edge.drivers.opcua.pki import Pki
from edge.drivers.opcua.session import Patience
from edge.drivers.opcua.stamps import Origin
from edge.model.calendar import NS, to_ns
from edge.model.frame import Frame, Quality
from simulators.servers.opcua.core import Limits
from tests.unit.drivers.frames import Frames, is_bad, is_good, readings, running
from tests.unit.drivers.opcua.hall import POLL_S, VALUES, Hall, Proxy, address, hall, proxy, tag, until

pytestmark = pytest.mark.asyncio(loop_scope="module")
CLOCK = SystemClock()
OVERFLOW = 0x480
CUT_S = 600


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[Hall]:
    """One server for all tests here: making its address space takes seconds."""
    async with hall() as running_hall:
        yield running_hall


@pytest_asyncio.fixture(loop_scope="module")
async def plant(shared: Hall) -> Hall:
    """The server as it is when it starts."""
    await shared.core.set_limits(Limits())
    await shared.reopen()
    shared.forget()
    return shared


def driver(
    server: Server,
    *,
    patience: Patience | None = None,
    since: int | None = None,
    queued: int = 1000,
) -> OpcuaDriver:
    """Return a driver that does not wait long before it tries again."""
    pauses = random.Random(1)
    pki = Pki(Path("pki"), "n")
    return OpcuaDriver(server, CLOCK, pki, lambda: Backoff(0.02, 0.05, pauses), patience, since, queued)


def samples(frames: Frames, name: str, after: int = 0) -> list[tuple[int, object]]:
    """Return time and value of every good sample of a tag, in the order of their coming."""
    return [
        (frame.times[place], frame.values[place])
        for frame in frames.all[after:]
        if frame.times is not None and (place := frame.places.get(name)) is not None
        if frame.qualities[place] == Quality.GOOD
    ]


async def test_elements_of_an_array_are_addressed_by_their_index(plant: Hall) -> None:
    """Each tag has its own element, from one item of the server's; one that is not there is said to be."""
    tags = (tag("many", index=(0,)), tag("many", index=(2,)), tag("many", Mode.POLL, index=(1,)))
    one = driver(address(plant.port, *tags, tag("many", index=(9,))))
    async with running(one) as frames:
        await plant.watched()
        await plant.write("many", [4, 5, 6])
        await frames.until(lambda frame: readings(frame).get("many_2") == 6)
        await frames.until(lambda frame: readings(frame).get("many_1") == 5)
    assert {"many_0": 4, "many_2": 6}.items() <= {**readings(frames.all[-1]), **_last(frames)}.items()
    assert one.conditions["many_9"].fault == "has no element [9]: it is an array of 3"


def _last(frames: Frames) -> dict[str, object]:
    return {name: value for frame in frames.all for name, value in readings(frame).items()}


async def test_what_cannot_be_read_says_why(plant: Hall) -> None:
    """An array without an index, a structure, a date, an unknown node: a clear fault, and the rest is read."""
    names = ("many", "recipe", "stamp", "nowhere", "level")
    one = driver(address(plant.port, *map(tag, names)))
    async with running(one) as frames:
        frame = await frames.until(is_bad_but("level"))
    assert readings(frame)["level"] == 1.5
    faults = {name: one.conditions[name].fault for name in names}
    assert faults == {
        "many": "is an array of 3: say which element with index:",
        "recipe": "is a Argument: only booleans, numbers and text can be read;"
        " read the fields of a structure by their own nodes",
        "stamp": "is a datetime: only booleans, numbers and text can be read;"
        " read the fields of a structure by their own nodes",
        "nowhere": "BadNodeIdUnknown (0x80340000)",
        "level": "",
    }


def is_bad_but(name: str):  # type: ignore[no-untyped-def]
    """Return a predicate: a frame of several tags of which one only is good."""

    def check(frame: Frame) -> bool:
        good = [tag for tag, quality in zip(frame.tags, frame.qualities, strict=True) if quality]
        return len(frame.tags) > 1 and good == [name]

    return check


async def test_status_and_clock_of_a_value_are_known(plant: Hall) -> None:
    """The whole StatusCode is kept for the diagnostics, and whose time stamp it was: source, server, ours."""
    now = datetime.now(UTC)  # noqa: TID251 - a server's clock
    unset = datetime(2000, 1, 1, tzinfo=UTC)
    await plant.write("level", 1.0, status=0x408F_0000)
    await plant.write("count", 2, source=unset, server=now)
    await plant.write("batch", "B", source=unset, server=unset)
    one = driver(address(plant.port, tag("level"), tag("count"), tag("batch")))
    async with running(one) as frames:
        await frames.until(lambda frame: "batch" in frame.tags and not is_bad(frame))
    assert {name: condition.origin for name, condition in one.conditions.items()} == {
        "level": Origin.SOURCE,
        "count": Origin.SERVER,
        "batch": Origin.OWN,
    }
    assert one.conditions["level"].status == 0x408F_0000
    assert one.tally()["own_times"] == 1


async def test_requests_are_cut_to_what_the_server_takes(plant: Hall) -> None:
    """Reads and monitored items go in chunks of OperationLimits; one bad node among them costs its own tag only."""
    await plant.core.set_limits(Limits(nodes=3))
    names = [*(name for name in VALUES if name not in ("many", "recipe", "stamp", "later")), "nowhere"]
    tags = [tag(name) for name in names] + [tag("many", index=(number,)) for number in range(3)]
    async with running(driver(address(plant.port, *tags))) as frames:
        await plant.watched(5)
        await frames.until(lambda frame: len(frame.tags) == len(tags))
    assert [name for name, value in readings(frames.all[0]).items() if value is None] == ["nowhere"]


async def test_a_server_that_takes_less_than_it_says_is_asked_for_less(
    plant: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BadTooManyOperations is an answer to the number of nodes: half as many are tried."""
    monkeypatch.setattr(plant.core, "limits", Limits(nodes=4))
    tags = [tag(name) for name in ("level", "count", "running", "batch")]
    tags += [tag("many", Mode.POLL, index=(number,)) for number in range(3)]
    async with running(driver(address(plant.port, *tags, tag("gone")))) as frames:
        frame = await frames.until(lambda frame: "level" in frame.tags)
    assert readings(frame)["level"] == 1.5


async def test_a_server_deadband_is_asked_for(plant: Hall) -> None:
    """What moves by less than it is not told."""
    one = driver(address(plant.port, tag("level", deadband=Deadband(0.5)), tag("count")))
    async with running(one) as frames:
        await plant.watched(2)
        await plant.write("level", 1.6)
        await plant.write("level", 2.5)
        await plant.write("count", 99)
        await frames.until(lambda frame: readings(frame).get("count") == 99)
    assert [value for _, value in samples(frames, "level")] == [1.5, 2.5]


async def test_lost_changes_make_the_next_value_uncertain_and_are_looked_for(plant: Hall) -> None:
    """The overflow bit marks the tag; a node with a history gives what was lost, another one stays marked."""
    one = driver(address(plant.port, tag("level"), tag("running")))
    async with running(one) as frames:
        await plant.watched(2)
        first = await plant.write("level", 10.0)
        await frames.until(lambda frame: readings(frame).get("level") == 10.0)
        for step in (1, 2):
            await plant.remember("level", 10.0 + step, first + timedelta(milliseconds=step))
        await plant.write("level", 13.0, status=OVERFLOW, source=first + timedelta(milliseconds=3))
        await plant.write("running", value=False, status=OVERFLOW)
        await frames.until(lambda frame: readings(frame).get("level") == 12.0)
        await frames.until(lambda frame: readings(frame).get("running") is False)
    marked = [
        (name, quality)
        for frame in frames.all
        for name, value, quality in zip(frame.tags, frame.values, frame.qualities, strict=True)
        if value in (13.0, False) and value is not None
    ]
    assert set(marked) == {("level", Quality.UNCERTAIN), ("running", Quality.UNCERTAIN)}
    past = [readings(frame)["level"] for frame in frames.all if frame.is_past]
    assert past == [11.0, 12.0]
    assert one.conditions["level"].overflows == one.conditions["running"].overflows == 1


async def test_a_subscription_that_only_keeps_alive_is_found_out(plant: Hall) -> None:
    """The server's clock goes on and is not published any more: the session is given up, and the next one hears."""
    patience = Patience(watch=0.1, silent=0.1)
    async with running(driver(address(plant.port, tag("level")), patience=patience)) as frames:
        await plant.watched()
        await plant.deafen()
        await plant.tick()
        await plant.write("level", 7.0)
        await frames.until(is_bad)
        frame = await frames.until(is_good, after=len(frames.all))
    assert readings(frame)["level"] == 7.0


async def test_processing_that_is_too_far_behind_ends_the_session_rather_than_thin_it_out(
    plant: Hall,
) -> None:
    """The queue of publish answers is bounded; full, the session is opened anew and everything read again."""
    one = driver(address(plant.port, tag("count")), queued=1)
    release = asyncio.Event()

    class Slow(Frames):
        async def emit(self, frame: Frame) -> None:
            await super().emit(frame)
            if "count" in frame.tags and readings(frame)["count"] not in (7, None):
                await release.wait()

    async with running(one, Slow()) as frames:
        await plant.watched()
        number = 100
        while one.tally()["sessions"] < 2:
            await plant.write("count", number)
            await asyncio.sleep(POLL_S)
            number += 1
        release.set()
        await plant.write("count", 1)
        await frames.until(is_bad)
        await frames.until(lambda frame: readings(frame).get("count") == 1)
    assert one.tally()["sessions"] == 2


async def test_a_session_that_could_not_be_closed_is_closed_by_the_next(plant: Hall) -> None:
    """However often the cable is pulled, the server never holds more than two of our sessions, and one in the end."""
    most = 0
    patience = Patience(connect=1.0, watch=0.05, deaf=0.3, farewell=0.1)
    async with (
        proxy(plant.port) as wire,
        running(driver(address(wire.port, tag("level")), patience=patience)) as frames,
    ):
        for _ in range(4):
            await frames.until(is_good, after=len(frames.all))
            await plant.watched()
            await _cut(frames, wire)
            most = max(most, plant.sessions)
            wire.is_silent = False
        await frames.until(is_good, after=len(frames.all))
        most = max(most, plant.sessions)
        assert plant.sessions == 1
    assert most <= 2
    await until(lambda: plant.sessions == 0)


async def _cut(frames: Frames, wire: Proxy) -> None:
    """Cut the link, and wait until the driver knows."""
    seen = len(frames.all)
    wire.is_silent = True
    await frames.until(is_bad, after=seen)


async def test_a_link_cut_of_ten_minutes_leaves_nothing_out_and_nothing_twice(plant: Hall) -> None:
    """Whatever the server has kept comes in with its own time stamps; a node without a history keeps its gap."""
    base = datetime.now(UTC) + timedelta(seconds=1)  # noqa: TID251 - a server's clock
    base = base.replace(microsecond=0)
    expected: list[tuple[int, float]] = []

    async def sample(second: int) -> None:
        moment = base + timedelta(seconds=second, milliseconds=250)
        await plant.write("level", float(second), source=moment)
        await plant.write("running", value=bool(second % 2), source=moment)
        expected.append((to_ns(moment), float(second)))

    patience = Patience(connect=1.0, watch=0.05, deaf=0.3, farewell=0.1)
    async with proxy(plant.port) as wire:
        one = driver(address(wire.port, tag("level"), tag("running")), patience=patience)
        async with running(one) as frames:
            await plant.watched(2)
            for second in range(5):
                await sample(second)
            await frames.until(lambda frame: readings(frame).get("level") == 4.0)
            await _cut(frames, wire)
            for second in range(5, 5 + CUT_S):
                await sample(second)
            wire.is_silent = False
            await frames.until(lambda frame: readings(frame).get("level") == 4.0 + CUT_S)
            await plant.watched(2)
            for second in range(5 + CUT_S, 10 + CUT_S):
                await sample(second)
            last = CUT_S + 9.0
            await frames.until(lambda frame: readings(frame).get("level") == last)
            await frames.until_not(lambda: len(samples(frames, "level")) < 1 + len(expected))
    found = [one for one in samples(frames, "level") if one[1] != 1.5]
    assert sorted(found) == expected
    assert len(samples(frames, "running")) < CUT_S
    assert all(set(frame.tags) == {"level"} for frame in frames.all if frame.is_past)
    live = [time for frame in frames.all if not frame.is_past for time in (frame.times or ())[:1]]
    assert live == sorted(live)


async def test_what_was_missed_while_the_node_did_not_run_is_looked_for(plant: Hall) -> None:
    """The history is read from when everything had been read before, and no further back than the map allows."""
    now = CLOCK.now()
    moments = [datetime.fromtimestamp(now / NS - age, UTC) for age in (7000.0, 300.0, 200.0, 100.0)]
    for number, moment in enumerate(moments):
        await plant.write("level", 20.0 + number, source=moment)
    async with running(driver(address(plant.port, tag("level")), since=now - 250 * NS)) as frames:
        await frames.until(lambda frame: frame.is_past)
        await frames.until(lambda frame: readings(frame).get("level") == 23.0)
    assert [value for _, value in samples(frames, "level")] == [23.0, 22.0]


async def test_a_publish_answer_that_makes_no_sense_ends_the_session(
    plant: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asyncua would log it, acknowledge it and go on: what was in it would be gone without a word."""
    one = driver(address(plant.port, tag("count")))
    async with running(one) as frames:
        await plant.watched()
        with monkeypatch.context() as broken:
            broken.setattr("edge.drivers.opcua.client.connection.changes_of", lambda _: 1 / 0)
            await plant.write("count", 8)
            await frames.until(is_bad)
        await frames.until(lambda frame: readings(frame).get("count") == 8)
    assert one.tally()["sessions"] >= 2


async def test_a_watched_node_that_vanishes_without_a_word_is_bad(plant: Hall) -> None:
    """What nobody can read any more is not said to hold; the other tags are not touched, and it comes back by itself."""
    one = driver(address(plant.port, tag("level"), tag("count")), patience=Patience(doubt=0.1))
    async with running(one) as frames:
        await frames.until(lambda frame: is_good(frame) and "level" in frame.tags)
        await plant.watched(2)
        await plant.remove("level")
        await frames.until(lambda frame: readings(frame) == {"level": None})
        assert one.conditions["level"].fault == "BadNodeIdUnknown (0x80340000)"
        assert one.conditions["count"].fault == ""
        vanished_at = len(frames.all)
        await plant.add("level")
        await frames.until(lambda frame: readings(frame) == {"level": 1.5}, after=vanished_at)
    assert one.tally()["sessions"] == 1
