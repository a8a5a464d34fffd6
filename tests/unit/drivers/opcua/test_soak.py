"""One fault after another, in a seeded order: data is fresh again soon after each, and the server is never crowded.

In the suite once with short pauses; `make soak-opcua` (OPCUA_SOAK=20) does each twenty times with the driver's own.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from edge.backoff import Backoff
from edge.clock import SystemClock
from edge.drivers.opcua.address import Mode, Security
from edge.drivers.opcua.driver import OpcuaDriver
from edge.drivers.opcua.pki import Pki, Standing
from edge.drivers.opcua.session import Patience
from simulators.servers.opcua.core import Limits
from tests.unit.drivers.frames import Frames, is_bad, readings, running
from tests.unit.drivers.opcua.hall import Hall, Identity, Proxy, address, hall, proxy, tag, until
from tests.unit.drivers.opcua.identities import identity

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROUNDS = int(os.environ.get("OPCUA_SOAK", "0"))
FRESH_S = 10.0
SESSIONS = 2
QUICK = Patience(connect=2.0, watch=0.1, deaf=0.5, keep_alive=0.2, silent=0.5, farewell=0.2)


@dataclass(slots=True)
class Stage:
    """What faults happen to."""

    hall: Hall
    wire: Proxy
    pki: Pki
    identities: list[Identity]
    frames: Frames
    namespaces: int = 0

    async def restart(self) -> None:
        """Restart with the namespace at another index."""
        self.namespaces = (self.namespaces + 1) % 3
        await self.hall.close()
        await self.lost()
        await self.hall.open([f"urn:new:{number}" for number in range(self.namespaces)], self.identities[0])

    async def forget(self) -> None:
        """Delete every subscription without a word."""
        await self.hall.watched()
        await self.hall.core.forget_subscriptions()
        await self.lost()

    async def deafen(self) -> None:
        """Keep subscriptions alive, and publish nothing any more."""
        await self.hall.watched()
        await self.hall.deafen()
        ticking = asyncio.create_task(self._tick())
        await self.lost()
        ticking.cancel()

    async def swap(self) -> None:
        """Come back with a certificate that nobody knows; a person trusts it."""
        self.identities.reverse()
        await self.hall.reopen(identity=self.identities[0])
        await self.lost()
        await until(lambda: bool(self._rejected()))
        trusted = [one.thumbprint for standing, _, one in self.pki.listing() if standing is Standing.TRUSTED]
        self.pki.trust(self._rejected()[0])
        self.pki.reject(trusted[0])

    async def crowd(self) -> None:
        """Let nobody in for a while."""
        await self.hall.core.set_limits(Limits(sessions=0, nodes=50))
        await self.hall.reopen(identity=self.identities[0])
        await self.lost()
        await self.frames.until(is_bad, after=len(self.frames.all), count=2)
        await self.hall.core.set_limits(Limits(SESSIONS, 50))

    async def narrow(self) -> None:
        """Come back with fewer nodes in a call."""
        await self.hall.core.set_limits(Limits(SESSIONS, 5))
        await self.hall.reopen(identity=self.identities[0])
        await self.lost()
        await self.hall.core.set_limits(Limits(SESSIONS, 50))

    async def cut(self) -> None:
        """Cut the cable: nothing comes, and nobody says that it does not."""
        await self.hall.watched()
        self.wire.is_silent = True
        await self.lost()
        self.wire.is_silent = False

    async def lost(self) -> None:
        """Wait until the driver has lost it."""
        async with asyncio.timeout(20.0):
            while not any(is_bad(frame) and len(frame.tags) > 1 for frame in self.frames.all):
                await asyncio.sleep(0.01)

    def _rejected(self) -> list[str]:
        return [one.thumbprint for standing, _, one in self.pki.listing() if standing is Standing.REJECTED]

    async def _tick(self) -> None:
        while True:
            await self.hall.tick()
            await asyncio.sleep(0.05)


FAULTS: list[Callable[[Stage], Awaitable[None]]] = [
    Stage.restart,
    Stage.forget,
    Stage.deafen,
    Stage.swap,
    Stage.crowd,
    Stage.narrow,
    Stage.cut,
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[Hall]:
    """The server."""
    async with hall(values=("level", "count", "running", "many")) as one:
        yield one


@pytest.mark.timeout(120 + 300 * ROUNDS)
async def test_data_is_fresh_again_soon_after_any_fault(shared: Hall, tmp_path: Path) -> None:
    """Within ten seconds of its end, with at most two sessions at the server, and no task left over."""
    order = random.Random(5)
    faults = FAULTS * (ROUNDS or 1)
    order.shuffle(faults)
    identities = [identity(tmp_path, "one"), identity(tmp_path, "two")]
    await shared.core.set_limits(Limits(SESSIONS, 50))
    await shared.reopen(identity=identities[0])
    pki = Pki(tmp_path / "pki", "n")
    trusted = tmp_path / "pki" / Standing.TRUSTED
    trusted.mkdir(parents=True)
    (trusted / "one.der").write_bytes(identities[0].certificate.read_bytes())
    before, worst, pauses = asyncio.all_tasks(), 0.0, random.Random(1)
    async with proxy(shared.port) as wire:
        tags = [tag("level"), tag("count"), tag("running", Mode.POLL)]
        tags += [tag("many", index=(number,)) for number in range(3)]
        server = address(wire.port, *tags, security=Security())
        one = (
            OpcuaDriver(server, SystemClock(), pki)
            if ROUNDS
            else OpcuaDriver(server, SystemClock(), pki, lambda: Backoff(0.05, 0.2, pauses), QUICK)
        )
        async with running(one) as frames:
            stage = Stage(shared, wire, pki, identities, frames)
            for number, fault in enumerate(faults):
                await _fresh(stage, number)
                frames.all.clear()
                await fault(stage)
                worst = max(worst, await _fresh(stage, number + 0.5))
        print(f"{len(faults)} faults: fresh after {worst:.1f} s at worst, {shared.peak} sessions at most")
    assert worst < FRESH_S
    assert shared.peak <= SESSIONS
    left = [task for task in asyncio.all_tasks() - before if "client" in repr(task.get_coro())]
    assert not left


async def _fresh(stage: Stage, value: float) -> float:
    """Return how long it takes until a value that is written now has come, s."""
    begin = time.monotonic()
    await stage.hall.write("level", value)
    async with asyncio.timeout(2 * FRESH_S):
        while not any(readings(frame).get("level") == value for frame in stage.frames.all):
            await asyncio.sleep(0.01)
    return time.monotonic() - begin
